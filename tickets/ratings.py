"""What an answer to a survey says by mail: a rating, the wish to be asked no more, or neither.

A forwarded survey rates nothing: only the asked requester holds its token. Whatever is neither is an answer to the
ticket, by the rules of `tickets.joining`.
"""

import re

from mail.model import Proof
from mail.tokens import Token, find, is_for
from tickets import surveys
from tickets.case import Case
from tickets.rights import Allowed, Attempt, Deed, judge
from tickets.routes import OptOut, Rate

_SCORE = re.compile(r"[1-5]")
_STOP = frozenset({"unsubscribe", "stop", "abmelden", "abbestellen", "stopp"})
_SUBJECT = re.compile(r"\s*(?:unsubscribe|stop)\s+(\S{1,100})\s*", re.IGNORECASE)


def read_answer(case: Case) -> Rate | OptOut | None:
    """What a person's mail makes of the survey that it answers."""
    token = _answered(case)
    if token is None or case.inbound.imported or not _may_rate(case):
        return None
    first, *more = _lines(case.mail.reply) or [""]
    if _SCORE.fullmatch(first):
        comment = "\n".join(more).strip()[: surveys.COMMENT_CHARACTERS]
        return Rate(token.ticket, int(first), comment)
    if not any(more) and first.rstrip(".!").lower() in _STOP:
        return OptOut(token.ticket)
    return None


def read_opt_out(case: Case) -> OptOut | None:
    """The wish that a mail program sends by itself, with a token of the survey in its subject (RFC 2369 §3.2).

    Whoever holds that token was asked, from whichever of their addresses the program writes.
    """
    token = case.questions.opt_out
    found = case.candidates.by_number.get(token.ticket) if token is not None else None
    if token is None or found is None or case.inbound.imported:
        return None
    asked = (*found.people.requester, case.sender)
    known = any(is_for(token, address, case.keys, case.now) for address in asked if address)
    return OptOut(token.ticket) if known else None


def opt_out_token(subject: str) -> Token | None:
    """The unverified token in the subject of a mail that says no more than to be asked no more."""
    said = _SUBJECT.fullmatch(subject[:200])
    word = said[1].lower() if said is not None else ""
    return next((t for t in find((word,)) if t.purpose == surveys.OPT_OUT and t.local_part() == word), None)


def _answered(case: Case) -> Token | None:
    """The survey that this very sender was sent and now answers, and not a later mail of ours in its thread."""
    mail = case.mail
    token = next(iter(find((*mail.in_reply_to, *reversed(mail.references)))), None)
    if token is None or token.purpose != surveys.ASKED or token.ticket not in case.candidates.by_number:
        return None
    is_theirs = is_for(token, case.sender, case.keys, case.now)
    return token if is_theirs and surveys.is_open(token, case.surveys, case.now) else None


def _may_rate(case: Case) -> bool:
    proof = Proof(case.level, case.proof.why)
    attempt = Attempt(case.role, Deed.RATE, proof, token=True, automatic=case.mail.automatic is not None)
    return isinstance(judge(attempt), Allowed)


def _lines(reply: str) -> list[str]:
    """The lines that the sender wrote themselves, the first that says anything first."""
    own = [" ".join(line.split()) for line in reply.splitlines() if not line.startswith(">")]
    while own and not own[0]:
        del own[0]
    return own
