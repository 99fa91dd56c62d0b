"""Plays the story in, part by part, and prints what becomes of each."""

import asyncio
import smtplib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from daemon import clock, control
from daemon.cli.demo import stage as stages
from daemon.cli.demo.letters import OURS, Letter
from daemon.cli.demo.slack import LocalSlack
from daemon.cli.demo.world import Sunk, World
from daemon.config import Config, load

DECIDED_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Deed:
    """A part of the story that is no mail: what is done, and what should become of it."""

    title: str
    act: "Callable[[Show], Awaitable[bool]]"  # True where it went as it should
    outcome: str  # in words, for whoever watches
    acknowledged: str | None = None  # whose acknowledgement should be in the sink afterwards


@dataclass(slots=True)
class Show:
    """Plays the story in and prints what becomes of each part."""

    console: Console
    stage: stages.Stage
    world: World
    slack: LocalSlack
    sunk: list[Sunk] = field(default_factory=list)
    seen: int = 0  # the last arrival that was printed
    settings: Config = field(init=False)

    def __post_init__(self) -> None:
        self.settings = load(self.stage.config)
        self.world.seen = self._caught
        self.sunk = [self._known(path) for path in sorted(self.stage.sent.glob("*.eml"))]

    async def tell(self, story: Sequence[Letter | Deed]) -> bool:
        """Play what has not been played yet; True when everything went as the story says."""
        played = set(self.stage.played.read_text("utf-8").splitlines()) if self.stage.played.exists() else set[str]()
        await self._print_new(quiet=True)
        if played:
            self.console.print(f"{len(played)} parts of the story were played before; the tickets are all there:")
            self.console.print(f"  helpdeskd --config {self.stage.config} tickets")
        well = True
        for part in story:
            if part.title not in played:
                well = await (self._play(part) if isinstance(part, Letter) else self._do(part)) and well
                with self.stage.played.open("a", encoding="utf-8") as done:
                    done.write(part.title + "\n")
        return self._sum_up(story) and well

    def invite(self) -> None:
        """Say how to take part."""
        self.console.print(
            f"\nStill running. Write to it yourself:\n"
            f'  helpdeskd demo --state {self.stage.folder} --say "My question" --from you@example.net\n'
            f"or with any mail program by SMTP on 127.0.0.1:{self.stage.smtp_port}, to {', '.join(OURS)}.\n"
            f"Answers land in {self.stage.sent}; the links of surveys in them open in your browser.\n"
            f"Look inside: helpdeskd --config {self.stage.config} status|tickets|show 1|quarantine list|who 1|csat\n"
            f"Ctrl-C ends it; a second start goes on from here."
        )

    async def watch(self) -> None:
        """Print what arrives and what leaves until cancelled."""
        while True:
            await self._print_new()
            await asyncio.sleep(0.5)

    async def _play(self, letter: Letter) -> bool:
        self.console.print(f"\n[bold]{letter.title}[/] → {', '.join(letter.to)}")
        raw = letter.raw
        for sunk in self.sunk:
            raw = raw.replace(f"{{ack:{sunk.recipient}}}", sunk.message_id)
        for sunk in self.sunk:
            if sunk.asks:
                raw = raw.replace(f"{{survey:{sunk.recipient}}}", sunk.message_id)
        for sunk in reversed(self.sunk):
            if "[#1]" in sunk.subject:
                raw = raw.replace(f"{{last:{sunk.recipient}}}", sunk.message_id)
        before = len(self.sunk)
        message_id = raw.partition("Message-ID: ")[2].partition("\n")[0]
        if not letter.proven:
            self.world.unproven.add(message_id)
        known = await self.arrivals()
        await asyncio.to_thread(_send, self.stage.smtp_port, letter, raw)
        decided = await self.until(
            lambda rows: sum(r["id"] not in known and bool(r["outcome"]) for r in rows) == len(letter.to)
        )
        acknowledged = letter.acknowledged is None or await self.caught_for(letter.acknowledged, 0)
        told = [await self.caught_for(who, before) for who in letter.told]
        await self._print_new()
        well = decided and acknowledged and all(told)
        return self._judge(letter.outcome, well=well)

    async def _do(self, deed: Deed) -> bool:
        self.console.print(f"\n[bold]{deed.title}[/]")
        well = await deed.act(self)
        await self._print_new()
        return self._judge(deed.outcome, well=well)

    def _judge(self, outcome: str, *, well: bool) -> bool:
        verdict = "[green]as it should be[/]" if well else "[red]NOT as it should be[/]"
        self.console.print(f"  {verdict}: {outcome}")
        return well

    async def arrivals(self) -> dict[int, dict[str, Any]]:
        """The newest arrivals, by their numbers."""
        rows = await asyncio.to_thread(control.ask, self.settings, "arrivals", {"limit": 50})
        return {row["id"]: row for row in rows}

    async def until(self, is_so: Callable[[list[dict[str, Any]]], bool], seconds: float = DECIDED_SECONDS) -> bool:
        """Wait until the arrivals are so; False where that takes too long."""
        until = clock.monotonic() + seconds
        while clock.monotonic() < until:
            if is_so(list((await self.arrivals()).values())):
                return True
            await asyncio.sleep(0.1)
        return False

    async def caught_for(self, address: str, before: int, seconds: float = DECIDED_SECONDS) -> bool:
        """Wait until something has left for this address after the first so many mails."""
        return await self.until(lambda _: any(sunk.recipient == address for sunk in self.sunk[before:]), seconds)

    async def _print_new(self, *, quiet: bool = False) -> None:
        for number, row in sorted((await self.arrivals()).items()):
            if number <= self.seen or not row["outcome"]:
                continue
            self.seen = number
            if not quiet:
                where = f" on ticket #{row['ticket']}" if row["ticket"] else ""
                why = f" ({row['why']})" if row["why"] else ""
                self.console.print(
                    f"  arrival {number} in {row['mailbox']}: {row['outcome']}{where}{why}", markup=False
                )

    def _caught(self, sunk: Sunk) -> None:
        self.sunk.append(sunk)
        self.console.print(f"  → mail to {sunk.recipient}: {sunk.subject}  [{sunk.path.name}]", markup=False)

    def _known(self, path: Path) -> Sunk:
        return self.world.read(path, path.stem.partition("-")[2])

    def _sum_up(self, story: Sequence[Letter | Deed]) -> bool:
        """Whether the sink holds exactly the acknowledgements that it should."""
        wanted = sorted(part.acknowledged for part in story if part.acknowledged)
        ours = set(wanted)
        there = sorted(sunk.recipient for sunk in self.sunk if sunk.acknowledges and sunk.recipient in ours)
        self.console.print(f"\nThe sink holds {len(there)} acknowledgements; it should hold {len(wanted)}.")
        return there == wanted


def _send(port: int, letter: Letter, raw: str) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as line:
        line.sendmail(letter.sender, list(letter.to), raw.replace("\n", "\r\n").encode())
