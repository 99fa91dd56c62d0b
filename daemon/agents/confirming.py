"""What an agent takes back, and what they confirm: #undo, #yes, and a code that they were mailed."""

from collections.abc import Iterable
from dataclasses import replace

from commands.grammar import Parsed, render_one
from commands.invocation import CommandError
from commands.transcript import Change, Transcript, tell_refused
from daemon.agents import agent_answers, answering
from daemon.agents.said import Said, find_notice
from daemon.desk import Desk
from daemon.happen import happen
from mail.automatic import without_list
from mail.model import Address, Mail
from mail.parse import parse
from store import ledger, messages, outbox, persons, sendings
from store.engine import Session
from tickets.events import Recalled
from tickets.record import Doer


def undo(said: Said, parsed: Parsed) -> str:
    """Stop what has not begun to leave of the agent's answers on this ticket; the text stays as a note."""
    ticket = said.ticket
    assert ticket is not None, "#undo needs a ticket"
    me = persons.person(said.session, Address(said.agent.name, said.agent.addresses[0]), said.now)
    stopped = outbox.recall(said.session, ticket.number, answering.key_of(me), said.now)
    if not stopped:
        error = CommandError("nothing of yours waits to leave on this ticket; what has left cannot be called back")
        agent_answers.put_transcript(said, tell_refused(parsed, [error], ticket))
        return "nothing was left to stop"
    rows = sendings.of_ticket(said.session, ticket.number)
    left = _arrivals(row.key for row in rows if row.key.startswith(answering.key_of(me)) and row.state != "cancelled")
    for arrival in _arrivals(stopped) - left:  # nobody got it, so it is no answer
        messages.keep_inside(said.session, ticket.number, arrival)
    doer = Doer(me, None, said.level, said.arrival)
    after = happen(said.session, ticket, Recalled(me), doer, said.now).ticket
    changes = [Change(ticket.number, "stopped", "", f"{len(stopped)} mail{'s' if len(stopped) > 1 else ''}")]
    if after.status is not ticket.status:
        changes.append(Change(ticket.number, "status", ticket.status, after.status))
    names = tuple(map(render_one, parsed.invocations))
    agent_answers.put_transcript(said, Transcript(ticket.number, ticket.subject, names, tuple(changes)))
    return f"stopped {len(stopped)}"


def find_asked(said: Said) -> Said | CommandError:
    """The mail that the agent says yes to, as they sent it."""
    asked = agent_answers.asked_about(said.notice.key) if said.notice is not None else None
    if asked is None:
        return CommandError("#yes answers a mail of ours that asks about something, and this one does not")
    if outbox.is_known(said.session, agent_answers.done_key(asked)):
        return CommandError("that has been done already")
    raw, mail = read_again(said.session, said.desk, asked)
    notice = find_notice(said.session, said.desk, said.agent, mail, said.now)
    return replace(said, mail=mail, raw=raw, arrival=asked, insists=True, notice=notice)


def read_again(session: Session, desk: Desk, arrival: int) -> tuple[bytes, Mail]:
    """A mail that was read once without harm. Raises LookupError where there is no such arrival."""
    raw = ledger.raw(session, arrival)
    return raw, without_list(parse(raw), desk.directory.own_lists)


def _arrivals(keys: Iterable[str]) -> set[int]:
    """The mails that these answers were in; `answering.key_of` begins their keys."""
    return {int(key.split(":")[2]) for key in keys}
