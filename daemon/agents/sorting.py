"""What commands do to the house beside its tickets: spam goes back to quarantine, senders are let in or kept out."""

from datetime import datetime

from commands.scene import Aside, Listing, Standing, TakingBack
from daemon import teaching
from store import audit, journal, lessons, listed, persons, quarantine, withdrawals
from store.engine import Session
from tickets.model import Outcome, Reason, Resolution, Status, Ticket
from tickets.record import Doer

_KINDS: dict[Standing, listed.Kind] = {Standing.ALLOWED: "allow", Standing.BLOCKED: "block"}


def carry_out(session: Session, aside: Aside, ticket: Ticket, doer: Doer, now: datetime) -> None:
    """Do it in the caller's transaction."""
    match aside:
        case Listing():
            _list(session, aside, name_of(session, doer), now)
        case TakingBack():
            _take_back(session, ticket, name_of(session, doer), now)


def put_back(session: Session, before: Ticket, after: Ticket, doer: Doer, now: datetime) -> None:
    """Where a person reopens a ticket that was closed as spam, the mail that opened it was none."""
    was_spam = before.status is Status.CLOSED and before.resolution is Resolution.SPAM
    if not was_spam or after.status is Status.CLOSED:
        return
    arrival = lessons.opening(session, after.number)
    held = quarantine.show(session, arrival) if arrival is not None else None
    if held is not None and held.reason is Reason.SPAM and held.ticket == after.number:
        why = f"{name_of(session, doer)} reopened its ticket"
        journal.finish(session, held.id, Outcome.TICKETED, now=now, ticket=after.number, why=why)
        teaching.teach(session, held.id, spam=False, by="command", actor=name_of(session, doer), now=now)


def name_of(session: Session, doer: Doer) -> str:
    """Who did it, as records name them."""
    if doer.actor is not None or doer.person is None:
        return doer.actor or "somebody"
    found = persons.addresses(session, [doer.person]).get(doer.person)
    return found.address if found is not None else f"person {doer.person}"


def standings(session: Session, names: list[str]) -> dict[str, Standing]:
    """How these senders stand; who is on no list is in none."""
    kinds = {kind: standing for standing, kind in _KINDS.items()}
    return {who: kinds[each.kind] for who, each in listed.find(session, names).items()}


def _list(session: Session, listing: Listing, actor: str, now: datetime) -> None:
    kind = _KINDS.get(listing.after)
    if kind is None:
        listed.drop(session, listing.who)
    else:
        listed.put(session, listed.Listed(listing.who, kind, actor, now))
    audit.note(session, actor, f"sender {listing.after}", listing.who, now)


def _take_back(session: Session, ticket: Ticket, actor: str, now: datetime) -> None:
    withdrawals.withdraw(session, ticket.number, now)
    arrival = lessons.opening(session, ticket.number)
    if arrival is not None:
        quarantine.take_back(session, arrival, f"{actor} says that it is spam", now)
        teaching.teach(session, arrival, spam=True, by="command", actor=actor, now=now)
