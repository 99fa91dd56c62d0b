"""Show one ticket: who asked, what was written, what happened, what has left.

Internal notes are shown, too: this is for people of yours.
"""

import argparse
from typing import Any

from daemon import config, control, tables
from daemon.answers import plain
from daemon.control import Trouble
from daemon.desk import Desk
from store import messages, persons, sendings, tickets


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which one."""
    parser.add_argument("number", type=int, help="the ticket's number")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """0 when there is such a ticket."""
    said = control.ask(config.load(args.config), "show", {"number": args.number})
    if args.json:
        tables.say(said, "", as_json=True)
        return 0
    ticket = said["ticket"]
    tables.say(
        None, f"#{ticket['number']} {ticket['subject']}  [{ticket['status']}, {ticket['mailbox']}]", as_json=False
    )
    asked = said["requester"]
    tables.say(
        None, f"requester: {asked['name']} <{asked['address']}>" if asked else "requester: nobody", as_json=False
    )
    if said["same_conversation"]:
        numbers = ", ".join(f"#{each}" for each in said["same_conversation"])
        tables.say(None, f"perhaps the same conversation, by Exchange's Thread-Index: {numbers}", as_json=False)
    tables.show(said["messages"], ("added_at", "kind", "author", "reply"), as_json=False)
    tables.show(said["events"], ("at", "event", "details"), as_json=False)
    tables.show(said["outgoing"], ("key", "recipient", "state", "attempts", "last_error"), as_json=False)
    return 0


def answer(desk: Desk, request: dict[str, Any], actor: str) -> Any:  # noqa: ARG001 every verb is answered alike
    """Everything about one ticket. Raises Trouble where there is none of that number."""
    number = int(request["number"])
    with desk.store.read() as session:
        ticket = tickets.load(session, number)
        if ticket is None:
            raise Trouble(f"there is no ticket #{number}; see: helpdeskd tickets")
        written = messages.messages(session, number)
        known = persons.addresses(session, [one for one in (ticket.requester, ticket.owner) if one is not None])
        return {
            "ticket": plain(ticket),
            "requester": plain(known[ticket.requester]) if ticket.requester else None,
            "owner": plain(known[ticket.owner]) if ticket.owner else None,
            "messages": plain(written),
            "same_conversation": messages.same_conversation(session, number, ticket.requester)
            if ticket.requester is not None
            else [],
            "events": [
                {"at": plain(at), "event": type(event).__name__, "details": plain(event)}
                for at, event in tickets.events(session, number)
            ],
            "outgoing": plain(sendings.of_ticket(session, number)),
        }
