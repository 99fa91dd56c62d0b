"""Tell who would be called in, and why: the customer engineer, product owners, the team, whoever is on call.

With a ticket's number for that ticket, without one for any. What follows where nobody answers is told behind it.
"""

import argparse
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from daemon import clock, config, control, tables
from daemon.answers import plain
from daemon.calls import finding
from daemon.control import Trouble
from daemon.desk import Desk
from store import tickets
from tickets.callees import KINDS, Found, Wanted
from tickets.ladder import Rung
from tickets.model import Ticket


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """For which ticket, and of whom."""
    parser.add_argument("number", type=int, nargs="?", help="the ticket's number")
    parser.add_argument("--whom", choices=KINDS, help="of these only (default: of all)")
    parser.add_argument("--area", help="the area of the product (default: all of them)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """0 when somebody would be called, else 1."""
    request = {"number": args.number, "whom": args.whom, "area": args.area}
    said = control.ask(config.load(args.config), "who", request)
    tables.say(said, "\n".join(_lines(said)), as_json=args.json)
    return 0 if any(each["callees"] for each in said["found"]) else 1


def _lines(said: dict[str, Any]) -> Iterator[str]:
    for each in said["found"]:
        about = f"{each['whom']} {each['area'] or ''}".rstrip()
        where = f" in {each['channel']}" if each["channel"] else ""
        if not each["callees"]:
            yield f"{about}{where}: nobody: {each['why']}"
        yield from (f"{about}{where}: {_name(callee)}: {callee['why']}" for callee in each["callees"])
    if said["remind_hours"] is not None:
        yield f"without an answer: a reminder after {said['remind_hours']:g} h"
    for step in said["ladder"]:
        where = f" in {step['channel']}" if step["channel"] else ""
        names = ", ".join(_name(callee) for callee in step["callees"]) or "nobody"
        yield f"after {step['hours']:g} h more {step['name']}{where}: {names}"


def _name(callee: dict[str, Any]) -> str:
    slack = f", {callee['slack']} in Slack" if callee["slack"] else ""
    return f"{callee['name']} ({callee['address'] or 'no address'}{slack})"


def answer(desk: Desk, request: dict[str, Any], actor: str) -> Any:  # noqa: ARG001 every verb is answered alike
    """Who would be called now. Raises Trouble where there is no ticket of that number."""
    number, whom, area = request.get("number"), request.get("whom"), request.get("area")
    ticket = None
    if number is not None:
        with desk.store.read() as session:
            ticket = tickets.load(session, int(number))
        if ticket is None:
            raise Trouble(f"there is no ticket #{number}; see: helpdeskd tickets")
    elif whom in {"ce", "ae"}:
        raise Trouble(f"each account has its own {whom}; name a ticket: helpdeskd who 42 --whom {whom}")
    now = clock.now()
    wanted = list(_wanted(desk, ticket, whom or ("product" if area else None), area))
    found = [_tell(finding.find(desk, each, ticket, now)) for each in wanted]
    ladder = desk.config.calls.ladder
    is_all = whom is None and area is None
    return {
        "number": number,
        "found": found,
        "remind_hours": ladder.remind.total_seconds() / 3600 if is_all else None,
        "ladder": [_step(desk, each, ticket, now) for each in ladder.rungs] if is_all else [],
    }


def _wanted(desk: Desk, ticket: Ticket | None, whom: str | None, area: str | None) -> Iterator[Wanted]:
    areas = (area,) if area else sorted(desk.config.calls.roster.areas) or ("",)
    for kind in (whom,) if whom else KINDS:
        if kind == "product":
            yield from (Wanted(kind, each) for each in areas)
        elif whom or ticket is not None or kind not in {"ce", "ae"}:
            yield Wanted(kind)


def _tell(found: Found) -> dict[str, Any]:
    return {
        "whom": found.wanted.whom,
        "area": found.wanted.area,
        "callees": plain(found.callees),
        "channel": found.channel,
        "why": found.why,
    }


def _step(desk: Desk, rung: Rung, ticket: Ticket | None, now: datetime) -> dict[str, Any]:
    wanted = [Wanted(each) for each in rung.who if each != "product"]
    callees, channel = finding.choose(desk, wanted, ticket, now)
    return {
        "name": rung.name,
        "hours": rung.after.total_seconds() / 3600,
        "channel": rung.channel or channel,
        "callees": plain(callees),
    }
