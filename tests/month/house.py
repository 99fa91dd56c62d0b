"""The office of the month: its configuration, its people, its Slack, and the post that goes in and out by its clock."""

import asyncio
import email
import email.policy
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header
from email.message import EmailMessage
from functools import partial
from pathlib import Path

from daemon import enact
from daemon.config import load
from daemon.desk import open_desk
from daemon.slack.house import SlackHouse
from daemon.slack.rooms import internal_channels
from mail.parse import parse
from store import journal, outbox
from store.engine import Store
from tests.office import HI, MAILBOX, SUPPORT, Office
from tests.servers.slack_server import SlackServer

BEGIN = datetime(2026, 3, 16, 5, tzinfo=UTC)  # a Monday, six o'clock in Berlin
END = BEGIN + timedelta(days=30)
DOWN = (datetime(2026, 3, 26, 9, 30, tzinfo=UTC), datetime(2026, 3, 28, 9, 30, tzinfo=UTC))  # back on a Saturday
ALICE, BEN, MIA, NOOR = (f"{name}@acme-team.example" for name in ("alice", "ben", "mia", "noor"))
CAROL, DAN, SUE = (f"{name}@acme-team.example" for name in ("carol", "dan", "sue"))
OPS = "ops@elsewhere.example"
MEMBERS = {ALICE: "U000ALICE0", BEN: "U000BEN000", CAROL: "U000CAROL0", DAN: "U000DAN000", SUE: "U000SUE000"}
INITECH, ELSEWHERE, TEAMMATES = "C000INITECH", "C000DEFAULT", "C000TEAM00"
CUSTOMERS = "C000SHARED0"
CHANNELS = {INITECH: "acct-initech", ELSEWHERE: "helpdesk", TEAMMATES: "teammates", CUSTOMERS: "initech-and-acme"}
OURS = ("acme-team.example", "elsewhere.example")
CONFIG = f"""
[helpdesk]
name = "Acme"
admins = ["{OPS}"]
state = "{{state}}"
[proof]
authserv_id = "mx.acme.example"
[outgoing]
host = "127.0.0.1"
tls = "none"
[staff]
domains = ["acme-team.example"]
[[agents]]
name = "Alice"
addresses = ["{ALICE}"]
quiet = "18:00-08:00"
time_zone = "Europe/Berlin"
slack = "{MEMBERS[ALICE]}"
[[agents]]
name = "Ben"
addresses = ["{BEN}"]
time_zone = "Europe/Berlin"
slack = "{MEMBERS[BEN]}"
[[agents]]
name = "Mia"
addresses = ["{MIA}"]
notices = "digest"
time_zone = "Europe/Berlin"
[[agents]]
name = "Noor"
addresses = ["{NOOR}"]
notices = "mine"
time_zone = "Europe/Berlin"
[[people]]
name = "Carol"
address = "{CAROL}"
slack = "{MEMBERS[CAROL]}"
absent = ["2026-03-19 to 2026-03-25"]
stand_in = "{DAN}"
time_zone = "Europe/Berlin"
[[people]]
name = "Dan"
address = "{DAN}"
slack = "{MEMBERS[DAN]}"
[[people]]
name = "Sue"
address = "{SUE}"
[[accounts]]
name = "Initech"
domains = ["initech.example"]
language = "de"
ce = "{CAROL}"
plan = "Gold"
internal_channel = "{INITECH}"
customer_channel = "{CUSTOMERS}"
[[accounts]]
name = "Globex"
domains = ["globex.example"]
ce = "{DAN}"
[[calendars]]
name = "default"
time_zone = "Europe/Berlin"
country = "DE"
[quarantine]
readers = ["{BEN}"]
[filters]
rules = "rules.toml"
[calls]
team = ["{ALICE}", "{BEN}"]
[calls.product.search]
owner = "{SUE}"
[[calls.ladder]]
name = "teammates"
channel = "{TEAMMATES}"
[[calls.ladder]]
name = "engineering"
who = ["{SUE}"]
[slack]
bot_token = {{{{ env = "SLACK_BOT_TOKEN" }}}}
app_token = {{{{ env = "SLACK_APP_TOKEN" }}}}
base_url = "{{slack}}"
channel = "{ELSEWHERE}"
"""
RULES = """
[[rules]]
name = "PILLS"
reason = "it offers pills"
decide = "spam"
when = { text = '(?i)pills' }
"""


@dataclass(frozen=True, slots=True)
class Left:
    """Something that has left: `kind` says what for, `to` is an address or a channel."""

    at: datetime
    channel: str
    klass: str
    kind: str
    to: str
    ticket: int | None
    subject: str
    raw: bytes
    message_id: str = ""

    def line(self) -> str:
        """As the list of all that left has it."""
        number = f"#{self.ticket}" if self.ticket is not None else "-"
        fields = (f"{self.at:%a %m-%d %H:%M}", f"{self.channel:5}", f"{self.klass:15}", f"{self.kind:11}")
        return " ".join((*fields, f"{self.to:27}", f"{number:5}", self.subject))

    def mail(self) -> EmailMessage:
        """The mail as its reader sees it."""
        found = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        return found


@dataclass
class House:
    """The office, and everything that ever left it."""

    office: Office
    slack: SlackServer
    way_out: SlackHouse
    left: list[Left] = field(default_factory=list)
    came: list[int] = field(default_factory=list)  # arrivals, in order
    _heard: int = 0
    _is_decided: bool = True  # nothing has come since

    @property
    def now(self) -> datetime:
        return self.office.now

    async def open(self) -> None:
        """What is done at the start: ask Slack who reads its channels."""
        for channel in sorted(internal_channels(self.office.desk.config)):
            await self.way_out.guard.check(channel)

    def take_in(self, raw: bytes, mailbox: str, age: timedelta = timedelta(0)) -> int:
        """A mail reaches a mailbox of ours; it is decided with the others."""
        office = self.office
        uid = office.uids[mailbox] = office.uids.get(mailbox, 0) + 1
        new = journal.NewArrival(uid, 1, self.now - age, raw)
        cursor = (1, uid)
        record = partial(journal.record, mailbox=mailbox, mails=[new], cursor=cursor, now=self.now)
        [arrival] = office.write(record)
        self.came.append(arrival)
        self._is_decided = False
        return arrival

    async def say(self, channel: str, thread: str, user: str, text: str) -> None:
        """Somebody writes in a thread on Slack."""
        event = {"type": "message", "channel": channel, "user": user, "text": text, "thread_ts": thread}
        told = self.slack.event({**event, "ts": self.slack.next_ts()})
        await self.way_out.hearing.hear(json.dumps(told).encode())
        self._is_decided = False

    async def decide(self) -> None:
        """Decide all that has arrived, in order."""
        claim = partial(journal.claim, limit=1, now=self.now, lease=timedelta(minutes=5))
        while not self._is_decided and (claimed := self.office.write(claim)):
            [each] = claimed
            if each.kind == "slack":
                deciding = self.way_out.reader.read(each)
                await asyncio.wrap_future(deciding.asked)
                self.office.write(deciding.decide)
            else:
                mail = parse(each.raw)
                enacting = partial(enact.enact, desk=self.office.desk, claimed=each, mail=mail, now=self.now)
                self.office.write(enacting)
        self._is_decided = True

    async def let_leave(self) -> list[Left]:
        """Let leave whatever is due, by mail and on Slack."""
        fresh: list[Left] = []
        while claimed := self.office.leave():
            fresh += map(self._mail, claimed)
        dispatch = self.way_out.dispatch
        while posted := await dispatch._claim(20):
            for each in posted:
                await dispatch._one(each)
                fresh += self._posts(each.klass, each.ticket, each.item.key)
        self.left += fresh
        return fresh

    def _mail(self, each: outbox.Claimed) -> Left:
        item, raw = each.item, each.item.payload
        mail = email.message_from_bytes(raw)
        kind = str(mail["X-Helpdeskd-Occasion"] or item.key.partition(":")[0])
        subject = " ".join(str(make_header(decode_header(mail["Subject"]))).split())
        about = ("mail", each.klass, kind, item.recipient, each.ticket)
        return Left(self.now, *about, subject, raw, item.message_id)

    def _posts(self, klass: str, ticket: int | None, key: str) -> Iterator[Left]:
        called, self._heard = self.slack.calls[self._heard :], len(self.slack.calls)
        for method, given in called:
            if method.startswith("chat."):
                kind = "update" if method == "chat.update" else "first" if "thread_ts" not in given else "thread"
                said = " ".join(str(given["text"]).split())
                raw = json.dumps(given).encode()
                yield Left(self.now, "slack", klass, kind, CHANNELS[given["channel"]], ticket, said, raw, key)


def open_month(store: Store, folder: Path, slack: SlackServer) -> Office:
    """The office on the first morning."""
    (folder / "rules.toml").write_text(RULES, "utf-8")
    boxes = MAILBOX.format(SUPPORT, "") + MAILBOX.format(HI, 'acknowledge = "judged"\nnewsletters = "keep"')
    path = folder / "helpdeskd.toml"
    config = CONFIG.format(state=folder / "state", slack=slack.base_url).replace("{{", "{").replace("}}", "}")
    path.write_text(config + boxes, "utf-8")
    office = Office(open_desk(load(path), store), BEGIN)
    office.write(partial(journal.first_start, now=BEGIN - timedelta(days=10)))
    return office
