"""Is all well? The ledger, the outbox, the mailboxes, and who stands still.

Exit status 1 where something needs a person: a mailbox that cannot be read, a worker that stands still, a ledger that
does not add up.
"""

import argparse
from typing import Any

from daemon import config, control, tables
from daemon.answers import plain
from daemon.desk import Desk
from store import ledger as books
from store import outbox


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """As a program wants it."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """0 when all is well, 1 when something needs a person."""
    said = control.ask(config.load(args.config), "status", {})
    if args.json:
        tables.say(said, "", as_json=True)
        return 0 if said["well"] else 1
    ledger = said["ledger"]
    parts = [f"{outcome} {number}" for outcome, number in ledger["by_outcome"].items() if number]
    sums = " + ".join([*parts, f"in work {ledger['in_work']}"])
    tables.say(
        None, f"{'running' if said['running'] else 'not running'}{', paused' if said['paused'] else ''}", as_json=False
    )
    tables.say(
        None, f"arrivals {ledger['arrivals']} = {sums}{'' if ledger['adds_up'] else '  DOES NOT ADD UP'}", as_json=False
    )
    tables.show(
        [{"outbox": name, "items": number} for name, number in said["outbox"].items()],
        ("outbox", "items"),
        as_json=False,
    )
    tables.show(said["mailboxes"], ("mailbox", "read_at", "fault"), as_json=False)
    tables.show(said["standing_still"], ("worker", "seconds", "doing"), as_json=False)
    return 0 if said["well"] else 1


def answer(desk: Desk, request: dict[str, Any], actor: str) -> dict[str, Any]:  # noqa: ARG001 every verb is answered alike
    """What the store and the workers say."""
    with desk.store.read() as session:
        ledger = books.ledger(session)
        waiting = outbox.counts(session)
        paused = outbox.is_paused(session)
    boxes = [
        {"mailbox": each.polled.address, "read_at": plain(each.read_at), "fault": each.fault}
        for each in desk.life.pollers
    ]
    boxes += [{"mailbox": each.name, "read_at": None, "fault": each.fault} for each in desk.life.listeners]
    silent = plain(desk.life.watchdog.silent()) if desk.life.watchdog else []
    return {
        "running": desk.life.watchdog is not None,
        "paused": paused,
        "ledger": {
            "arrivals": ledger.arrivals,
            "in_work": ledger.in_work,
            "by_outcome": {outcome.value: number for outcome, number in ledger.by_outcome},
            "by_kind": dict(ledger.by_kind),
            "adds_up": ledger.adds_up,
        },
        "outbox": {f"{each.klass} {each.state}": each.many for each in waiting},
        "mailboxes": boxes,
        "standing_still": silent,
        "well": ledger.adds_up and not silent and not any(box["fault"] for box in boxes),
    }
