"""One mail in several of our mailboxes, or in one of them twice: one ticket, one acknowledgement."""

from dataclasses import replace

from tickets.candidates import Copy
from tickets.case import Case
from tickets.model import Outcome
from tickets.routes import Copied, Join, Open, Quarantine, Route


def find_settled(case: Case) -> Copied | None:
    """The copy whose outcome counts for this mail, too. One still in work or in quarantine decides nothing.

    Neither do copies of such a one.
    """
    copies = _copies(case)
    settled = [c for c in copies if c.outcome not in {None, Outcome.QUARANTINED}]
    is_open = case.inbound.released or any(copy.outcome is Outcome.QUARANTINED for copy in copies)
    if not settled or (is_open and all(copy.outcome is Outcome.DUPLICATE for copy in settled)):
        return None
    first = next((copy for copy in settled if copy.outcome is not Outcome.DUPLICATE), settled[0])
    ticket = next((copy.ticket for copy in (first, *settled) if copy.ticket is not None), None)
    best = min(_rank(case, copy.mailbox) for copy in settled)
    ticketed = ticket is not None and first.outcome in {Outcome.TICKETED, Outcome.DUPLICATE}
    return Copied(first.arrival, ticket, better=ticketed and _rank(case, case.inbound.mailbox) < best)


def take_place(case: Case, way: Route) -> Route:
    """What a copy in quarantine means for the way this mail goes by itself: it gives up its place, or lies alone."""
    held = [copy for copy in _copies(case) if copy.outcome is Outcome.QUARANTINED]
    if not held:
        return way
    if isinstance(way, Open | Join):
        return replace(way, replaces=held[0].arrival)
    twin = next((copy for copy in held if copy.mailbox == case.inbound.mailbox), None)
    if isinstance(way, Quarantine) and twin is not None:
        return Copied(twin.arrival, twin.ticket, better=False)
    return way


def _copies(case: Case) -> tuple[Copy, ...]:
    """Other arrivals of the same mail, eldest first; a mail of which nothing could be compared has none."""
    others = (c for c in case.candidates.copies if c.arrival != case.inbound.arrival and case.mail.fingerprint)
    return tuple(sorted(others, key=lambda copy: copy.arrival))


def _rank(case: Case, address: str) -> int:
    mailbox = case.directory.mailbox_of(address)
    return mailbox.rank if mailbox is not None else len(case.directory.mailboxes)
