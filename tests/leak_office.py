"""An office in which every text bears a canary, and the law of what may leave it, looked at with each mail and post."""

import email
import email.policy
import json
from base64 import b64encode
from collections import Counter, defaultdict
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage, Message
from email.utils import getaddresses
from functools import partial
from pathlib import Path

from channels.slack_lookups import LookupFault, Member
from daemon import enact
from daemon.slack import posting, posts
from daemon.slack.answers import Reader
from mail.parse import parse
from mail.tokens import find, is_for
from store import history, journal, ledger, messages, outbox, persons, slack_channels, slack_threads, tickets
from store.engine import Session, Store
from tests.canaries import Canaries, Canary, texts_of
from tests.notice_team import ANNA, BEN, HEAD, MIA
from tests.office import SUPPORT, Office, open_office
from tests.servers.slack_server import ALICE, CAROL, GUEST, INSIDE, SHARED
from tickets.model import MessageKind, Ticket

CARL, CORA = "carl@initech.example", "cora@initech.example"
GINA, GUS = "gina@globex.example", "gus@globex.example"
EVE, SAM, PAT = "eve@stranger.example", "sam@free.example", "pat@partner.example"
CE, OWNER, OPS = "carol@acme-team.example", "sue@acme-team.example", "ops@elsewhere.example"
OURS = ("@acme-team.example", "@acme.example", f"@{OPS.partition('@')[2]}")
HOUSE = "C00DEFAULT"
CHANNELS = {INSIDE, HOUSE}
SECRETS = {
    "PASSWORD": "canarysecret9001",
    "SLACK_BOT_TOKEN": "xoxb-canarysecret9002",
    "SLACK_APP_TOKEN": "xapp-canarysecret9003",
    "SLACK_SIGNING_SECRET": "canarysecret9004aaaaaaaaaaaaaaaa",
}
TEAM = """
[[agents]]
name = "Anna"
addresses = ["{anna}"]
slack = "{alice}"
[[agents]]
name = "Bén"
addresses = ["{ben}"]
[[agents]]
name = "Mia"
addresses = ["{mia}"]
notices = "mine"
[staff]
domains = ["acme-team.example"]
[[people]]
name = "Carol {ce_name}"
address = "{ce}"
slack = "{carol}"
[[accounts]]
name = "Initech {account}"
domains = ["initech.example"]
language = "de"
internal_channel = "{inside}"
customer_channel = "{shared}"
plan = "{plan}"
ce = "{ce}"
facts = {{ {fact} = "{value}" }}
[[accounts]]
name = "Globex {account2}"
domains = ["globex.example"]
plan = "{plan2}"
ae = "{owner}"
"""
MORE = """
[filters]
rules = "rules.toml"
[calls]
product = {{ search = "{owner}" }}
[[calls.ladder]]
name = "teammates"
[quarantine]
readers = ["{anna}"]
[web]
address = "https://help.acme.example/feedback"
[slack]
bot_token = {{ env = "SLACK_BOT_TOKEN" }}
app_token = {{ env = "SLACK_APP_TOKEN" }}
signing_secret = {{ env = "SLACK_SIGNING_SECRET" }}
channel = "{house}"
"""
RULES = """
[[rules]]
name = "PILLS"
reason = "{pills}"
decide = "spam"
when = {{ text = '(?i)pills' }}
[[rules]]
name = "SEARCH"
reason = "{search}"
call = "product:search"
when = {{ text = 'search is down' }}
"""
MEMBERS = {
    ALICE: Member("Alice", ANNA, None),
    CAROL: Member("Carol", CE, None),
    GUEST: Member("Gus", GUS, "they are a guest"),
}


class Leak(AssertionError):
    """Something left towards somebody who may not see it."""


@dataclass
class LeakOffice:
    """The office, all that was sent to whom, and what this story knows of who may see what."""

    office: Office
    canaries: Canaries
    boxes: defaultdict[str, list[EmailMessage]] = field(default_factory=lambda: defaultdict(list))
    threads: list[tuple[str, str]] = field(default_factory=list)  # channel and first message of each on Slack
    invited: set[tuple[int, str]] = field(default_factory=set)  # whom agents named, on which ticket; 0: anew
    senders: dict[int, str] = field(default_factory=dict)  # of arrivals
    copied: dict[int, set[str]] = field(default_factory=dict)  # whom proven arrivals name
    people: dict[int, list[tuple[datetime, frozenset[str]]]] = field(default_factory=dict)  # of tickets, since when
    lies_on: defaultdict[str, dict[int, frozenset[str]]] = field(default_factory=lambda: defaultdict(dict))
    merged: defaultdict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    brought: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # words and tokens in mails
    seen: Counter[str] = field(default_factory=Counter)
    posted: int = 0

    # ------------------------------------------------------------ what comes in
    def receive(self, raw: bytes, sender: str, mailbox: str = SUPPORT) -> None:
        """A mail comes and is decided, with all that follows at once."""
        office = self.office
        uid = office.uids[mailbox] = office.uids.get(mailbox, 0) + 1
        new = journal.NewArrival(uid, 1, office.now, raw)
        office.write(partial(journal.record, mailbox=mailbox, mails=[new], cursor=(1, uid), now=office.now))
        number = len(self.senders) + 1
        self.senders[number] = sender
        self.copied[number] = named_in(email.message_from_bytes(raw)) if b"dmarc=pass" in raw else set()
        if not is_ours(sender):
            self.brought[sender] |= {token.local_part() for token in find([*texts_of(raw)])}
            self.brought[sender] |= {each.word or each.author for each in self.canaries.found(texts_of(raw))}
        self.work()

    def say(self, event: dict[str, object]) -> None:
        """Slack tells of something that was said."""
        raw = json.dumps(event).encode()
        new = journal.NewArrival(self.posted, 7, self.office.now, raw)
        self.office.write(lambda session: journal.record(session, "slack", [new], None, self.office.now, kind="slack"))
        self.senders[len(self.senders) + 1] = ""
        self.work()

    def work(self) -> None:
        """Decide all that has arrived, and look at what is true then."""
        desk, now = self.office.desk, self.office.now
        reader = Reader(desk, _ask)
        while claimed := self.office.write(
            lambda session: journal.claim(session, limit=1, now=now, lease=timedelta(minutes=5))
        ):
            [each] = claimed
            if each.kind == "slack":
                self.office.write(reader.read(each).decide)
            else:
                self.office.write(partial(enact.enact, desk=desk, claimed=each, mail=parse(each.raw), now=now))
        self.office.write(self._remember)

    # ------------------------------------------------------------ what leaves
    def let_leave(self) -> None:
        """All that is due leaves, and each of it is judged."""
        while claimed := self.office.leave():
            for each in claimed:
                self._judge(each)
        self.office.write(self._post)

    def pass_time(self, span: timedelta) -> None:
        """Let the clock go on, looked at once."""
        self.office.now += span
        self.office.tick()
        self.work()
        self.let_leave()

    def _judge(self, claimed: outbox.Claimed) -> None:
        item = claimed.item
        reader, found = item.recipient.lower(), self.canaries.found(texts_of(item.payload))
        mail = email.message_from_bytes(item.payload, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        if named_in(mail) != {reader} or mail["Bcc"] is not None:
            raise Leak(f"a mail to {reader} names {named_in(mail)}")
        self._refuse([each for each in found if each.kind == "secret"], reader, item.payload)
        self.boxes[reader].append(mail)
        self.seen[f"{claimed.klass} to {'us' if is_ours(reader) else 'a customer'}"] += 1
        if is_ours(reader):
            return
        if claimed.ticket is None or not self._is_of(claimed.ticket, reader, claimed.put_at):
            raise Leak(f"{reader} is nobody of ticket {claimed.ticket}")
        self._refuse([each for each in found if not self.may_see(reader, each)], reader, item.payload)
        desk = self.office.desk
        for token in find([*texts_of(item.payload)]):
            is_known = token.local_part() in self.brought[reader] or is_for(token, reader, desk.keys, self.office.now)
            if not is_known:
                raise Leak(f"{reader} would read somebody else's {token} in\n{item.payload.decode('utf-8', 'replace')}")

    def _refuse(self, found: list[Canary], reader: str, payload: bytes) -> None:
        if found:
            raise Leak(f"{reader} would read {found} in\n{payload.decode('utf-8', 'replace')}")

    def _post(self, session: Session) -> None:
        """As the dispatch to Slack does it, with a Slack that takes everything."""
        now = self.office.now
        posting.put_updates(session, self.office.desk, now)
        for each in outbox.claim(session, "slack", 100, now, timedelta(minutes=5)):
            post = posts.decode(each.item.payload)
            thread = slack_threads.find(session, post.ticket, post.channel)
            self.posted += 1
            ts = f"{self.posted}.000000"
            payload = post.payload(thread.ts if thread is not None and post.place != "first" else None)
            self.judge_post(post.channel, payload)
            if post.place == "first":
                slack_threads.posted(session, post.ticket, post.channel, ts)
                self.threads.append((post.channel, ts))
            outbox.settle(session, each.id, "sent", ts, now)
            self.seen[f"slack {post.place}"] += 1

    def judge_post(self, channel: str, payload: bytes) -> None:
        """What stands on Slack stands in channels of our own people, and no secret does."""
        if channel not in CHANNELS or json.loads(payload)["args"]["channel"] != channel:
            raise Leak(f"a post in {channel}: {payload!r}")
        told = json.dumps(json.loads(payload), ensure_ascii=False)
        self._refuse([each for each in self.canaries.found([told]) if each.kind == "secret"], channel, payload)

    # ------------------------------------------------------------ who may see what
    def may_see(self, reader: str, canary: Canary) -> bool:
        """Whether somebody outside may read this word: their own, or a public one of a ticket of theirs."""
        if canary.kind not in {"words", "reply", "comment", "address"}:
            return False
        if canary.kind == "address":
            return canary.author == reader or self._know_each_other(reader, canary.author)
        if canary.word in self.brought[reader]:
            return canary.kind != "comment" or bool(self.lies_on[canary.word])
        return any(self._shares(number, reader, canary, then) for number, then in self.lies_on[canary.word].items())

    def _shares(self, number: int, reader: str, canary: Canary, then: frozenset[str]) -> bool:
        """Where tickets became one, neither requester reads what the other wrote, nor what they were told before."""
        came = {each for each in self.merged[number] if (number, each) not in self.invited}
        if canary.kind == "reply" and reader in came:
            return reader in then
        if reader in came or canary.author in came:
            return False
        return any(reader in people for _, people in self.people[number])

    def _know_each_other(self, reader: str, other: str) -> bool:
        """Whether both are of one ticket, and not only since a merge; or one wrote of the other."""
        together = [
            number
            for number, known in self.people.items()
            if {reader, other} <= frozenset().union(*(people for _, people in known)) - self.merged[number]
        ]
        return bool(together) or other in self.brought[reader]

    def _is_of(self, number: int, reader: str, since: datetime) -> bool:
        """Whether somebody was of the ticket when a mail to them was written."""
        known = self.people.get(number, [])
        before = [people for at, people in known if at <= since][-1:]
        return any(reader in people for people in (*before, *(people for at, people in known if at >= since)))

    def _remember(self, session: Session) -> None:
        """Who is of each ticket now, which must be for a reason, and which words are public there."""
        for row in tickets.tickets(session, limit=1000):
            ticket = tickets.load(session, row.ticket.number)
            assert ticket is not None
            people = self._people(session, ticket)
            told = messages.messages(session, ticket.number)
            known = self.people.setdefault(ticket.number, [])
            before = frozenset().union(*(each for _, each in known))
            for each in people - before:
                self._justify(session, ticket, each, told)
            if not known or known[-1][1] != people:
                known.append((self.office.now, people))
            for message in told:
                self._remember_message(ticket, message, people)
            for canary in self.canaries.found([ticket.subject]):
                if canary.kind == "reply":  # the agent who made the ticket chose it
                    self.lies_on[canary.word].setdefault(ticket.number, people)

    def _remember_message(self, ticket: Ticket, message: messages.MessageRow, people: frozenset[str]) -> None:
        kinds = {MessageKind.CUSTOMER: {"words", "comment"}, MessageKind.PUBLIC: {"reply"}}.get(message.kind, set())
        for canary in self.canaries.found([message.subject, message.text, message.message_id or ""]) if kinds else ():
            if canary.kind in kinds:
                self.lies_on[canary.word].setdefault(ticket.number, people)

    def _people(self, session: Session, ticket: Ticket) -> frozenset[str]:
        wanted = [ticket.requester, *tickets.participants(session, ticket.number)]
        found = persons.addresses(session, [each for each in wanted if each is not None])
        return frozenset(each.address.lower() for each in found.values() if each.address)

    def _justify(self, session: Session, ticket: Ticket, who: str, told: list[messages.MessageRow]) -> None:
        """Somebody is of a ticket because they opened it, are of its requester's account, were named or merged."""
        arrival = told[0].arrival or 0 if told else 0
        opener = self.senders.get(arrival, "")
        sources = tickets.merged_into(session, ticket.number)
        if any(who in people for each in sources for _, people in self.people.get(each, ())):
            self.merged[ticket.number].add(who)
            return
        by_us = is_ours(opener) and (0, who) in self.invited
        at_home = who.partition("@")[2] == opener.partition("@")[2] in {"initech.example", "globex.example"}
        colleague = at_home and who in self.copied.get(arrival, ())
        if who != opener and not by_us and not colleague and not self._is_invited(session, ticket, who):
            raise Leak(f"{who} takes part in #{ticket.number} of {opener or 'nobody'}, and nobody asked them to")

    def _is_invited(self, session: Session, ticket: Ticket, who: str) -> bool:
        numbers = {ticket.number, *tickets.merged_into(session, ticket.number)}
        return any((number, who) in self.invited for number in numbers)

    # ------------------------------------------------------------ what came of it
    def count(self) -> None:
        """Count what happened in this story."""
        with self.office.desk.store.read() as session:
            for row in tickets.tickets(session, limit=1000):
                self.seen.update(type(each.event).__name__ for each in history.history(session, row.ticket.number))
            came = ledger.arrivals(session, 1000)
            self.seen.update(f"{'slack' if each.mailbox == 'slack' else 'mail'} {each.outcome}" for each in came)
            assert ledger.ledger(session).adds_up


def is_ours(address: str) -> bool:
    """Whether our own people read this address."""
    return address.endswith(OURS)


def named_in(mail: Message) -> set[str]:
    """The addresses in To and Cc."""
    return {each.lower() for _, each in getaddresses(mail.get_all("To", []) + mail.get_all("Cc", []))}


def _ask(user: str) -> "Future[Member | LookupFault]":
    asked: Future[Member | LookupFault] = Future()
    asked.set_result(MEMBERS[user])
    return asked


def open_leak_office(store: Store, folder: Path) -> LeakOffice:
    """An office with two accounts; every inner fact of it bears a canary."""
    canaries = Canaries()
    facts = {
        name: canaries.make("fact")
        for name in ("ce_name", "account", "plan", "fact", "value", "account2", "plan2", "pills", "search")
    }
    given = {**facts, "anna": ANNA, "ben": BEN, "mia": MIA, "ce": CE, "owner": OWNER}
    given |= {"alice": ALICE, "carol": CAROL, "inside": INSIDE, "shared": SHARED, "house": HOUSE}
    (folder / "rules.toml").write_text(RULES.format(**facts), "utf-8")
    team = TEAM.format(**given).replace("{", "{{").replace("}", "}}")
    office = open_office(store, folder, MORE.format(**given), HEAD + team)
    key = office.desk.keys.current.secret
    canaries.addresses = (CARL, CORA, GINA, GUS, EVE, SAM, PAT)
    canaries.secrets = (*SECRETS.values(), key.hex(), b64encode(key).decode())
    for channel in (*CHANNELS, SHARED):
        refused = "Slack reports it as shared" if channel == SHARED else None
        office.write(partial(slack_channels.note, channel=channel, refused=refused, now=office.now))
    return LeakOffice(office, canaries)
