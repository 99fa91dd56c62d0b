"""Random stories: what customers, strangers, agents, colleagues on Slack and the clock do, one step after the other."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage
from typing import TypeVar

from aiohttp.test_utils import make_mocked_request
from hypothesis import strategies as st

from daemon.surveys.doors import SurveyDoors
from mail.parse import parse
from tests.agent_clients import HEAD, KNOWN, UNKNOWN, Client, Quoted, mutt, plain
from tests.canaries import texts_of_page
from tests.leak_office import CARL, CE, CORA, EVE, GINA, GUS, OWNER, PAT, SAM, Leak, LeakOffice
from tests.notice_team import ANNA, BEN, MIA
from tests.office import HI, SUPPORT, write
from tests.servers.slack_server import ALICE, CAROL, GUEST
from web.survey import Pages

T = TypeVar("T")
CUSTOMERS = (CARL, CORA, GINA, GUS, EVE, SAM, PAT)
AGENTS = (ANNA, BEN, MIA)
PAGE = "https://help.acme.example/feedback"
RECENT = 6  # mails of a box among which one is chosen


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody does; the numbers choose among what there is then."""

    verb: str
    who: int = 0
    which: int = 0
    how: int = 0


@dataclass
class Story:
    """A story on its way."""

    world: LeakOffice
    told: int = 0

    def live(self, steps: Sequence[Step]) -> None:
        """Do all of it; after each step what leaves is judged. Raises Leak."""
        for step in steps:
            VERBS[step.verb](self, step)
            self.world.office.now += timedelta(seconds=20)
            self.world.let_leave()
        self.world.pass_time(timedelta(minutes=10))
        self.world.count()

    def name(self, kind: str, author: str = "") -> str:
        """A canary that names a mail, too."""
        self.told += 1
        return f"{self.world.canaries.make(kind, author)}-{self.told}"

    def made(self, kind: str, author: str = "") -> str:
        return self.world.canaries.make(kind, author)

    def box(self, who: str) -> list[EmailMessage]:
        """The newest mails to somebody."""
        return self.world.boxes[who][-RECENT:]

    # ------------------------------------------------------------ customers
    def customer_writes(self, step: Step) -> None:
        """Something new; perhaps with others in copy, perhaps spam, perhaps by a program."""
        who = pick(CUSTOMERS, step.who)
        name, words = self.name("words", who), self.made("words", who)
        text = pick(("Help! {}", "The search is down. {}", "Cheap pills {}", "Please, {}\r\nit is urgent."), step.which)
        copied = pick(("", f"Cc: {CORA}, {self.made('bcc')}@outside.example\r\n", f"Cc: {GUS}\r\n"), step.how)
        robot = "Auto-Submitted: auto-generated\r\n" if step.how % 11 == 7 else ""
        mailbox = HI if step.which % 7 == 5 else SUPPORT
        raw = write(who, name, proven=step.how % 4 != 3, to=mailbox, more=copied + robot, text=text.format(words))
        self.world.receive(raw, who, mailbox)

    def customer_answers(self, step: Step) -> None:
        """An answer to a mail of ours, with all of it quoted; the sender may be unproven, or somebody else."""
        owner = pick(CUSTOMERS, step.who)
        mails = self.box(owner)
        if not mails:
            return self.customer_writes(step)
        mail, who = pick(mails, step.which), pick(CUSTOMERS, step.who + (step.how if step.how % 5 == 1 else 0))
        words = self.made("words", who)
        text = pick((f"It still fails. {words}", f"Thanks! {words}", f"Yes.\n\n{words}", words), step.how)
        more = "Auto-Submitted: auto-replied\r\n" if step.how % 5 == 3 else ""
        raw = respond(mail, who, self.name("words", who), (text, mutt), more=more, proven=step.how % 3 != 2)
        return self.world.receive(raw, who)

    def customer_names(self, step: Step) -> None:
        """A mail that names a ticket by its number, or by a Message-ID of a mail of somebody's."""
        who = pick(CUSTOMERS, step.who)
        name, words = self.name("words", who), self.made("words", who)
        number = 1 + step.which % max(1, len(self.world.people))
        others = [mail["In-Reply-To"] for mail in self.box(pick(CUSTOMERS, step.how)) if mail["In-Reply-To"]]
        more = f"In-Reply-To: {pick(others, step.which)}\r\n" if step.how % 2 and others else ""
        raw = write(who, name, proven=step.how % 3 != 2, more=more, text=f"As I said: {words}")
        tag = "" if more else f" [#{number}]"
        self.world.receive(raw.replace(f"About {name}".encode(), f"Re: About {name}{tag}".encode()), who)

    # ------------------------------------------------------------ agents
    def agent_answers(self, step: Step) -> None:
        """Words for the customer, as any program writes them around the notice."""
        clients = (*KNOWN, *UNKNOWN, between, between, between, between, between, between)
        self._agent(step, self.made("reply"), pick(clients, step.how))

    def agent_notes(self, step: Step) -> None:
        """Words for our own people."""
        note = pick(("#note\n{}", "#note\n#hold {}\nNot theirs.", "#call ce\n{}", "#call team\n{}"), step.how)
        self._agent(step, note.format(self.made("note")), pick(KNOWN, step.how // 4))

    def agent_asks_product(self, step: Step) -> None:
        self._agent(step, f"#call product search\nIs it you? {self.made('note')}", pick(KNOWN, step.how))

    def agent_commands(self, step: Step) -> None:
        """Whatever else agents do, some of it with words for the customer."""
        said = pick(COMMANDS, step.how)
        kinds = {name: self.made(name) for name in ("note", "reply") if f"{{{name}}}" in said}
        self._agent(step, said.format(**kinds), mutt)

    def agent_shares(self, step: Step) -> None:
        """Somebody else takes part, or is the requester, or asked the same."""
        said, person = pick(SHARING, step.how), pick(CUSTOMERS, step.which + step.how)
        number = 1 + step.how % max(1, len(self.world.people))
        kinds = {"reply": self.made("reply")} if "{reply}" in said else {}
        invited = person if "{person}" in said else ""
        self._agent(step, said.format(number=number, person=person, **kinds), pick(KNOWN, step.which), invited)

    def agent_splits(self, step: Step) -> None:
        """A customer writes once more, which is another matter."""
        self.customer_answers(step)
        self.world.let_leave()
        self._agent(replace(step, which=-1), "#split", plainly)

    def agent_merges(self, step: Step) -> None:
        """Two tickets become one, and both customers are answered."""
        found = self._notices(step)
        if len(found) > 1:
            one, other = pick(found, step.which), pick(found, step.which + 1 + step.how % (len(found) - 1))
            self._agent(step, f"#merge {other['X-Helpdeskd-Ticket']} force", plainly, to=one)
            self._agent(step, self.made("reply"), pick((*KNOWN, *UNKNOWN, between, between), step.how), to=other)

    def agent_takes_back(self, step: Step) -> None:
        """An answer that its author stops before it leaves."""
        if found := self._notices(step):
            mail = pick(found, step.which)
            for own in (self.made("reply"), "#undo"):
                self._agent(step, own, plainly, to=mail)

    def agent_lets_out(self, step: Step) -> None:
        """Spam that is none, as the digest of the quarantine shows it."""
        self.world.pass_time(timedelta(days=1))
        if digests := [mail for mail in self.world.boxes[ANNA] if mail["X-Helpdeskd-Occasion"] == "quarantine"]:
            name = f"agent-{len(self.world.senders)}"
            self.world.receive(respond(pick(digests, step.which), ANNA, name, ("#ham 1", plainly)), ANNA)

    def agent_opens(self, step: Step) -> None:
        """A ticket for somebody else, or a mail to a customer that copies us in."""
        who, person = pick(AGENTS, step.who), pick(CUSTOMERS, step.which)
        self.world.invited.add((0, person))
        name, words = self.name("reply"), self.made("reply")
        text = f"#new\nrequester: {person}\nsubject: A question {self.made('reply')}\n\n{words}"
        to = SUPPORT if step.how % 2 else person
        more = "" if step.how % 2 else f"Cc: {SUPPORT}\r\nBcc: {self.made('bcc')}@outside.example\r\n"
        raw = write(who, name, to=to, more=more, text=(text if step.how % 2 else words).replace("\n", "\r\n"))
        self.world.receive(raw, who)

    def _agent(self, step: Step, own: str, client: Client, person: str = "", *, to: EmailMessage | None = None) -> None:
        """An agent's answer to a mail of ours, rarely unproven, rarely with somebody secretly in copy."""
        who = pick(AGENTS, step.who)
        mails = self.box(who)
        if not mails:
            return self.customer_writes(step)
        mail = to or pick(mails, step.which)
        if person:
            self.world.invited.add((int(mail["X-Helpdeskd-Ticket"] or 0), person))
        more = f"Bcc: {self.made('bcc')}@outside.example\r\n" if step.how % 6 == 1 else ""
        name = f"agent-{len(self.world.senders)}"
        raw = respond(mail, who, name, (own, client), more=more, proven=step.how % 17 != 16)
        self.world.receive(raw, who)
        return self.world.let_leave()

    def _notices(self, step: Step) -> list[EmailMessage]:
        """The newest mail to this agent about each ticket."""
        box = self.world.boxes[pick(AGENTS, step.who)]
        return list({mail["X-Helpdeskd-Ticket"]: mail for mail in box if mail["X-Helpdeskd-Ticket"]}.values())

    def staff_answers(self, step: Step) -> None:
        """Whoever was called answers."""
        who = pick((CE, OWNER), step.who)
        if mails := self.box(who):
            raw = respond(pick(mails, step.which), who, f"staff-{len(self.world.senders)}", (self.made("note"), mutt))
            self.world.receive(raw, who)

    # ------------------------------------------------------------ Slack
    def slack_says(self, step: Step) -> None:
        """An answer in a thread, by an agent, a colleague or a guest; some of them act."""
        if not self.world.threads:
            return self.agent_asks_product(step)
        channel, thread = pick(self.world.threads, step.which)
        self.world.posted += 1
        text = pick(("{}", "take", "hold {}", "close confirmed\n{}", "take care: {}"), step.how).format(
            self.made("note")
        )
        event = {"type": "message", "channel": channel, "user": pick((ALICE, CAROL, GUEST), step.who), "text": text}
        event |= {"ts": f"{self.world.posted}.000000", "thread_ts": thread}
        return self.world.say({"type": "event_callback", "event_id": f"Ev{self.world.posted}", "event": event})

    # ------------------------------------------------------------ surveys
    def rates_by_mail(self, step: Step) -> None:
        """A digit in answer to a survey, with a comment."""
        if (asked := self._asked(step)) is not None:
            who, mail = asked
            said = (f"{1 + step.how % 5}\n{self.made('comment', who)}", plainly)
            self.world.receive(respond(mail, who, f"rating-{len(self.world.senders)}", said), who)

    def rates_on_page(self, step: Step) -> None:
        """The page of a survey is seen, answered with a comment, and seen again."""
        if (asked := self._asked(step)) is not None:
            who, mail = asked
            link = next(word.strip("<>,") for word in parse(mail.as_bytes()).text.split() if f"{PAGE}/s/" in word)
            token = link.removeprefix(f"{PAGE}/s/").partition("?")[0]
            doors = SurveyDoors(self.world.office.desk)
            self._look(who, token)
            asyncio.run(doors.rate(token, 1 + step.how % 5, self.made("comment", who)))
            self._look(who, token)

    def _asked(self, step: Step) -> tuple[str, EmailMessage] | None:
        """Somebody who got a survey, and it; where there is none, a ticket is closed so that there will be."""
        if not any(self._surveys()):
            self._agent(step, "#close confirmed", plainly)
            for _ in range(2):
                self.world.pass_time(timedelta(days=1))
        found = self._surveys()
        return pick(found, step.which) if found else None

    def _surveys(self) -> list[tuple[str, EmailMessage]]:
        boxes = [(who, mail) for who in CUSTOMERS for mail in self.world.boxes[who]]
        return [(who, mail) for who, mail in boxes if f"{PAGE}/s/" in parse(mail.as_bytes()).text]

    def _look(self, who: str, token: str) -> None:
        request = make_mocked_request("GET", f"/s/{token}", match_info={"token": token})
        answer = asyncio.run(Pages("Acme", SurveyDoors(self.world.office.desk)).look(request))
        assert answer.text is not None
        for each in self.world.canaries.found(texts_of_page(answer.text)):
            if each.author != who or each.kind != "comment":
                raise Leak(f"the page of {who} shows {each}")
        self.world.seen["page"] += 1

    # ------------------------------------------------------------ the clock
    def minutes_pass(self, step: Step) -> None:
        self.world.pass_time(timedelta(minutes=3 + step.how % 30))

    def hours_pass(self, step: Step) -> None:
        for _ in range(1 + step.how % 4):
            self.world.pass_time(timedelta(hours=2))

    def days_pass(self, step: Step) -> None:
        for _ in range(1 + step.how % 3):
            self.world.pass_time(timedelta(days=1))

    def weeks_pass(self, step: Step) -> None:
        """Nobody answers what an agent wrote."""
        if found := self._notices(step):
            self._agent(step, self.made("reply"), plainly, to=pick(found, step.which))
        for _ in range(10 + step.how % 14):
            self.world.pass_time(timedelta(days=1))


COMMANDS = (
    *("#take", "#close confirmed", "#close confirmed\n{reply}", "#close feature-request https://x.example/7"),
    *("#take #priority high\n{reply}", "#open\n{reply}", "#pending", "#snooze 2d", "#assign ben", "#undo", "#yes"),
    *("#yes", "#undo", "#help", "#spam", "#ham 1", "#ham 1 2", "#tag +vip", "#set version={note}"),
    *("#take", "#open", "#nonsense\n{reply}"),
    *("#hold https://x.example/{note}", "#hold ACME-7", "#hold ACME-7", "#fixed ACME-7\n{reply}", "#fixed ACME-7"),
)
SHARING = (
    *("#cc +{person}\n{reply}", "#cc +{person}", "#cc -{person}\n{reply}", "#requester {person}", "#split"),
    *("#merge {number}", "#merge {number} force", "#merge {number} force", "#requester {person}\n{reply}"),
)
VERBS: dict[str, Callable[[Story, Step], None]] = {
    name: verb
    for name, verb in vars(Story).items()
    if callable(verb)
    and name.split("_")[0] in {"customer", "agent", "staff", "slack", "rates", "minutes", "hours", "days", "weeks"}
}
OFTEN = ("customer_answers", "agent_answers", "agent_commands", "agent_shares", "agent_shares", "slack_says")
BEGINNING = (Step("customer_writes", 0, 0, 1), Step("customer_writes", 2), Step("customer_writes", 4, 3, 3))
numbers = st.integers(0, 200)
steps = st.builds(Step, st.sampled_from([*VERBS, *OFTEN]), numbers, numbers, numbers)
stories = st.lists(steps, min_size=12, max_size=24)


def pick(things: Sequence[T], number: int) -> T:
    """One of them; a bigger number counts from the end on."""
    return things[number % len(things)]


def plainly(own: str, _: Quoted) -> bytes:
    """Nothing but these words."""
    return plain(own)


def between(own: str, of: Quoted) -> bytes:
    """Words around one line of the mail, which is another one with other words."""
    lines = [line for line in (*of.text.split("\n"), *of.raw.decode("latin-1").split("\n")[:12]) if line.strip()]
    line = pick(lines, sum(own.encode()) * 7)
    return plain(f"Yes.\n\n> {line}\n\n{own}")


def respond(
    mail: EmailMessage, sender: str, name: str, said: tuple[str, Client], more: str = "", *, proven: bool = True
) -> bytes:
    """An answer as this program writes it: own words around all that the mail says."""
    raw, (own, client) = mail.as_bytes(), said
    page = mail.get_body(("html",))
    quoted = Quoted(raw, parse(raw).text, str(page.get_content()) if page is not None else "")
    body = client(own, quoted).removeprefix(HEAD.encode())
    known = f"In-Reply-To: {mail['Message-ID']}\r\nReferences: {mail['References'] or ''} {mail['Message-ID']}\r\n"
    head = write(sender, name, more=f"{known}{more}MIME-Version: 1.0\r\n", proven=proven).partition(b"\r\n\r\n")[0]
    subject = f"Re: {mail['Subject']}".replace("\n", " ")
    return head.replace(f"Subject: About {name}".encode(), f"Subject: {subject}".encode()) + b"\r\n" + body
