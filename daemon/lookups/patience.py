"""Whether a mail waits until its key can be asked: only where the answer decides something, and not for long."""

from datetime import datetime, timedelta

from daemon.desk import Desk
from mail.automatic import without_list
from mail.model import Mail
from mail.proof import prove
from mail.signatures import Signed
from store import facts, journal
from store.engine import Session
from tickets.directory import Role
from tickets.routing import ask

AGAIN = timedelta(seconds=30)
_DECIDES = frozenset({Role.AGENT, Role.STAFF})


class Patience:
    """Remembers since when each mail waits; forgotten with the process, which then is patient anew."""

    def __init__(self) -> None:
        self._since: dict[int, datetime] = {}

    def ask_again_at(  # noqa: PLR0917 all that is known of one arrival
        self, session: Session, desk: Desk, claimed: journal.Claimed, mail: Mail, signed: Signed, now: datetime
    ) -> datetime | None:
        """When to look at this mail again, None where it is to be decided now as it is."""
        if signed.passing and not claimed.released and decides_something(session, desk, claimed, mail, signed):
            since = self._since.setdefault(claimed.id, now)
            if now - since < desk.config.proof.patience:
                return now + AGAIN
        self._since.pop(claimed.id, None)
        return None


def decides_something(session: Session, desk: Desk, claimed: journal.Claimed, mail: Mail, signed: Signed) -> bool:
    """Whether it matters who wrote this: somebody of ours, or somebody who names a ticket that is there."""
    mail = without_list(mail, desk.directory.own_lists)
    if mail.sender is None or not prove(mail, desk.config.proof, signed).passing:
        return False
    if desk.directory.role_of(mail.sender.address) in _DECIDES:
        return True
    found = facts.candidates(session, ask(mail), mail.sender.address, claimed.id)
    return bool(found.by_number or found.by_id)
