"""What an agent says by mail: the mail, what it answers, and the commands and the text in it."""

from dataclasses import dataclass
from datetime import datetime

from commands.grammar import Parsed, read_mail
from daemon.agents.orders import Order
from daemon.desk import Desk
from mail.model import Level, Mail
from mail.parse import parse
from mail.tokens import find
from store import held, messages, sent_notices
from store.engine import Session
from tickets.directory import Agent, Mailbox
from tickets.model import Ticket
from tickets.notices import answered_notice
from tickets.record import Doer


@dataclass(frozen=True, slots=True)
class Said:
    """One mail of an agent in the transaction in which it is decided. Its notice is the one that it answers."""

    session: Session
    desk: Desk
    agent: Agent
    mail: Mail
    raw: bytes
    arrival: int  # that brought the mail
    cause: int  # the arrival that is being decided: another one, where that says that this one is to be done
    mailbox: str
    level: Level
    ticket: Ticket | None
    now: datetime
    notice: sent_notices.SentNotice | None = None
    insists: bool = False  # the agent was asked about it, and says yes

    def parsed(self) -> Parsed:
        """The commands and the text; what stood in the subject as we sent it is no command."""
        about = self.ticket.subject if self.ticket is not None else ""
        sent = parse(self.notice.content).subject if self.notice is not None else about
        return read_mail(sent, self.mail.subject, self.mail.reply)

    def order(self, parsed: Parsed) -> Order:
        """The same as it is obeyed."""
        doer = Doer(level=self.level, arrival=self.arrival)
        answered, digest = self._answered(), self._digest()
        return Order(parsed, self.mail, doer, self.ticket, self.mailbox, self.agent, answered, digest)

    @property
    def home(self) -> Mailbox:
        """The mailbox in whose name the agent is written to."""
        directory = self.desk.directory
        wanted = self.ticket.mailbox if self.ticket is not None else self.mailbox
        return directory.mailbox_of(wanted) or directory.mailboxes[0]

    def _digest(self) -> held.Digest | None:
        """The quarantine digest that is answered, where it was this agent's."""
        number = held.number_of(self.notice.key) if self.notice is not None else None
        found = held.digest(self.session, number) if number is not None else None
        return found if found is not None and found.reader in self.agent.addresses else None

    def _answered(self) -> int | None:
        """The message that the notice told of."""
        words = self.notice.key.split(":") if self.notice is not None else []
        if self.ticket is None or words[2:3] != ["arrival"]:
            return None
        told = (
            each.id for each in messages.messages(self.session, self.ticket.number) if str(each.arrival) == words[3]
        )
        return next(told, None)


def find_notice(
    session: Session, desk: Desk, agent: Agent, mail: Mail, now: datetime
) -> sent_notices.SentNotice | None:
    """The notice to this agent that a mail answers, as it was sent."""
    token = answered_notice(agent, find((*mail.in_reply_to, *reversed(mail.references))), desk.keys, now)
    return (
        sent_notices.find_notice(session, token.message_id(desk.config.helpdesk.domain)) if token is not None else None
    )
