"""Hold all automatic mail to customers until `resume`; answers of agents and alerts still leave.

Mail is read and becomes tickets as ever. What is held for more than a day is dropped and counted, never sent late;
reminders that fall due meanwhile wait for `resume`.
"""

import argparse
from typing import Any

from daemon import clock, config, control, tables
from daemon.desk import Desk
from store import audit, outbox
from store.engine import Session


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """As a program wants it."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """0 when automatic mail is held from now on."""
    said = control.ask(config.load(args.config), "pause", {})
    tables.say(said, "Automatic mail to customers is held. Go on with: helpdeskd resume", as_json=args.json)
    return 0


def answer(desk: Desk, request: dict[str, Any], actor: str) -> Any:  # noqa: ARG001 every verb is answered alike
    """Hold it, and note who wanted it."""
    now = clock.now()

    def pause(session: Session) -> None:
        outbox.pause(session, on=True, now=now, actor=actor)
        audit.note(session, actor, "pause", "", now)

    desk.store.write(pause).result()
    return {"paused": True}
