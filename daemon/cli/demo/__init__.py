"""Show the main job: customers' mail played into an embedded IMAP server, and what becomes of it.

Needs no server of yours. Everything lies in one folder (--state) and stays there: a second start picks up where the
first was ended. Ctrl-C ends it. `--say TEXT` sends a mail of your own to a demo that is running.
"""

import argparse
import asyncio
import contextlib
import signal
import smtplib
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any

from rich.console import Console

from daemon import clock, control
from daemon.cli.demo import stage as stages
from daemon.cli.demo.letters import OURS, STORY, Letter
from daemon.cli.demo.world import Sunk, World
from daemon.config import Config, load

DECIDED_SECONDS = 30.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The folder, and what to say to a demo that runs."""
    parser.add_argument(
        "--state", type=Path, default=Path("demo-state"), help="folder of the demo (default: %(default)s)"
    )
    parser.add_argument("--once", action="store_true", help="end when the story has been told")
    parser.add_argument("--say", metavar="TEXT", help="send TEXT to support@ of the demo that runs, and end")
    parser.add_argument(
        "--from", dest="sender", default="you@example.net", help="your address for --say (default: %(default)s)"
    )


def run(args: argparse.Namespace) -> int:
    """0 when it ended as it should, 1 when the story went otherwise than told, 3 when a server did not start."""
    console = Console(highlight=False)
    stage = stages.prepare(args.state)
    if args.say:
        return _say(console, stage, args.sender, args.say)
    try:
        with stages.imap_server(stage):
            return asyncio.run(_play(console, stage, once=args.once))
    except (RuntimeError, OSError) as fault:
        console.print(f"[red]{fault}[/] (logs: {stage.folder})")
        return 3


def _say(console: Console, stage: stages.Stage, sender: str, text: str) -> int:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, OURS[0], text[:60]
    mail["Message-ID"] = make_msgid(domain="example.net")
    mail.set_content(text)
    try:
        with smtplib.SMTP("127.0.0.1", stage.smtp_port, timeout=10) as line:
            line.send_message(mail)
    except OSError as fault:
        console.print(f"no demo is running in {stage.folder} ({fault}); start it with: helpdeskd demo")
        return 3
    console.print(f"sent to {OURS[0]}; the answer will lie in {stage.sent}")
    return 0


async def _play(console: Console, stage: stages.Stage, *, once: bool) -> int:
    world = World(stage.imap_port, OURS, stage.password, stage.sent, seen=lambda _: None)
    server = await world.listen(stage.smtp_port)
    with contextlib.ExitStack() as running:
        running.enter_context(stages.daemon(stage))
        _end_on_signals()
        try:
            show = Show(console, stage, world)
            told = await show.tell()
            if not once:
                show.invite()
                await show.watch()
            return 0 if told else 1
        except asyncio.CancelledError:
            return 0
        finally:
            console.print("\nending …")
            # In a thread: what the daemon still has in hand is taken by the server on this loop.
            await asyncio.to_thread(running.close)
            server.close()


def _end_on_signals() -> None:
    """Ctrl-C and SIGTERM cancel the play, so that everything ends in order."""
    playing = asyncio.current_task()
    assert playing is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, playing.cancel)


@dataclass(slots=True)
class Show:
    """Plays the letters in and prints what becomes of each."""

    console: Console
    stage: stages.Stage
    world: World
    sunk: list[Sunk] = field(default_factory=list)
    seen: int = 0  # the last arrival that was printed
    settings: Config = field(init=False)

    def __post_init__(self) -> None:
        self.settings = load(self.stage.config)
        self.world.seen = self._caught
        self.sunk = [self._known(path) for path in sorted(self.stage.sent.glob("*.eml"))]

    async def tell(self) -> bool:
        """Play what has not been played yet; True when everything went as the letters say."""
        played = set(self.stage.played.read_text("utf-8").splitlines()) if self.stage.played.exists() else set[str]()
        await self._print_new(quiet=True)
        if played:
            self.console.print(f"{len(played)} letters were played before; the tickets are all there:")
            self.console.print(f"  helpdeskd --config {self.stage.config} tickets")
        well = True
        for letter in STORY:
            if letter.title not in played:
                well = await self._play(letter) and well
                with self.stage.played.open("a", encoding="utf-8") as done:
                    done.write(letter.title + "\n")
        return self._sum_up() and well

    def invite(self) -> None:
        """Say how to take part."""
        self.console.print(
            f"\nStill running. Write to it yourself:\n"
            f'  helpdeskd demo --state {self.stage.folder} --say "My question" --from you@example.net\n'
            f"or with any mail program by SMTP on 127.0.0.1:{self.stage.smtp_port}, to {', '.join(OURS)}.\n"
            f"Answers land in {self.stage.sent}\n"
            f"Look inside: helpdeskd --config {self.stage.config} status|tickets|show 1|arrivals|quarantine list\n"
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
        for sunk in reversed(self.sunk):
            if "[#1]" in sunk.subject:
                raw = raw.replace(f"{{last:{sunk.recipient}}}", sunk.message_id)
        before = len(self.sunk)
        message_id = raw.partition("Message-ID: ")[2].partition("\n")[0]
        if not letter.proven:
            self.world.unproven.add(message_id)
        known = await self._arrivals()
        await asyncio.to_thread(_send, self.stage.smtp_port, letter, raw)
        decided = await self._until(
            lambda rows: sum(r["id"] not in known and bool(r["outcome"]) for r in rows) == len(letter.to)
        )
        acknowledged = letter.acknowledged is None or await self._caught_for(letter.acknowledged, 0)
        told = [await self._caught_for(who, before) for who in letter.told]
        await self._print_new()
        well = decided and acknowledged and all(told)
        verdict = "[green]as it should be[/]" if well else "[red]NOT as it should be[/]"
        self.console.print(f"  {verdict}: {letter.outcome}")
        return well

    async def _arrivals(self) -> dict[int, dict[str, Any]]:
        rows = await asyncio.to_thread(control.ask, self.settings, "arrivals", {"limit": 50})
        return {row["id"]: row for row in rows}

    async def _until(self, is_so: Callable[[list[dict[str, Any]]], bool]) -> bool:
        until = clock.monotonic() + DECIDED_SECONDS
        while clock.monotonic() < until:
            if is_so(list((await self._arrivals()).values())):
                return True
            await asyncio.sleep(0.1)
        return False

    async def _caught_for(self, address: str, before: int) -> bool:
        return await self._until(lambda _: any(sunk.recipient == address for sunk in self.sunk[before:]))

    async def _print_new(self, *, quiet: bool = False) -> None:
        for number, row in sorted((await self._arrivals()).items()):
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

    def _sum_up(self) -> bool:
        """Whether the sink holds exactly the acknowledgements that it should."""
        wanted = sorted(letter.acknowledged for letter in STORY if letter.acknowledged)
        ours = {letter.acknowledged for letter in STORY} - {None}
        there = sorted(sunk.recipient for sunk in self.sunk if sunk.acknowledges and sunk.recipient in ours)
        self.console.print(f"\nThe sink holds {len(there)} acknowledgements; it should hold {len(wanted)}.")
        return there == wanted


def _send(port: int, letter: Letter, raw: str) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as line:
        line.sendmail(letter.sender, list(letter.to), raw.replace("\n", "\r\n").encode())
