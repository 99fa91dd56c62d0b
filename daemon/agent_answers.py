"""What we answer an agent who wrote to us: a transcript, a question, the manual; each may be answered as a notice."""

from commands import manual
from commands.transcript import Transcript
from daemon import agent_mail
from daemon.said import Said
from daemon.transcripts import context_of
from templates.contexts import Context, ManualContext, QuestionContext
from tickets import notices as rules
from tickets.model import Ticket

DONE, WRONG, QUESTION, MANUAL = "done", "wrong", "question", "manual"


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


def _put(said: Said, key: str, context: Context, ticket: Ticket | None) -> None:
    desk, now = said.desk, said.now
    number = ticket.number if ticket is not None else 0
    home = agent_mail.home_of(desk, ticket) if ticket is not None else said.home
    letter = agent_mail.AgentMail(
        said.agent,
        key,
        agent_mail.name_mail(desk, said.agent, key, purpose=rules.PURPOSE, ticket=number, now=now),
        home,
        desk.templates.render(context, language=desk.config.helpdesk.language, mailbox=home.address),
        ticket=number or None,
        root=rules.root_id(ticket, desk.config.helpdesk.domain) if ticket is not None else said.mail.message_id,
        fields=(("X-Helpdeskd-Ticket", str(number)),) if number else (),
    )
    agent_mail.put(said.session, desk, letter, now)
