"""An agent's answer as the mail that one reader gets: in the support address's name, from nobody's own mailbox."""

from dataclasses import dataclass
from datetime import datetime

from mail.compose import Parts, fold_references
from mail.model import Address
from mail.outgoing.agent_reply import Reply
from mail.outgoing.body import enclose


@dataclass(frozen=True, slots=True)
class Letter:
    """All that is one reader's own. `parent` is the Message-ID that is answered, `references` those of that mail."""

    sender: Address
    to: Address
    subject: str
    text: str
    html: str
    message_id: str  # a token for this reader alone
    date: datetime  # aware
    language: str
    ticket: int
    parent: str | None = None
    references: tuple[str, ...] = ()


def sender_of(agent: str, mailbox: Address) -> Address:
    """The agent by name, at the address that the customer wrote to."""
    return Address(agent or mailbox.name, mailbox.address)


def write(reply: Reply, letter: Letter) -> Parts:
    """What `mail.compose.compose` makes bytes of. Nothing of the agent's header is in it."""
    above = (*letter.references, *filter(None, [letter.parent]))
    return Parts(
        sender=letter.sender,
        to=letter.to,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        message_id=letter.message_id,
        date=letter.date,
        in_reply_to=letter.parent,
        references=fold_references(above, letter.message_id),
        headers=(("Content-Language", letter.language), ("X-Helpdeskd-Ticket", str(letter.ticket))),
        enclosures=tuple(enclose(file.name, file.type, file.data, file.cid) for file in reply.files),
    )
