"""What commands do to the house beside its tickets: spam goes back to quarantine, senders are let in or kept out."""

from dataclasses import dataclass
from datetime import datetime

from commands.scene import Aside, Listing, Released, Standing, TakingBack
from daemon.desk import Desk
from daemon.sifting import teaching
from store import audit, journal, lessons, listed, persons, quarantine, withdrawals
from store.engine import Session
from tickets.model import Outcome, Reason, Resolution, Status, Ticket
from tickets.record import Doer

_KINDS: dict[Standing, listed.Kind] = {Standing.ALLOWED: "allow", Standing.BLOCKED: "block"}


@dataclass(frozen=True, slots=True)
class Sorting:
    """By whom and when, in the transaction of the command."""

    session: Session
    desk: Desk
    doer: Doer
    now: datetime

    def carry_out(self, aside: Aside, ticket: Ticket) -> None:
        """Do it; `ticket` is the one at hand."""
        match aside:
            case Listing():
                self._list(aside)
            case TakingBack():
                self._take_back(ticket)
            case Released():
                for arrival in aside.arrivals:
                    teaching.release(self.session, arrival, by="digest", actor=self.actor, now=self.now)

    def put_back(self, before: Ticket, after: Ticket) -> None:
        """Where a person reopens a ticket that was closed as spam, the mail that opened it was none."""
        was_spam = before.status is Status.CLOSED and before.resolution is Resolution.SPAM
        opening = (
            lessons.opening(self.session, after.number) if was_spam and after.status is not before.status else None
        )
        held = quarantine.show(self.session, opening.arrival) if opening is not None else None
        if held is None or held.reason is not Reason.SPAM or held.ticket != after.number:
            return
        why = f"{self.actor} reopened its ticket"
        journal.finish(self.session, held.id, Outcome.TICKETED, now=self.now, ticket=after.number, why=why)
        teaching.teach(self.session, held.id, spam=False, by="command", actor=self.actor, now=self.now)

    @property
    def actor(self) -> str:
        """Who does it, as records name them."""
        return name_of(self.session, self.doer)

    def _list(self, listing: Listing) -> None:
        kind = _KINDS.get(listing.after)
        if kind is None:
            listed.drop(self.session, listing.who)
        else:
            listed.put(self.session, listed.Listed(listing.who, kind, self.actor, self.now))
        audit.note(self.session, self.actor, f"sender {listing.after}", listing.who, self.now)

    def _take_back(self, ticket: Ticket) -> None:
        withdrawals.withdraw(self.session, ticket.number, self.now)
        arrival = teaching.teach_spam(self.session, self.desk, ticket.number, self.actor, self.now)
        if arrival is not None:
            quarantine.take_back(self.session, arrival, f"{self.actor} says that it is spam", self.now)


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
