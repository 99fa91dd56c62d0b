"""A call by mail: agents get a notice, others of ours a mail whose answer becomes a note."""

from dataclasses import dataclass
from datetime import datetime

from daemon.agents import agent_mail, notice
from daemon.agents.answering import readers_of
from daemon.agents.notice_facts import News, spell, tell_account
from daemon.desk import Desk
from mail.compose import Parts, Unsendable, compose, fold_references, sendable_address
from mail.model import Address, Mail
from mail.tokens import make
from store import calls, messages, outbox, persons
from store.engine import Session
from templates.contexts import CallContext
from tickets.calls import Asking, Callee
from tickets.effects import TellAgents
from tickets.ladder import CALL, REMINDER, OpenCall
from tickets.model import MessageKind, Ticket
from tickets.notices import Occasion, root_id

PURPOSE = "c"  # of the tokens in such mails


def mail_call(
    session: Session, desk: Desk, ticket: Ticket, asking: Asking, now: datetime, *, news: News | None = None
) -> None:
    """Put a mail into the outbox for everybody who is asked and has an address; the same step is never mailed twice.

    `news` is the mail in which an agent called, which other agents get whole.
    """
    call = calls.load(session, asking.call)
    if call is not None:
        _Step(session, desk, ticket, asking, call, now).put_all(news)


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of a call in the transaction that it is taken in."""

    session: Session
    desk: Desk
    ticket: Ticket
    asking: Asking
    call: OpenCall
    now: datetime

    def put_all(self, news: News | None) -> None:
        text = self.asking.text or self._customers_words()
        own = Mail(subject=self.ticket.subject, text=text, reply=text)
        heard = news or News(f"call:{self.asking.call}:{self.asking.rung}", own)
        for callee in self.asking.callees:
            if callee.address is not None and self.desk.directory.agent_of(callee.address) is not None:
                self._tell(callee, callee.address, heard)
            elif callee.address is not None:
                self._put(callee, callee.address)

    def _tell(self, callee: Callee, address: str, news: News) -> None:
        person = persons.person(self.session, self.desk.known_as(Address("", address)), self.now)
        said = f"{self._why_now()}{callee.why}."
        tell = TellAgents(self.ticket.number, Occasion.CALLED, self.call.author, (person,), said)
        notice.tell(self.session, self.desk, self.ticket, tell, news, now=self.now)

    def _why_now(self) -> str:
        """What an agent is told beside the text, where no mail of another agent says it."""
        says_it = self.asking.rung == CALL and self.call.author is not None
        return "" if says_it else f"{self.asking.reason[:1].upper()}{self.asking.reason[1:]}. "

    def _put(self, callee: Callee, address: str) -> None:
        desk, now, number = self.desk, self.now, self.ticket.number
        key = f"call:{self.asking.call}:{self.asking.rung}:{address}"
        try:
            recipient = sendable_address(address)
        except Unsendable:  # the configuration lets none through that is none
            return
        token = make(desk.keys, purpose=PURPOSE, ticket=number, recipient=recipient, nonce=key, now=now)
        message_id = token.message_id(desk.config.helpdesk.domain)
        item = outbox.OutgoingItem(
            key=key,
            channel="mail",
            klass="notice",
            recipient=recipient,
            envelope_sender=desk.config.helpdesk.bounce_address,
            message_id=message_id,
            payload=self._compose(callee, recipient, message_id),
            due=now,
            ticket=number,
        )
        outbox.put(self.session, item, now)

    def _compose(self, callee: Callee, recipient: str, message_id: str) -> bytes:
        desk, home = self.desk, agent_mail.home_of(self.desk, self.ticket)
        language = desk.config.helpdesk.language
        text = desk.templates.render(self._context(callee), language=language, mailbox=home.address)
        root = root_id(self.ticket, desk.config.helpdesk.domain)
        return compose(
            Parts(
                sender=desk.sender(home.address),
                to=Address("", recipient),
                reply_to=desk.sender(home.address),
                subject=text.subject,
                text=text.text,
                html=text.html,
                in_reply_to=root,
                references=fold_references((root,), message_id),
                message_id=message_id,
                date=self.now,
                headers=(("Content-Language", text.language), ("X-Helpdeskd-Ticket", str(self.ticket.number))),
            )
        )

    def _customers_words(self) -> str:
        """What the customer wrote last."""
        rows = messages.messages(self.session, self.ticket.number)
        theirs = [row for row in rows if row.kind is MessageKind.CUSTOMER]
        return theirs[-1].reply.strip() or theirs[-1].text if theirs else ""

    def _context(self, callee: Callee) -> CallContext:
        account = self.desk.directory.account(self.ticket.account) if self.ticket.account else None
        asks = readers_of(self.session, self.ticket).get(self.ticket.requester or 0)
        return CallContext(
            helpdesk=self.desk.config.helpdesk.name,
            number=self.ticket.number,
            subject=self.ticket.subject,
            who=self.call.caller,
            area=self.asking.area or "",
            text=self.asking.text,
            said=self._customers_words(),
            requester=spell(asks) if asks is not None else "",
            account=self.ticket.account or "",
            facts=tell_account(self.session, account) if account is not None else (),
            step={CALL: "call", REMINDER: "reminder"}.get(self.asking.rung, "ladder"),
            reason=self.asking.reason,
            why=callee.why,
        )
