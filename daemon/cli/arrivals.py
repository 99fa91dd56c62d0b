"""List what came in and what became of it, newest first.

Every mail is here from the moment it was journaled; without an outcome it is still in work.
"""

import argparse
from typing import Any

from daemon import config, control, tables
from daemon.answers import plain
from daemon.desk import Desk
from store import ledger

COLUMNS = ("id", "received_at", "mailbox", "sender", "subject", "outcome", "ticket", "why")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many, and from where on."""
    parser.add_argument("--limit", type=int, default=50, help="how many (default: %(default)s)")
    parser.add_argument("--before", type=int, metavar="ID", help="only those that came before this arrival")
    parser.add_argument("--json", action="store_true", help="print a JSON list")


def run(args: argparse.Namespace) -> int:
    """0 whatever there is."""
    rows = control.ask(config.load(args.config), "arrivals", {"limit": args.limit, "before": args.before})
    tables.show(rows, COLUMNS, as_json=args.json)
    return 0


def answer(desk: Desk, request: dict[str, Any], actor: str) -> Any:  # noqa: ARG001 every verb is answered alike
    """The rows."""
    with desk.store.read() as session:
        return plain(ledger.arrivals(session, int(request.get("limit") or 50), request.get("before")))
