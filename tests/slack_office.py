"""An office whose people are on a local Slack: what is put leaves for it, and what is said there is decided."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from daemon import clock
from daemon.intake import Intake
from daemon.lookups.signature_lookup import SignatureLookup
from daemon.sandbox import Limits, Sandbox
from daemon.slack import posting
from daemon.slack.house import SlackHouse, open_house
from daemon.watchdog import Watchdog
from store import messages, slack_channels, slack_threads, tickets
from store.engine import Session, Store
from tests.office import CONFIG, SUPPORT, Office, open_office, write
from tests.servers.slack_server import ALICE, CAROL, INSIDE, SHARED, SlackServer
from tickets.calls import Asking, Callee
from tickets.model import Ticket

T = TypeVar("T")
SLACK = """
[slack]
bot_token = {{ env = "SLACK_BOT_TOKEN" }}
app_token = {{ env = "SLACK_APP_TOKEN" }}
signing_secret = {{ env = "SLACK_SIGNING_SECRET" }}
base_url = "{0}"
channel = "C00DEFAULT"
"""
ACCOUNT = f'language = "de"\ninternal_channel = "{INSIDE}"\ncustomer_channel = "{SHARED}"'
AGENT = f'addresses = ["alice@acme-team.example"]\nslack = "{ALICE}"'


@dataclass
class SlackOffice:
    """An office, a Slack, and what runs between them; times are those of the real clock."""

    office: Office
    slack: SlackServer
    house: SlackHouse
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def write(self, work: Callable[[Session], T]) -> T:
        return await asyncio.wrap_future(self.office.desk.store.write(work))

    async def ticket(self, number: int = 1) -> Ticket:
        found = await self.write(lambda session: tickets.load(session, number))
        assert found is not None
        return found

    async def notes(self, number: int = 1) -> list[messages.MessageRow]:
        rows = await self.write(lambda session: messages.messages(session, number))
        return [row for row in rows if row.kind == "note"]

    async def trust(self, channel: str = INSIDE) -> None:
        """Have it on record that Slack calls a channel ours alone."""
        await self.write(lambda session: slack_channels.note(session, channel, None, clock.now()))

    async def call(self, asking: Asking) -> bool:
        """Put a call for the first ticket."""
        ticket = await self.ticket(asking.ticket)
        return await self.write(lambda s: posting.put_call(s, self.office.desk, ticket, asking, clock.now()))

    async def begun(self, *, anew: bool = False) -> None:
        """Wait until it is on record by which message the thread began; `anew`: put it there."""
        [first, *_] = self.slack.messages[INSIDE]
        if anew:
            await self.write(lambda session: slack_threads.posted(session, 1, INSIDE, first["ts"]))
        for _ in range(500):
            if not await self.write(lambda session: slack_threads.has_unposted(session, INSIDE)):
                return
            await asyncio.sleep(0.02)
        raise AssertionError("the thread never began")

    async def forget_ts(self) -> None:
        """As it is between Slack's taking a message and our knowing."""
        kept = await self.write(lambda session: slack_threads.find(session, 1, INSIDE))
        assert kept is not None
        await self.write(lambda session: slack_threads.forget(session, 1, INSIDE))
        await self.write(lambda session: slack_threads.begin(session, replace(kept, ts=None), clock.now()))

    def run(self) -> None:
        """Deliver what is put from now on."""
        self.tasks.append(asyncio.create_task(self.house.dispatch.run()))

    async def stop(self) -> None:
        """End what runs."""
        self.house.dispatch.stop()
        self.house.guard.stop()
        await asyncio.gather(*self.tasks)

    async def decide(self) -> None:
        """Decide what has arrived, as the intake does it."""
        desk = self.office.desk
        sandbox = Sandbox(1, Limits())
        lookup = SignatureLookup(desk.config.proof, desk.directory.is_own)
        readers = {"slack": self.house.reader.read}
        intake = Intake(desk, sandbox, lookup, lambda _: None, left=lambda: None, readers=readers)
        work = asyncio.to_thread(_decide_all, intake)
        await work
        lookup.close()
        await asyncio.to_thread(sandbox.close)


def _decide_all(intake: Intake) -> None:
    while intake._claim() or intake._ahead or intake._writing:
        intake._decide_ready(wait=True)
        intake._collect(wait=True)


def asking(*members: str, call: int = 1, rung: int = 0, channel: str | None = INSIDE, text: str = "Help!") -> Asking:
    """A call for whoever has these member ids."""
    names = {ALICE: "Alice", CAROL: "Carol"}
    callees = tuple(Callee(names[each], f"{names[each].lower()}@acme-team.example", each, "CE") for each in members)
    return Asking(1, call, rung, "ce", None, callees, channel, "#call ce by Alice", text)


async def open_slack_office(
    store: Store, folder: Path, slack: SlackServer, *, text: str = "Help!", more: str = ""
) -> SlackOffice:
    """An office with one ticket of Initech's."""
    config = CONFIG.replace('language = "de"', ACCOUNT).replace('addresses = ["alice@acme-team.example"]', AGENT)
    config += (SLACK.format(slack.base_url) + more).replace("{", "{{").replace("}", "}}")
    opened = await asyncio.to_thread(open_office, store, folder, "", config)
    opened.now = clock.now()
    letter = write("max@initech.example", "the search", text=text, to=SUPPORT)
    await asyncio.to_thread(partial(opened.receive, letter))
    house = open_house(opened.desk, Watchdog(clock.monotonic), lambda: None)
    assert house is not None
    return SlackOffice(opened, slack, house)
