"""An answer in a thread: a note of whoever wrote it, or what an agent wants done; never anything for customers."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from channels.slack_lookups import LookupFault, Member
from commands.grammar import Parsed, read_words
from commands.invocation import CommandError, Invocation
from commands.transcript import Transcript
from daemon import clock
from daemon.agents import notice
from daemon.agents.notice_facts import News
from daemon.agents.orders import Order, obey
from daemon.desk import Desk
from daemon.happen import happen
from daemon.intake import Deciding
from daemon.slack import posting, wording
from daemon.slack.events import Answer, read
from mail.model import Address, Mail
from store import journal, messages, persons, slack_threads, tickets
from store.engine import Session
from tickets.directory import Agent, Role
from tickets.effects import Effect, TellAgents
from tickets.events import Noted
from tickets.model import MessageKind, Outcome, Ticket
from tickets.record import Doer

WORDS = ("take", "hold", "close")  # as the first word of an agent's answer
ASK_AGAIN = timedelta(minutes=1)
ASKED_FOR = timedelta(days=1)
BEGIN = timedelta(seconds=5)
BEGUN = timedelta(minutes=10)  # by when a first message that an answer came before is on record


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads arrivals from Slack for the intake; `ask` is who a user is."""

    desk: Desk
    ask: "Callable[[str], Future[Member | LookupFault]]"

    def read(self, claimed: journal.Claimed) -> Deciding:
        """How it is decided once it is known who wrote it."""
        answer = read(claimed.raw)
        if not isinstance(answer, Answer):  # a later version reads less than the one that kept it
            asked: Future[Member | LookupFault] = Future()
            asked.set_result(LookupFault("it is no answer in a thread", permanent=True))
            return Deciding(asked, partial(_leave, claimed=claimed, why="it is no answer in a thread"))
        asked = self.ask(answer.user)
        return Deciding(asked, lambda session: self._decide(session, claimed, answer, asked.result()))

    def _decide(self, session: Session, claimed: journal.Claimed, answer: Answer, who: Member | LookupFault) -> None:
        now = clock.now()
        number = slack_threads.of_post(session, answer.channel, answer.thread)
        age = now - claimed.received_at
        if number is None and age < BEGUN and slack_threads.has_unposted(session, answer.channel):
            journal.postpone(session, claimed.id, now + BEGIN)
        elif isinstance(who, LookupFault) and not who.permanent and age < ASKED_FOR:
            journal.postpone(session, claimed.id, now + ASK_AGAIN)
        elif number is None:
            _leave(session, claimed, "it stands in no thread of ours")
        elif isinstance(who, LookupFault) or who.refused is not None:
            why = f"nobody knows who wrote it: {who}" if isinstance(who, LookupFault) else f"{who.refused}"
            _leave(session, claimed, f"not taken from {answer.user}: {why}")
        else:
            ticket = _current(session, number)
            agent = next((each for each in self.desk.directory.agents if each.slack == answer.user), None)
            Said(session, self.desk, claimed, answer, who, agent, number, ticket, now).carry_out()


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of a full member, and the transaction that it is decided in."""

    session: Session
    desk: Desk
    claimed: journal.Claimed
    answer: Answer
    member: Member
    agent: Agent | None
    thread: int  # the ticket that the thread began with
    ticket: Ticket  # the one that it has become
    now: datetime

    def carry_out(self) -> None:
        """Do what an agent's first word says, else keep it as a note."""
        text = wording.read(self.answer.text)
        done = self._act(text) if self.agent is not None else None
        if done is None:
            self._note("\n".join([text, *(f"[file on Slack: {name}]" for name in self.answer.files)]).strip())
        why = "a note from Slack" if done is None else done
        journal.finish(
            *(self.session, self.claimed.id, Outcome.TICKETED if done is None else Outcome.HANDLED),
            now=self.now,
            why=why,
            ticket=self.ticket.number,
            sender=self.answer.user,
            subject=self.ticket.subject,
        )

    @property
    def author(self) -> int:
        """Whoever wrote it, as a person of the store."""
        listed = self._listed()
        if listed is not None:
            return persons.person(self.session, self.desk.known_as(listed), self.now)
        address = self.member.address.lower()
        ours = self.desk.directory.role_of(address) in {Role.AGENT, Role.STAFF} if address else False
        known_as = self.desk.known_as(Address(self.member.name, address if ours else ""))
        return persons.member(self.session, self.answer.user, known_as, self.now)

    def _listed(self) -> Address | None:
        """Whoever the configuration knows by this member id."""
        people = self.desk.config.calls.roster.people.values()
        found = next((each for each in people if each.slack == self.answer.user), None)
        return Address(found.name, found.address) if found is not None else None

    def _act(self, text: str) -> str | None:
        """What came of a command; None where there is none, or it cannot be done: then it is a note, too."""
        line, _, rest = text.partition("\n")
        word = line.strip().removeprefix("#").partition(" ")[0].lower()
        if word not in WORDS:
            return None
        parsed = _read(line.strip().removeprefix("#"), rest.strip())
        wrong = _not_here(parsed)
        if wrong is not None:
            self._tell(f"Nothing was done: {wrong}")
            return None
        obeyed = obey(self.session, self.desk, self._order(parsed), self.now)
        if obeyed.plan is None:
            self._tell("Nothing was done: " + "; ".join(map(str, obeyed.transcript.errors)))
            return None
        for ticket, effect in obeyed.effects:
            self._tell_agents(tickets.load(self.session, ticket.number) or ticket, effect, parsed.text)
        self._tell(_spell(obeyed.transcript))
        return f"done from Slack: {' '.join(obeyed.transcript.commands)}"

    def _order(self, parsed: Parsed) -> Order:
        assert self.agent is not None, "only agents order anything"
        sender = Address(self.agent.name, self.agent.addresses[0])
        doer = Doer(self.author, f"slack:{self.answer.user}", None, self.claimed.id)
        mail = Mail(sender=sender, subject=self.ticket.subject)
        return Order(parsed, mail, doer, self.ticket, self.ticket.mailbox, self.agent)

    def _note(self, text: str) -> None:
        mail = self._mail(text)
        author = self.author
        messages.add_message(
            *(self.session, self.ticket.number, MessageKind.NOTE, mail),
            author=author,
            level=None,
            arrival=self.claimed.id,
            now=self.now,
        )
        doer = Doer(author, f"slack:{self.answer.user}", None, self.claimed.id)
        decision = happen(self.session, self.ticket, Noted(author), doer, self.now)
        for effect in decision.effects:
            self._tell_agents(decision.ticket, effect, text)

    def _mail(self, text: str) -> Mail:
        """What stands for a mail of theirs."""
        known = persons.addresses(self.session, [self.author])
        sender = next(iter(known.values()), Address(self.member.name, ""))
        return Mail(sender=sender, subject=self.ticket.subject, text=text, reply=text)

    def _tell_agents(self, ticket: Ticket, effect: Effect, text: str) -> None:
        if isinstance(effect, TellAgents):
            news = News(f"arrival:{self.claimed.id}", self._mail(text))
            notice.tell(self.session, self.desk, ticket, effect, news, now=self.now)

    def _tell(self, text: str) -> None:
        key = f"slack:answer:{self.claimed.id}"
        posting.put_answer(self.session, self.thread, self.answer.channel, text, key=key, now=self.now)


def _leave(session: Session, claimed: journal.Claimed, why: str) -> None:
    journal.finish(session, claimed.id, Outcome.HANDLED, now=clock.now(), why=why)


def _current(session: Session, number: int) -> Ticket:
    """The ticket, or the one that it was merged into."""
    ticket = tickets.load(session, number)
    while ticket is not None and ticket.merged_into is not None:
        ticket = tickets.load(session, ticket.merged_into)
    assert ticket is not None, "a thread belongs to a ticket"
    return ticket


def _read(line: str, rest: str) -> Parsed:
    """The commands on the first line; what stands below becomes a note, which no customer is sent."""
    parsed = read_words([f"#{line}"])
    if not rest:
        return parsed
    return replace(parsed, invocations=(*parsed.invocations, Invocation("note", (), where="Slack")), text=rest)


def _not_here(parsed: Parsed) -> CommandError | None:
    """What is wrong with a line before anything of it is looked at."""
    other = next((each.name for each in parsed.invocations if each.name not in {*WORDS, "note"}), None)
    if other is not None:
        return CommandError(f"#{other} is said by mail; in a thread only {', '.join(WORDS)} are")
    return parsed.errors[0] if parsed.errors else None


def _spell(transcript: Transcript) -> str:
    lines = [f"Done: {' '.join(transcript.commands)}"]
    lines += [f"{each.what}: {each.before or 'nothing'} → {each.after or 'nothing'}" for each in transcript.changes]
    return "\n".join(lines)
