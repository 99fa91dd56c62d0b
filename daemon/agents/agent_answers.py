"""What we answer an agent who wrote to us: a transcript, a question, the manual; each may be answered as a notice."""

from dataclasses import dataclass
from datetime import datetime

from commands import manual
from commands.invocation import CommandError
from commands.transcript import Transcript
from daemon import clock
from daemon.agents import agent_mail
from daemon.agents.answering import read_author
from daemon.agents.said import Said
from daemon.agents.transcripts import context_of
from daemon.desk import Desk
from mail.parse import parse
from store import outbox, persons
from store.engine import Session
from templates.contexts import Context, ManualContext, QuestionContext
from tickets import notices as rules
from tickets.directory import Agent, Mailbox
from tickets.model import Ticket

DONE, WRONG, QUESTION, MANUAL, RETURNED = "done", "wrong", "question", "manual", "returned"


def done_key(arrival: int) -> str:
    """Of the transcript of a mail that ran: while it is known, the mail never runs again."""
    return f"{DONE}:{arrival}"


def put_transcript(said: Said, transcript: Transcript, ticket: Ticket | None = None) -> None:
    """Tell the agent what became of their mail; `ticket` is one that it made."""
    key = done_key(said.arrival) if transcript.ran else f"{WRONG}:{said.cause}"
    _put(said, key, context_of(transcript, said.desk.config.helpdesk.name), ticket or said.ticket)


def put_question(said: Said, context: QuestionContext) -> None:
    """Ask the agent about their mail; #yes in the answer has it done."""
    _put(said, f"{QUESTION}:{said.arrival}", context, said.ticket)


def asked_about(key: str) -> int | None:
    """The arrival that a notice with this key asks about."""
    what, _, arrival = key.partition(":")
    return int(arrival) if what == QUESTION and arrival.isdecimal() else None


def put_manual(said: Said) -> None:
    """Send the manual."""
    context = ManualContext(said.desk.config.helpdesk.name, manual.page())
    _put(said, f"{MANUAL}:{said.cause}", context, said.ticket)


def give_back(session: Session, desk: Desk, ticket: Ticket, claimed: outbox.Claimed, why: str) -> None:
    """Tell the author of an answer that it cannot be delivered, with its text."""
    author = read_author(claimed.item.key)
    found = persons.addresses(session, [author]) if author is not None else {}
    agent = desk.directory.agent_of(found[author].address) if author in found else None
    if agent is None:
        return
    recipient, text = claimed.item.recipient, parse(claimed.item.payload).text
    transcript = Transcript(ticket.number, ticket.subject, (), errors=(CommandError(why),), text=text)
    context = context_of(transcript, desk.config.helpdesk.name, recipient)
    _write(Sender(session, desk, agent, clock.now()), f"{RETURNED}:{claimed.id}", context, ticket)


def _put(said: Said, key: str, context: Context, ticket: Ticket | None) -> None:
    sender = Sender(said.session, said.desk, said.agent, said.now, said.home, said.mail.message_id)
    _write(sender, key, context, ticket)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who is written to and how, where it is about no ticket: in the name of `home`, below the mail `root`."""

    session: Session
    desk: Desk
    agent: Agent
    now: datetime
    home: Mailbox | None = None
    root: str | None = None


def _write(sender: Sender, key: str, context: Context, ticket: Ticket | None) -> None:
    desk, now = sender.desk, sender.now
    number = ticket.number if ticket is not None else 0
    home = agent_mail.home_of(desk, ticket) if ticket is not None else sender.home or desk.directory.mailboxes[0]
    letter = agent_mail.AgentMail(
        sender.agent,
        key,
        agent_mail.name_mail(desk, sender.agent, key, purpose=rules.PURPOSE, ticket=number, now=now),
        home,
        desk.templates.render(context, language=desk.config.helpdesk.language, mailbox=home.address),
        ticket=number or None,
        root=rules.root_id(ticket, desk.config.helpdesk.domain) if ticket is not None else sender.root,
        fields=(("X-Helpdeskd-Ticket", str(number)),) if number else (),
    )
    agent_mail.put(sender.session, desk, letter, now)
