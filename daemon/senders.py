"""What the store adds to what a mail says of its sender."""

from datetime import datetime

from daemon.agents import asking
from daemon.desk import Desk
from mail.model import Level, Mail, Proof
from mail.proof import prove
from mail.signatures import Signed
from store import proofs, unconfirmed
from store.engine import Session
from tickets.codes import read_code


def waiting_for_code(session: Session, desk: Desk, mail: Mail, now: datetime) -> tuple[int, ...]:
    """The arrivals that wait for a code of the agent in whose name this mail comes, if it could bring one."""
    agent = desk.directory.agent_of(mail.sender.address) if mail.sender is not None else None
    if agent is None or read_code(mail.reply) is None:
        return ()
    waits = unconfirmed.waiting(session, agent.addresses[0], asking.waiting_since(now))
    return tuple(entry.arrival for entry in waits)


def prove_sender(session: Session, desk: Desk, mail: Mail, signed: Signed) -> Proof:
    """How far the sender is proven; a Message-ID that proved another content proves no further one by a signature."""
    proof = prove(mail, desk.config.proof, signed)
    if not proof.holds or mail.message_id is None:
        return proof
    is_first = proofs.is_first_proof(session, mail.message_id, mail.fingerprint)
    return proof if is_first or not proof.by_signature else Proof(Level.UNPROVEN, "this Message-ID proved another mail")
