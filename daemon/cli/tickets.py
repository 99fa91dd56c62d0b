"""List tickets, the last changed first."""

import argparse
from typing import Any

from daemon import config, control, tables
from daemon.answers import plain
from daemon.desk import Desk
from store import tickets
from tickets.model import Status

COLUMNS = ("number", "status", "mailbox", "requester", "subject", "messages", "owner", "changed_at")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which, and how many."""
    parser.add_argument("--status", choices=[status.value for status in Status], help="only those in this status")
    parser.add_argument("--limit", type=int, default=50, help="how many (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print a JSON list")


def run(args: argparse.Namespace) -> int:
    """0 whatever there is."""
    rows = control.ask(config.load(args.config), "tickets", {"status": args.status, "limit": args.limit})
    tables.show(rows, COLUMNS, as_json=args.json)
    return 0


def answer(desk: Desk, request: dict[str, Any], actor: str) -> Any:  # noqa: ARG001 every verb is answered alike
    """The rows."""
    status = Status(request["status"]) if request.get("status") else None
    with desk.store.read() as session:
        rows = tickets.tickets(session, status, int(request.get("limit") or 50))
        return [
            plain(row.ticket) | {"requester": row.requester, "owner": row.owner, "messages": row.messages}
            for row in rows
        ]
