"""Show one ticket: who asked, what was written, what happened, what has left, what comes next.

Internal notes are shown, too: this is for people of yours.
"""

import argparse
from collections.abc import Iterator
from typing import Any

from daemon import config, control, story, tables
from daemon.answers import plain
from daemon.control import Trouble
from daemon.desk import Desk
from daemon.due import outlook
from store import accounts, calls, history, messages, persons, sendings, tickets
from store.engine import Session
from tickets.ladder import ending
from tickets.model import Ticket


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
    tables.say(None, "\n".join(_heading(said)), as_json=False)
    tables.say(None, "\n".join(_story(said)), as_json=False)
    tables.show(said["outgoing"], ("key", "recipient", "state", "attempts", "last_error"), as_json=False)
    return 0


def _heading(said: dict[str, Any]) -> Iterator[str]:
    ticket = said["ticket"]
    why = f", {ticket['resolution']}" if ticket["resolution"] else ""
    yield f"#{ticket['number']} {ticket['subject']}  [{ticket['status']}{why}, {ticket['mailbox']}]"
    people = said["people"]
    yield f"requester: {people.get(str(ticket['requester']), 'nobody')}"
    yield f"owner: {people.get(str(ticket['owner']), 'nobody')}; priority: {ticket['priority']}"
    facts = ", ".join(f"{name} {value}" for name, value in said["facts"].items())
    lines = {
        "participants": ", ".join(each["name"] + f" <{each['address']}>" for each in said["participants"]),
        "account": f"{ticket['account'] or ''}{f' ({facts})' if facts else ''}",
        "reference": ticket["reference"],
        "tags": " ".join(ticket["tags"]),
        "put aside until": ticket["snoozed_until"],
        "merged into": ticket["merged_into"] and f"#{ticket['merged_into']}",
        "took over": ", ".join(f"#{number}" for number in said["merged"]),
        "perhaps the same conversation, by Exchange's Thread-Index": ", ".join(
            f"#{number}" for number in said["same_conversation"]
        ),
        "next, by itself": said["next"] and f"{said['next']['at'][:16].replace('T', ' ')} UTC: {said['next']['what']}",
        "see also": ticket["linked"] and f"#{ticket['linked']}",
    }
    yield from (f"{name}: {value}" for name, value in lines.items() if value)
    yield from (_call(each) for each in said["calls"] if each["ended_at"] is None)


def _call(call: dict[str, Any]) -> str:
    """A call that nobody has answered."""
    whom = f"{call['whom']} {call['area'] or ''}".rstrip()
    due = f"next step {_minute(call['due_at'])}" if call["due_at"] else "no further step"
    return f"waits for an answer: {whom} ({call['reason']}), since {_minute(call['asked_at'])} UTC; {due}"


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")


def _story(said: dict[str, Any]) -> Iterator[str]:
    """Events and messages, one behind the other, in the order in which they came."""
    told = [(event["at"], 0, event["told"], "") for event in said["events"]]
    told += [(each["added_at"], 1, _author(each), each["reply"] or each["text"]) for each in said["messages"]]
    for at, _, line, text in sorted(told, key=lambda one: (one[0], one[1])):
        yield f"\n{_minute(at)}  {line}"
        yield from (f"    {written}" for written in text.split("\n") if text)


def _author(message: dict[str, Any]) -> str:
    attached = "".join(f" [{each['name']}]" for each in message["attachments"])
    author = message["author"] or message["author_name"] or "nobody"
    return f"{message['kind']} message {message['id']} of {author}{attached}:"


def answer(desk: Desk, request: dict[str, Any], actor: str) -> Any:  # noqa: ARG001 every verb is answered alike
    """Everything about one ticket. Raises Trouble where there is none of that number."""
    number = int(request["number"])
    with desk.store.read() as session:
        ticket = tickets.load(session, number)
        if ticket is None:
            raise Trouble(f"there is no ticket #{number}; see: helpdeskd tickets")
        return {
            "ticket": plain(ticket),
            **_people(session, ticket),
            "facts": accounts.facts(session, ticket.account) if ticket.account is not None else {},
            "same_conversation": _same_conversation(session, ticket),
            "merged": tickets.merged_into(session, number),
            "next": outlook.tell_next(session, desk, ticket),
            "messages": plain(messages.messages(session, number)),
            "events": _events(session, number),
            "calls": _calls(session, number),
            "outgoing": plain(sendings.of_ticket(session, number)),
        }


def _calls(session: Session, number: int) -> list[dict[str, Any]]:
    """Every call for help, with when it ended: also where the clock has not looked at it since."""
    found = calls.of_ticket(session, number)
    happened = [(each.at, each.event) for each in history.history(session, number)] if found else []
    told = []
    for each in found:
        ended = ending(each.call, happened)
        reacted_at = ended.at if ended is not None and ended.reacted else None
        end = each.closed_at or (ended.at if ended is not None else None)
        told.append(plain(each.call) | {"reacted_at": plain(each.reacted_at or reacted_at), "ended_at": plain(end)})
    return told


def _same_conversation(session: Session, ticket: Ticket) -> list[int]:
    return messages.same_conversation(session, ticket.number, ticket.requester) if ticket.requester is not None else []


def _people(session: Session, ticket: Ticket) -> dict[str, Any]:
    ids = [one for one in (ticket.requester, ticket.owner) if one is not None]
    known = persons.addresses(session, ids)
    present = persons.addresses(session, tickets.participants(session, ticket.number))
    return {
        "requester": plain(known.get(ticket.requester or 0)),
        "owner": plain(known.get(ticket.owner or 0)),
        "people": plain(persons.names(session, ids)),
        "participants": plain(list(present.values())),
    }


def _events(session: Session, number: int) -> list[dict[str, Any]]:
    happened = history.history(session, number)
    names = persons.names(session, story.persons_in(happened))
    return [
        {
            "at": plain(each.at),
            "event": type(each.event).__name__,
            "details": plain(each.event),
            "by": plain(each.doer) | {"name": names.get(each.doer.person or 0)},
            "changes": plain(each.changes),
            "told": story.tell(each, names),
        }
        for each in happened
    ]
