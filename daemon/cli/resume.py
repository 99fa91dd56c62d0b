"""Let automatic mail to customers go again after `pause`.

What was held for less than a day goes out now; what is older has been dropped and counted.
"""

import argparse
from typing import Any

from daemon import clock, config, control, tables
from daemon.desk import Desk
from daemon.timer import held_for
from store import audit, outbox
from store.engine import Session


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """As a program wants it."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """0 when automatic mail goes again."""
    said = control.ask(config.load(args.config), "resume", {})
    tables.say(said, f"Automatic mail goes again; {said['dropped']} were too old and dropped.", as_json=args.json)
    return 0


def answer(desk: Desk, request: dict[str, Any], actor: str) -> Any:  # noqa: ARG001 every verb is answered alike
    """Drop what is too old before anything can leave, let go the rest, note who wanted it."""
    now = clock.now()

    def resume(session: Session) -> int:
        dropped = outbox.drop_stale(session, now - held_for(desk), now)
        outbox.pause(session, on=False, now=now, actor=actor)
        audit.note(session, actor, "resume", f"dropped {dropped}", now)
        return dropped

    return {"paused": False, "dropped": desk.store.write(resume).result()}
