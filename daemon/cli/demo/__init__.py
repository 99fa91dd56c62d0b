"""Show the main job: a day's mail played into an embedded IMAP server, a small Slack, and what becomes of it.

Needs no server of yours. Everything lies in one folder (--state) and stays there: a second start picks up where the
first was ended. Ctrl-C ends it. `--say TEXT` sends a mail of your own to a demo that is running.
"""

import argparse
import asyncio
import contextlib
import signal
import smtplib
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

from rich.console import Console

from daemon.cli.demo import stage as stages
from daemon.cli.demo import workplace
from daemon.cli.demo.letters import OURS
from daemon.cli.demo.show import Show
from daemon.cli.demo.story import STORY
from daemon.cli.demo.world import World


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
    async with workplace.open_slack(stage) as slack, contextlib.AsyncExitStack() as ending:
        running = ending.enter_context(contextlib.ExitStack())
        running.enter_context(stages.daemon(stage))
        _end_on_signals()
        try:
            show = Show(console, stage, world, slack)
            told = await show.tell(STORY)
            workplace.print_slack(console, slack)
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
