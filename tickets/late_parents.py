"""A mail may arrive after the answers to it. What it would have gathered in time, it gathers then, by the same rules.

An orphan is a ticket with a message that names this mail as its parent. Both sides must agree: whoever wrote the
message may write on this mail's ticket; where the orphan moves, its requester may, too; where this mail moves, its
author may write on the orphan. A mail that is not proven draws nothing to a ticket that it would open. So nobody gets
to somebody's ticket by announcing a parent, or by making one up.
"""

from dataclasses import replace

from mail.domains import ascii_address
from mail.model import Level
from tickets import joining
from tickets.candidates import Orphan
from tickets.case import Case
from tickets.model import MessageKind, People
from tickets.routes import By, Join, Open, Route


def gather(case: Case, way: Route) -> Route:
    """The same way with the orphans that come along; a mail that would open a ticket goes to the eldest of them."""
    if isinstance(way, Join) and way.kind is not MessageKind.NOTE:
        people, account = _people_of(case, way.number)
        return replace(way, pulls=_pulled(case, people, account, way.number))
    if isinstance(way, Open) and way.kind is not MessageKind.NOTE:
        return _join_eldest(case, way) or _open_with(case, way)
    return way


def _join_eldest(case: Case, way: Open) -> Join | None:
    people, account = _people_opened(way), way.account
    taken = [o for o in _orphans(case) if _would_join(case, o, people, account) and _may_join(case, way, o)]
    if not taken:
        return None
    eldest = min(taken, key=lambda orphan: orphan.candidate.ticket.number)
    ticket = eldest.candidate.ticket
    automatic = case.mail.automatic is not None
    return Join(
        ticket.number,
        By.LATE_PARENT,
        MessageKind.AUTOMATIC if automatic else way.kind,
        way.author,
        from_customer=way.kind is MessageKind.CUSTOMER and not automatic,
        pulls=_pulled(case, eldest.candidate.people, ticket.account, ticket.number),
    )


def _open_with(case: Case, way: Open) -> Open:
    pulls = _pulled(case, _people_opened(way), way.account, None) if _speaks_for_itself(case, way) else ()
    left = [o.candidate.ticket.number for o in case.candidates.orphans if o.candidate.ticket.number not in pulls]
    return replace(way, pulls=pulls, linked=way.linked if way.linked is not None else min(left, default=None))


def _pulled(case: Case, people: People, account: str | None, into: int | None) -> tuple[int, ...]:
    numbers = {o.candidate.ticket.number for o in _orphans(case) if _may_move(case, o, people, account)}
    return tuple(sorted(numbers - {into}))


def _orphans(case: Case) -> tuple[Orphan, ...]:
    """Those that still move by themselves: untouched by our people, not merged."""
    tickets = ((orphan, orphan.candidate.ticket) for orphan in case.candidates.orphans)
    return tuple(orphan for orphan, ticket in tickets if not ticket.touched and ticket.merged_into is None)


def _would_join(case: Case, orphan: Orphan, people: People, account: str | None) -> bool:
    """Whether the orphan's message would have joined, had its parent been known: by Message-ID, so proven."""
    if case.inbound.trust_senders:
        return True
    if orphan.level not in {Level.PROVEN, Level.STRONG}:
        return False
    return _is_welcome(case, orphan.author, people, account)


def _may_move(case: Case, orphan: Orphan, people: People, account: str | None) -> bool:
    """Whether the whole ticket may go where its message belongs: nobody else's may."""
    askers = orphan.candidate.people.requester
    movable = case.inbound.trust_senders or all(_is_welcome(case, asker, people, account) for asker in askers)
    return movable and _would_join(case, orphan, people, account)


def _is_welcome(case: Case, someone: str, people: People, account: str | None) -> bool:
    theirs = joining.is_one_of(someone, people)
    return theirs or joining.is_colleague(someone, people, account, case.directory)


def _may_join(case: Case, way: Open, orphan: Orphan) -> bool:
    """Whether this mail may go to the orphan's ticket, as if that one's Message-ID stood in it."""
    named = joining.Named(orphan.candidate, By.REFERENCE)
    if way.kind is MessageKind.PUBLIC:
        return joining.may_copy_us_in(case, named)
    return _speaks_for_itself(case, way) and joining.may_customer_join(case, named)


def _speaks_for_itself(case: Case, way: Open) -> bool:
    """Whether who wrote this mail is proven, and neither passed it on nor wrote in the name of others."""
    return case.holds and way.source is None and way.author == case.mail.sender


def _people_opened(way: Open) -> People:
    requester = frozenset({ascii_address(way.requester.address)}) if way.requester else frozenset[str]()
    return People(requester, frozenset(ascii_address(a.address) for a in way.participants))


def _people_of(case: Case, number: int) -> tuple[People, str | None]:
    known = (*case.candidates.by_number.values(), *case.candidates.by_id.values())
    found = next(candidate for candidate in known if candidate.ticket.number == number)
    return found.people, found.ticket.account
