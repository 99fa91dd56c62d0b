"""A mail may arrive after the answers to it. What it would have gathered in time, it gathers then, by the same rules.

A relative is a ticket with a message that names this mail, that this mail names, or that answers the same mail as this
one. Both sides must agree: whoever wrote the message may write on this mail's ticket; where the relative moves, its
requester may, too; where this mail moves, its author may write on the relative. A mail that is not proven draws nothing
to a ticket that it would open. So nobody gets to somebody's ticket by announcing a parent, or by making one up. A mail
that names two tickets brings them together only where its author is somebody of both.
"""

from dataclasses import replace

from mail.domains import ascii_address
from tickets import joining
from tickets.candidates import Kin, Relative
from tickets.case import Case
from tickets.model import MessageKind, People
from tickets.routes import By, Join, Open, Route


def gather(case: Case, way: Route) -> Route:
    """The same way with what comes along; a mail that would open a ticket goes to the eldest answer's."""
    if isinstance(way, Join) and way.kind is not MessageKind.NOTE:
        people, account = _people_of(case, way.number)
        return replace(way, pulls=_pulled(case, people, account, way.number))
    if isinstance(way, Open) and way.kind is not MessageKind.NOTE:
        return _join_eldest(case, way) or _open_with(case, way)
    return way


def _join_eldest(case: Case, way: Open) -> Join | None:
    people, account = _people_opened(way), way.account
    taken = [r for r in _children(case) if _would_join(case, r, people, account) and _may_join(case, way, r)]
    if not taken:
        return None
    eldest = min(taken, key=lambda relative: relative.candidate.ticket.number)
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
    answers = {r.candidate.ticket.number for r in case.candidates.relatives if r.kin is Kin.CHILD}
    linked = way.linked if way.linked is not None else min(answers.difference(pulls), default=None)
    return replace(way, pulls=pulls, linked=linked)


def _pulled(case: Case, people: People, account: str | None, into: int | None) -> tuple[int, ...]:
    numbers = {r.candidate.ticket.number for r in _movable(case) if _may_move(case, r, people, account)}
    return tuple(sorted(numbers - {into}))


def _movable(case: Case) -> tuple[Relative, ...]:
    """Those that still move by themselves: untouched by our people, not merged."""
    tickets = ((relative, relative.candidate.ticket) for relative in case.candidates.relatives)
    return tuple(relative for relative, ticket in tickets if not ticket.touched and ticket.merged_into is None)


def _children(case: Case) -> tuple[Relative, ...]:
    return tuple(relative for relative in _movable(case) if relative.kin is Kin.CHILD)


def _would_join(case: Case, relative: Relative, people: People, account: str | None) -> bool:
    """Whether its message would have joined, had all been known: by Message-ID, so proven."""
    if case.inbound.trust_senders:
        return True
    return relative.is_proven and _is_welcome(case, relative.author, people, account)


def _may_move(case: Case, relative: Relative, people: People, account: str | None) -> bool:
    """Whether the whole ticket may go where its message belongs: nobody else's may."""
    if case.inbound.trust_senders:
        return True
    if relative.kin is not Kin.CHILD and not _is_of_both(case, relative):
        return False
    askers = relative.candidate.people.requester
    movable = all(_is_welcome(case, asker, people, account) for asker in askers)
    return movable and _would_join(case, relative, people, account)


def _is_of_both(case: Case, relative: Relative) -> bool:
    """Whether the author of this mail, which names the relative, may write there; a colleague may not by that alone."""
    return joining.may_customer_join(case, joining.Named(relative.candidate, By.REFERENCE, roundabout=True))


def _is_welcome(case: Case, someone: str, people: People, account: str | None) -> bool:
    theirs = joining.is_one_of(someone, people)
    return theirs or joining.is_colleague(someone, people, account, case.directory)


def _may_join(case: Case, way: Open, relative: Relative) -> bool:
    """Whether this mail may go to its answer's ticket, as if that one's Message-ID stood in it."""
    named = joining.Named(relative.candidate, By.REFERENCE)
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
    found = case.candidates
    related = (relative.candidate for relative in found.relatives)
    known = (*found.by_number.values(), *found.by_id.values(), *related)
    joined = next(candidate for candidate in known if candidate.ticket.number == number)
    return joined.people, joined.ticket.account
