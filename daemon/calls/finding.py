"""Who would be called for a ticket, by the configuration of this house."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from daemon.desk import Desk
from tickets import callees
from tickets.callees import Found, Wanted
from tickets.calls import Callee
from tickets.directory import Role
from tickets.model import Ticket


def find(desk: Desk, wanted: Wanted, ticket: Ticket | None, now: datetime, but: Collection[str] = ()) -> Found:
    """As `tickets.callees.find`; who has no address of ours is not called: their answer would be a customer's."""
    account = desk.directory.account(ticket.account) if ticket is not None and ticket.account else None
    found = callees.find(desk.config.calls.roster, wanted, account, now, but=but)
    strangers = [each.address for each in found.callees if _is_stranger(desk, each)]
    if not strangers:
        return found
    why = f"{found.why}; {', '.join(map(str, strangers))} is no address of ours, so that an answer is a customer's"
    ours = tuple(each for each in found.callees if not _is_stranger(desk, each))
    return replace(found, callees=ours, why=why, known=bool(ours))


def choose(
    desk: Desk, wanted: Sequence[Wanted], ticket: Ticket | None, now: datetime, but: Collection[str] = ()
) -> tuple[tuple[Callee, ...], str | None]:
    """All of those, or the team where nobody of them is found; and the channel of the first that has one."""
    found = [find(desk, each, ticket, now, but) for each in wanted]
    channel = next((each.channel for each in found if each.channel is not None), None)
    return callees.choose(found, find(desk, Wanted("team"), ticket, now, but)), channel


def _is_stranger(desk: Desk, callee: Callee) -> bool:
    return callee.address is not None and desk.directory.role_of(callee.address) not in {Role.AGENT, Role.STAFF}
