"""Find tickets by words of their mails, notes and authors, the newest first.

All the words must stand in one message; an address is found by any part of it.
"""

import argparse
from typing import Any

from daemon import config, control, tables
from daemon.answers import plain
from daemon.desk import Desk
from store import search

COLUMNS = ("number", "status", "mailbox", "requester", "subject", "messages", "owner", "changed_at")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which words."""
    parser.add_argument("words", nargs="+", metavar="WORD", help="a word, in any case")
    parser.add_argument("--limit", type=int, default=50, help="how many tickets (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print a JSON list")


def run(args: argparse.Namespace) -> int:
    """0 when something is found, else 1."""
    rows = control.ask(config.load(args.config), "find", {"words": args.words, "limit": args.limit})
    tables.show(rows, COLUMNS, as_json=args.json)
    return 0 if rows else 1


def answer(desk: Desk, request: dict[str, Any], actor: str) -> Any:  # noqa: ARG001 every verb is answered alike
    """The tickets as rows."""
    wanted = [str(word) for word in request["words"]]
    with desk.store.read() as session:
        found = search.find(session, wanted, max(0, int(request.get("limit") or 50)))
        return [
            plain(row.ticket) | {"requester": row.requester, "owner": row.owner, "messages": row.messages}
            for row in found
        ]
