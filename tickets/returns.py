"""Mail of ours that comes back: bounces, and our own words going in a circle."""

from mail.domains import ascii_address
from mail.model import Bounce, Failure, Mail
from mail.tokens import Token, find, is_for
from tickets.case import Case
from tickets.directory import Role
from tickets.joining import MAX_TOKENS
from tickets.routes import Returned

MAX_FAILURES = 20  # recipients of one bounce that are compared with tokens
MAX_RECIPIENTS = 20


def tokens_returned(mail: Mail) -> tuple[Token, ...]:
    """The tokens of the mail that a bounce returns, as it quotes or answers it; unverified."""
    quoted = mail.bounce.returned_ids if mail.bounce is not None else ()
    return find((*quoted, *mail.in_reply_to, *reversed(mail.references)))[:MAX_TOKENS]


def read_return(case: Case, bounce: Bounce) -> Returned:
    """What a bounce says: only a token of ours, made for the very address it names, ties it to a ticket and address.

    Where others sent our mail on, the address that it was first for counts as well as the one that failed.
    """
    proven = [
        (token, address, failure.hard)
        for token in tokens_returned(case.mail)
        for failure in bounce.recipients[:MAX_FAILURES]
        for address in dict.fromkeys((failure.address, failure.original or failure.address))
        if is_for(token, address, case.keys, case.now)
    ]
    known = (case.candidates.by_number.get(token.ticket) for token, _, _ in proven)
    ticket = next((candidate.ticket.number for candidate in known if candidate is not None), None)
    addresses = dict.fromkeys(ascii_address(one) for _, one, hard in proven if bounce.kind == "bounce" and hard)
    return Returned(ticket, tuple(addresses), _explain(bounce, proven=bool(proven)))


def is_our_own(case: Case) -> bool:
    """Whether we sent this mail ourselves: it bears a token of ours, made for its recipient, as its Message-ID.

    Where a relay rewrote that, the token in References tells, if the mail is automatic: a colleague who answers from a
    shared mailbox of ours has such a token in References, too.
    """
    in_id = find((case.mail.message_id,)) if case.mail.message_id else ()
    rewritten = case.role is Role.OWN and case.mail.automatic is not None
    tokens = (*in_id, *case.questions.tokens[:MAX_TOKENS]) if rewritten else in_id
    recipients = [address.address for address in case.addressed()[:MAX_RECIPIENTS]]
    return any(is_for(token, address, case.keys, case.now) for token in tokens for address in recipients)


def _explain(bounce: Bounce, *, proven: bool) -> str:
    said = bounce.reason or _status_of(bounce.recipients) or "no reason that could be read"
    if bounce.kind == "warning":
        return f"delayed: {said}"
    return said if proven else f"{said} (nothing in it proves that it returns a mail of ours)"


def _status_of(recipients: tuple[Failure, ...]) -> str:
    return next((failure.status for failure in recipients if failure.status), "")
