"""Where a mail goes: `ask` says what must be known for that, `route` decides. Pure, total and the same every time."""

import re
from datetime import datetime

from mail.model import Automatic, Mail, Proof
from mail.threads import named_ids
from mail.tokens import Keys, find
from tickets import agents, copies, correspondents, joining, late_parents, ratings, returns
from tickets.candidates import Candidates, Inbound, Questions
from tickets.case import Case
from tickets.directory import Directory, Role
from tickets.lifecycle import LifecycleSettings, is_recent
from tickets.model import MessageKind, Reason
from tickets.routes import Join, Keep, Open, Quarantine, Route
from tickets.surveys import SurveySettings

_TAG = re.compile(r"\[#([1-9][0-9]{0,9})\]", re.ASCII)
_DEFAULTS, _SURVEYS = LifecycleSettings(), SurveySettings()


def ask(mail: Mail) -> Questions:
    """What this mail names: tokens in addresses, then in In-Reply-To, then in References; Message-IDs; the tag."""
    answered = dict.fromkeys((*mail.in_reply_to, *reversed(mail.references)))
    answered.pop(mail.message_id or "", None)
    tag = _TAG.search(mail.subject)
    return Questions(
        tokens=find((*_addresses_of(mail), *answered, *(mail.bounce.returned_ids if mail.bounce else ()))),
        ids=named_ids(mail),
        tag=int(tag[1]) if tag else None,
        message_id=mail.message_id,
        fingerprint=mail.fingerprint,
        opt_out=ratings.opt_out_token(mail.subject),
    )


def route(  # noqa: PLR0917 all that a decision rests on, in the order in which it becomes known
    mail: Mail,
    proof: Proof,
    inbound: Inbound,
    candidates: Candidates,
    directory: Directory,
    keys: Keys,
    *,
    now: datetime,
    settings: LifecycleSettings = _DEFAULTS,
    surveys: SurveySettings = _SURVEYS,
) -> Route:
    """The one way that this mail goes. `mail` is as `without_list` left it, `now` is aware; content never raises."""
    case = Case(mail, proof, inbound, ask(mail), candidates, directory, keys, now, settings, surveys)
    settled = copies.find_settled(case)
    if settled is not None:
        return settled
    return copies.take_place(case, late_parents.gather(case, _judge(case)))


def _addresses_of(mail: Mail) -> tuple[str, ...]:
    named = tuple(address.address for address in (*mail.to, *mail.cc))
    return (*named, *mail.header("Delivered-To"), *mail.header("X-Original-To"))


def _judge(case: Case) -> Route:
    """The way of a mail that has no copy."""
    if case.mail.error is not None and not case.inbound.released:
        return Quarantine(Reason.UNREADABLE, case.mail.error)
    if case.mail.bounce is not None:
        return returns.read_return(case, case.mail.bounce)
    if returns.is_our_own(case):
        return Keep("our own mail came back")
    if (opted_out := ratings.read_opt_out(case)) is not None:
        return opted_out
    if case.mail.automatic is not None:
        return _route_automatic(case, case.mail.automatic)
    return _route_written(case)


def _route_written(case: Case) -> Route:
    """A mail that a person wrote."""
    answered = ratings.read_answer(case)
    if answered is not None:
        return answered
    match case.role:
        case Role.SOURCE:
            return correspondents.open_for_notifier(case)
        case Role.AGENT:
            return agents.route_written(case)
        case Role.STAFF | Role.OWN:
            return _route_staff(case)
        case Role.CUSTOMER:
            return _join_as_customer(case) or correspondents.open_for_sender(case)


def _route_automatic(case: Case, automatic: Automatic) -> Route:
    """Kept on the ticket that it belongs to, else a ticket that nobody is acknowledged for, else kept without one."""
    is_agent = case.role is Role.AGENT
    named = joining.find_ticket(case, joining.may_agent_join if is_agent else joining.may_customer_join)
    if named is not None and case.role is not Role.SOURCE:
        return Join(named.ticket.number, named.by, MessageKind.AUTOMATIC, case.mail.sender, from_customer=False)
    if not automatic.opens or _is_kept_newsletter(case, automatic):
        return Keep(automatic.why)
    if is_agent and not case.vouched:
        return agents.put_aside(case)
    if case.role is Role.SOURCE:
        return correspondents.open_for_notifier(case)
    why = f"automatic mail: {automatic.why}"
    return correspondents.open_as_note(case, why) if is_agent else correspondents.open_for_sender(case, why)


def _is_kept_newsletter(case: Case, automatic: Automatic) -> bool:
    mailbox = case.directory.mailbox_of(case.inbound.mailbox)
    is_bulk = automatic.kind in {"bulk", "list"} and bool(case.mail.header("List-Unsubscribe"))
    return is_bulk and mailbox is not None and mailbox.keep_newsletters


def _join_as_customer(case: Case) -> Join | Open | None:
    named = joining.find_ticket(case, joining.may_customer_join)
    if named is None:
        return None
    if not is_recent(named.ticket, case.inbound.received_at, case.settings):
        return correspondents.open_for_sender(case, linked=named.ticket.number)
    return Join(named.ticket.number, named.by, MessageKind.CUSTOMER, case.mail.sender, from_customer=True)


def _route_staff(case: Case) -> Route:
    """Staff are customers on their own tickets; else what they write counts as ours, where it is proven."""
    own = _join_as_customer(case)
    if own is not None:
        return own
    if case.holds and case.customers():
        return agents.copy_us_in(case)
    named = joining.find_ticket(case, joining.may_staff_answer)
    if named is not None:
        return Join(named.ticket.number, named.by, MessageKind.NOTE, case.mail.sender, from_customer=False)
    return correspondents.open_for_original_sender(case) or correspondents.open_for_sender(case)
