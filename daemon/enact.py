"""Hops 5 to 8 for one arrival: judge, route, decide and write, all in the caller's transaction."""

from dataclasses import dataclass, replace
from datetime import datetime

from daemon import acknowledge, alerts, senders
from daemon.agents import acting, asking, confirming, notice
from daemon.agents.notice_facts import News
from daemon.agents.said import Said, find_notice
from daemon.desk import Desk
from daemon.failpoints import reach
from daemon.sifting import judging, rule_ways, teaching
from daemon.surveys import answering
from mail.automatic import without_list
from mail.model import Address, Forwarded, Level, Mail, Proof
from mail.parse import read_headers_only
from mail.proof import prove
from mail.replies.thanks import is_thanks
from mail.signatures import UNCHECKED, Signed
from store import facts, journal, messages, persons, tickets, unconfirmed
from store.engine import Session
from tickets import routes
from tickets.candidates import Inbound
from tickets.effects import Acknowledge, AlertAdmins, Effect, TellAgents
from tickets.events import (
    AutomaticArrived,
    CopyArrived,
    CustomerWrote,
    Event,
    MovedAway,
    NotAcknowledged,
    Noted,
    Opened,
    PulledIn,
    RepliedElsewhere,
    Undeliverable,
)
from tickets.lifecycle import decide, stop_waiting
from tickets.model import MessageKind, Outcome, Reason, Status, Ticket
from tickets.record import Doer, changed
from tickets.routing import ask, route


def enact(  # noqa: PLR0917 the transaction, the house, and all that is known of one arrival
    session: Session,
    desk: Desk,
    claimed: journal.Claimed,
    mail: Mail,
    now: datetime,
    signed: Signed = UNCHECKED,
    studied: judging.Studied = judging.UNSTUDIED,
) -> routes.Route:
    """Give an arrival its outcome, and everything that follows from it; says which way it went."""
    mail = without_list(mail, desk.directory.own_lists)
    proof = senders.prove_sender(session, desk, mail, signed)
    found = facts.candidates(session, ask(mail), mail.sender.address if mail.sender else None, claimed.id)
    inbound = Inbound(
        *(claimed.id, claimed.mailbox, claimed.received_at),
        released=claimed.released,
        waiting=senders.waiting_for_code(session, desk, mail, now),
        imported=claimed.imported,
        trust_senders=desk.trust_senders,
    )
    config = desk.config
    known = (mail, proof, inbound, found, desk.directory, desk.keys)
    way = route(*known, now=now, settings=config.lifecycle, surveys=config.surveys)
    subject, ruling = judging.Subject(claimed, mail, proof, studied), None
    if judging.is_judged(way, subject):
        ruling = judging.rule(session, desk, subject, now)
        way = judging.redirect(session, way, ruling, subject, found.copies)
        reach("intake.judged")
    reach("intake.decided")
    Case(session, desk, claimed, mail, proof, now, ruling).carry_out(way)
    return way


def give_up(session: Session, desk: Desk, claimed: journal.Claimed, why: str, now: datetime) -> None:
    """Put aside an arrival that no code of ours can decide, and tell the admins."""
    mail = read_headers_only(claimed.raw, why)
    case = Case(session, desk, claimed, mail, prove(mail, desk.config.proof), now)
    case.carry_out(routes.Quarantine(Reason.UNREADABLE, why))


@dataclass(frozen=True, slots=True)
class Case:
    """One arrival with all that is known of it, and the transaction that it is written in."""

    session: Session
    desk: Desk
    claimed: journal.Claimed
    mail: Mail
    proof: Proof
    now: datetime
    ruling: judging.Ruling | None = None  # of the filters, where they were asked

    @property
    def when(self) -> datetime:
        """When it happened to the ticket: old mail that is imported counts by the time at which it came in."""
        return self.claimed.received_at if self.claimed.imported else self.now

    def carry_out(self, way: routes.Route) -> None:
        """Write what this way means; each way ends the arrival exactly once."""
        match way:
            case routes.Open() | routes.Join():
                self._write(way)
            case routes.Act() | routes.Confirm():
                self._work(way)
            case routes.Copied():
                self._copied(way)
            case routes.Rate() | routes.OptOut():
                doer = Doer(None, None, self.proof.level, self.claimed.id)
                why = answering.answer_by_mail(self.session, self.desk, way, doer, self.now)
                self._finish(Outcome.HANDLED, ticket=way.ticket, why=why)
            case routes.Keep():
                self._finish(Outcome.AUTOMATIC, why=way.why)
            case routes.Returned():
                self._returned(way)
            case routes.Quarantine():
                self._put_aside(way)

    def _write(self, way: routes.Open | routes.Join) -> None:
        """Put the mail on a ticket."""
        if way.asks and self._do_without_a_note(way):
            return
        ticket = self._open(way) if isinstance(way, routes.Open) else self._join(way)
        self._pull(ticket, way.pulls)
        if way.asks:
            asking.ask_about_note(self._said(ticket))

    def _work(self, way: routes.Act | routes.Confirm) -> None:
        """Have done what an agent says who may."""
        if isinstance(way, routes.Act):
            self._act(way)
        else:
            self._confirm(way)

    def _open(self, way: routes.Open) -> Ticket:
        author = self._person(way.author)
        requester = author if way.requester == way.author else self._person(way.requester)
        account = self.desk.directory.account(way.account) if way.account else None
        fresh = Ticket(
            number=0,
            status=Status.NEW,
            subject=self.mail.subject,
            mailbox=self.claimed.mailbox,
            created_at=self.when,
            changed_at=self.when,
            requester=requester,
            language=acknowledge.language(self.desk, self.mail, self.claimed.mailbox, account),
            account=way.account,
            source=way.source,
            ask_first=way.ask_first,
            linked=way.linked,
        )
        ticket = tickets.open_ticket(self.session, rule_ways.mark(fresh, self.ruling))
        reach("intake.ticket_saved")
        if way.participants:
            people = [self._person(address) for address in way.participants]
            tickets.set_participants(self.session, ticket.number, [p for p in people if p is not None])
        passed_on = self.mail.forwarded
        if passed_on is not None and way.kind is MessageKind.CUSTOMER and way.author == passed_on.sender:
            self._add_forwarded(ticket.number, author, passed_on)
        else:
            self._add_message(ticket.number, way.kind, author)
        self._give_place(way.replaces, ticket.number)
        self._finish(Outcome.TICKETED, ticket=ticket.number, why=way.silent or "")
        ticket = self._happen(ticket, Opened(author, way.kind, self.proof.level, way.linked), way.silent)
        rule_ways.note(self.session, ticket, self.ruling, self.when)
        if way.kind is MessageKind.PUBLIC and author is not None:
            ticket = self._happen(ticket, self._replied(way.author, author))
        return rule_ways.call(self.session, self.desk, ticket, self.ruling, self._news(), self.now)

    def _join(self, way: routes.Join) -> Ticket:
        ticket = tickets.load(self.session, way.number)
        assert ticket is not None, "routing chose among tickets that the store had just named"
        author = self._person(way.author)
        self._add_message(ticket.number, way.kind, author)
        self._give_place(way.replaces, ticket.number)
        automatic = way.kind is MessageKind.AUTOMATIC
        self._finish(Outcome.AUTOMATIC if automatic else Outcome.TICKETED, ticket=ticket.number, why=way.by.value)
        happened = self._joined(way, author)
        if isinstance(happened, RepliedElsewhere) and happened.is_agent and not self.claimed.imported:
            teaching.teach_answered(self.session, self.desk, ticket.number, f"arrival {self.claimed.id}", self.now)
        return self._happen(ticket, happened)

    def _joined(self, way: routes.Join, author: int | None) -> Event:
        match way.kind:
            case MessageKind.AUTOMATIC:
                return AutomaticArrived(author, self.mail.automatic.why if self.mail.automatic else "our own mail")
            case MessageKind.NOTE:
                return Noted(author)
            case MessageKind.PUBLIC:
                return self._replied(way.author, author)
            case MessageKind.CUSTOMER:
                thanks = is_thanks(self.mail.reply, self.mail.sender.name if self.mail.sender else "")
                return CustomerWrote(author, self.proof.level, way.by.value, thanks=thanks)

    def _replied(self, who: Address | None, author: int | None) -> RepliedElsewhere:
        agent = who is not None and self.desk.directory.agent_of(who.address) is not None
        return RepliedElsewhere(author, is_agent=agent)

    def _copied(self, way: routes.Copied) -> None:
        self._finish(Outcome.DUPLICATE, ticket=way.ticket, why=f"a copy of arrival {way.of}")
        ticket = tickets.load(self.session, way.ticket) if way.ticket is not None else None
        if ticket is not None:
            self._happen(ticket, CopyArrived(self.claimed.mailbox, better=way.better))

    def _returned(self, way: routes.Returned) -> None:
        self._finish(Outcome.BOUNCE, ticket=way.ticket, why=way.why)
        ticket = tickets.load(self.session, way.ticket) if way.ticket is not None else None
        for address in way.addresses:
            persons.mark_undeliverable(self.session, address, self.now, way.why)
            if self.desk.directory.agent_of(address) is not None:
                alerts.put(self.session, self.desk, alerts.unreached(address, way.why, self.now), self.now)
            elif ticket is not None:
                ticket = self._happen(ticket, Undeliverable(address, way.why))

    def _put_aside(self, way: routes.Quarantine) -> None:
        self._finish(Outcome.QUARANTINED, reason=way.reason, why=way.why)
        if way.reason is Reason.UNREADABLE and not self.claimed.imported:
            alerts.put(self.session, self.desk, alerts.unreadable(self.claimed, way.why, self.now), self.now)
        if way.by_code and not self.claimed.imported:
            asking.hold(self._said(self._current(way.ticket)), self.proof.why)

    def _act(self, way: routes.Act) -> None:
        """What an agent who may works; all that follows is done before the arrival ends."""
        said = replace(self._said(self._current(way.ticket)), level=Level.STRONG)
        done = acting.act(said) if said.notice is not None else acting.refuse_unknown(said)
        self._finish(Outcome.HANDLED, ticket=way.ticket, why=done)

    def _confirm(self, way: routes.Confirm) -> None:
        """Have the mail done for which this one brings the code; both have been handled then."""
        asked = unconfirmed.take(self.session, way.arrival)
        raw, mail = confirming.read_again(self.session, self.desk, way.arrival)
        said = self._said(self._current(asked.get("ticket")))
        found = find_notice(self.session, self.desk, said.agent, mail, self.now)
        said = replace(said, mail=mail, raw=raw, arrival=way.arrival, level=Level.STRONG, notice=found)
        sender = mail.sender.address if mail.sender is not None else None
        copies = facts.candidates(self.session, ask(mail), sender, way.arrival).copies
        was_done = any(copy.outcome is Outcome.HANDLED for copy in copies)
        done = "a copy of it was done" if was_done else acting.act(said)
        number = said.ticket.number if said.ticket is not None else None
        journal.finish(self.session, way.arrival, Outcome.HANDLED, now=self.now, ticket=number, why=done)
        self._finish(Outcome.HANDLED, ticket=number, why=f"it confirms arrival {way.arrival}")

    def _do_without_a_note(self, way: routes.Open | routes.Join) -> bool:
        """Whether a mail that answers no notice of ours is no note: commands without a text, or about no ticket."""
        ticket = self._current(way.number) if isinstance(way, routes.Join) else None
        done = acting.answer_at_once(self._said(ticket))
        if done is not None:
            self._finish(Outcome.HANDLED, ticket=ticket.number if ticket is not None else None, why=done)
        return done is not None

    def _current(self, number: int | None) -> Ticket | None:
        """The ticket, or the one that it was merged into."""
        ticket = tickets.load(self.session, number) if number is not None else None
        while ticket is not None and ticket.merged_into is not None:
            ticket = tickets.load(self.session, ticket.merged_into)
        return ticket

    def _said(self, ticket: Ticket | None) -> Said:
        """The mail at hand as one of an agent."""
        agent = self.desk.directory.agent_of(self.mail.sender.address if self.mail.sender else "")
        assert agent is not None, "routing asks this of agents' mail alone"
        claimed, notice = self.claimed, find_notice(self.session, self.desk, agent, self.mail, self.now)
        return Said(
            *(self.session, self.desk, agent, self.mail, claimed.raw, claimed.id, claimed.id, claimed.mailbox),
            *(self.proof.level, ticket, self.now, notice),
        )

    def _pull(self, ticket: Ticket, numbers: tuple[int, ...]) -> None:
        """Take the messages of tickets whose parent this mail is; they answer by pointing here from now on."""
        for number in numbers:
            child = tickets.load(self.session, number)
            if child is None or child.number == ticket.number:
                continue
            messages.move_messages(self.session, number, ticket.number)
            self._happen(child, MovedAway(ticket.number))
            ticket = self._happen(ticket, PulledIn(number))

    def _happen(self, ticket: Ticket, event: Event, silent: str | None = None) -> Ticket:
        decision = decide(ticket, event, now=max(self.when, ticket.changed_at))
        if self.claimed.imported and decision.ticket.pending_since != ticket.pending_since:
            decision = replace(decision, ticket=stop_waiting(decision.ticket))  # nobody is reminded of old mail
        if decision.ticket != ticket:
            tickets.save(self.session, decision.ticket)
        tickets.add_event(
            self.session, ticket.number, event, self.when, self._doer(event), changes=changed(ticket, decision.ticket)
        )
        for effect in decision.effects:
            if self.claimed.imported:
                self._keep_silent(ticket, effect)
                continue
            self._let_leave(decision.ticket, effect, silent, is_new=isinstance(event, Opened))
        return decision.ticket

    def _let_leave(self, ticket: Ticket, effect: Effect, silent: str | None, *, is_new: bool) -> None:
        match effect:
            case Acknowledge():
                event = acknowledge.acknowledge(
                    self.session,
                    self.desk,
                    self._occasion(ticket, silent, is_new=is_new),
                )
                if event is not None:
                    tickets.add_event(self.session, ticket.number, event, self.now, self._doer(event))
            case AlertAdmins():
                alerts.put(self.session, self.desk, effect, self.now)
            case TellAgents():
                self._tell(ticket, effect)
        reach("intake.outbox_put")

    def _occasion(self, ticket: Ticket, silent: str | None, *, is_new: bool) -> acknowledge.Occasion:
        is_genuine = self.ruling is not None and self.ruling.is_sure
        return acknowledge.Occasion(
            *(ticket, self.mail, self.proof, self.claimed, silent, self.now), is_genuine=is_genuine, is_new=is_new
        )

    def _keep_silent(self, ticket: Ticket, effect: Effect) -> None:
        """Whatever would leave, nothing does; that the requester was not told stays on record."""
        if isinstance(effect, Acknowledge):
            event = NotAcknowledged("it is old mail that was imported")
            tickets.add_event(self.session, ticket.number, event, self.when, self._doer(event))

    def _doer(self, event: Event) -> Doer:
        """Who did it, as far as the mail at hand tells."""
        return Doer(getattr(event, "author", None), None, self.proof.level, self.claimed.id)

    def _tell(self, ticket: Ticket, effect: TellAgents) -> None:
        """Agents hear of what came since the first start; what lay there before is no news."""
        if self.claimed.received_at < journal.first_start(self.session, self.now).replace(microsecond=0):
            return
        notice.tell(self.session, self.desk, ticket, effect, self._news(), now=self.now)

    def _news(self) -> News:
        return News(f"arrival:{self.claimed.id}", self.mail, self.claimed.raw, self.proof.level)

    def _add_message(self, number: int, kind: MessageKind, author: int | None, mail: Mail | None = None) -> None:
        messages.add_message(
            self.session,
            number,
            kind,
            mail or self.mail,
            author=author,
            level=self.proof.level,
            arrival=self.claimed.id,
            now=self.when,
        )
        reach("intake.message_saved")

    def _add_forwarded(self, number: int, author: int | None, passed_on: Forwarded) -> None:
        """The customer's words for the customer, what our own people wrote above them as a note."""
        customers = replace(self.mail, text=passed_on.text, reply=passed_on.text, quote="", signature="", html=None)
        self._add_message(number, MessageKind.CUSTOMER, author, customers)
        if self.mail.reply.strip():
            self._add_message(number, MessageKind.NOTE, self._person(self.mail.sender))

    def _give_place(self, replaced: int | None, number: int) -> None:
        if replaced is not None:
            why = f"its copy, arrival {self.claimed.id}, passed"
            journal.finish(self.session, replaced, Outcome.DUPLICATE, now=self.now, ticket=number, why=why)

    def _finish(
        self, outcome: Outcome, *, ticket: int | None = None, reason: Reason | None = None, why: str = ""
    ) -> None:
        journal.finish(
            self.session,
            self.claimed.id,
            outcome,
            now=self.now,
            ticket=ticket,
            reason=reason,
            why=why,
            message_id=self.mail.message_id,
            fingerprint=self.mail.fingerprint,
            sender=self.mail.sender.address if self.mail.sender else None,
            subject=self.mail.subject,
        )

    def _person(self, address: Address | None) -> int | None:
        known = self.desk.known_as(address) if address is not None else None
        return persons.person(self.session, known, self.now) if known is not None else None
