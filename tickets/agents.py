"""Where an agent's mail goes: it works, waits for a word of theirs, or is a note. The table is `tickets.rights`."""

from dataclasses import replace

from mail.model import Proof
from mail.tokens import Token, find
from tickets import correspondents, joining
from tickets.case import Case
from tickets.codes import find_confirmed, read_code
from tickets.model import MessageKind, Reason
from tickets.notices import answered_notice
from tickets.rights import Allowed, Attempt, Deed, NoteAndAsk, judge
from tickets.routes import Act, Confirm, Join, Open, Quarantine, Route


def route_written(case: Case) -> Route:
    """What an agent wrote by hand, or somebody in their name."""
    if case.inbound.imported and case.vouched:  # old mail that is imported runs nothing
        return _route_note(case)
    confirmed = _find_confirmed(case)
    if confirmed is not None:
        return Confirm(confirmed)
    notice = _answered(case)
    verdict = judge(_attempt(case, token=notice is not None))
    if isinstance(verdict, Allowed) and notice is not None:
        named = case.candidates.by_number.get(notice.ticket)
        return Act(named.ticket.number if named is not None else None, notice)
    return _route_note(case) if isinstance(verdict, NoteAndAsk) else put_aside(case)


def put_aside(case: Case) -> Quarantine:
    """A mail in an agent's name that nothing proves; a code is mailed where it means a ticket of ours."""
    ticket = joining.first_named(case)
    return Quarantine(
        Reason.UNCONFIRMED,
        f"it says that {case.sender}, an agent, wrote it: {case.proof.why}",
        ticket=ticket,
        by_code=ticket is not None and case.mail.automatic is None,
    )


def copy_us_in(case: Case) -> Join | Open:
    """A proven mail of ours to a customer: it has left by itself."""
    named = joining.find_ticket(case, joining.may_copy_us_in)
    if named is None:
        return correspondents.open_for_addressee(case)
    return Join(named.ticket.number, named.by, MessageKind.PUBLIC, case.mail.sender, from_customer=False)


def _route_note(case: Case) -> Join | Open:
    """A proven mail to customers has left by itself; what comes to us alone is a note, or a mail passed on."""
    if case.holds and case.customers():
        return copy_us_in(case)
    asks = not case.inbound.imported
    passed_on = correspondents.open_for_original_sender(case)
    named = joining.find_ticket(case, joining.may_agent_join)
    if named is not None:
        return Join(
            *(named.ticket.number, named.by, MessageKind.NOTE, case.mail.sender),
            from_customer=False,
            asks=asks,
        )
    return passed_on or replace(
        correspondents.open_as_note(case, "an agent's own note"), asks=not case.inbound.imported
    )


def _attempt(case: Case, *, token: bool) -> Attempt:
    return Attempt(
        case.role,
        Deed.WORK,
        Proof(case.level, case.proof.why),
        token=token,
        released=case.inbound.released,
        names_ticket=joining.first_named(case) is not None,
    )


def _answered(case: Case) -> Token | None:
    """The notice to this very agent that the mail answers; a token in an address may stand in anybody's link."""
    agent = case.directory.agent_of(case.sender)
    named = find((*case.mail.in_reply_to, *reversed(case.mail.references)))
    return answered_notice(agent, named, case.keys, case.now) if agent is not None else None


def _find_confirmed(case: Case) -> int | None:
    agent, code = case.directory.agent_of(case.sender), read_code(case.mail.reply)
    if agent is None or code is None:
        return None
    arrival = find_confirmed(code, case.keys, agent.addresses, case.inbound.waiting, case.now)
    attempt = replace(_attempt(case, token=False), deed=Deed.CONFIRM, code=arrival is not None)
    return arrival if isinstance(judge(attempt), Allowed) else None
