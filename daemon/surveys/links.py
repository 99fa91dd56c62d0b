"""Signed links of a survey: who holds one was sent it, and each opens one thing about one ticket."""

from dataclasses import dataclass
from datetime import datetime

from daemon.desk import Desk
from mail.outgoing.mailto import mailto
from mail.tokens import Token, find, is_for, make
from store import surveys
from store.engine import Session
from templates.notice_contexts import Link
from tickets import surveys as rules

OPT_OUT_NAME = "Opt-out"


@dataclass(frozen=True, slots=True)
class Links:
    """All links of one survey; those of its pages only where there is a web address."""

    scores: tuple[Link, ...]
    opt_out: Link | None
    fields: tuple[tuple[str, str], ...]  # how mail programs end it by themselves


def write_links(desk: Desk, ticket: int, mailbox: str, recipient: str, now: datetime) -> Links:
    """The links of a survey that is sent to this address today."""
    opt_out = name_token(desk, rules.OPT_OUT, ticket, recipient, now)
    by_mail = mailto(mailbox, subject=f"unsubscribe {opt_out}")
    base = desk.config.web.address
    if base is None:
        return Links((), None, (("List-Unsubscribe", f"<{by_mail}>"),))
    page = f"{base}/s/{name_token(desk, rules.PAGE, ticket, recipient, now)}"
    scores = range(rules.HIGHEST, rules.LOWEST - 1, -1)
    ending = f"{base}/o/{opt_out}"
    # One click is for https alone (RFC 8058 §3.1)
    one_click = (("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),) if base.startswith("https:") else ()
    return Links(
        tuple(Link(f"{score} / {rules.HIGHEST}", f"{page}?score={score}") for score in scores),
        Link(OPT_OUT_NAME, ending),
        (("List-Unsubscribe", f"<{ending}>, <{by_mail}>"), *one_click),
    )


def name_token(desk: Desk, purpose: str, ticket: int, recipient: str, now: datetime) -> str:
    """A token for a link, as it stands there."""
    nonce = f"survey:{purpose}:{ticket}"
    return make(desk.keys, purpose=purpose, ticket=ticket, recipient=recipient, nonce=nonce, now=now).local_part()


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link of ours opens."""

    token: Token
    survey: surveys.Survey
    address: str  # that was asked


def read_link(session: Session, desk: Desk, text: str, purpose: str, now: datetime) -> Opened | None:
    """What this text opens for this purpose, as it stands in a link; None where it is none of ours."""
    token = next((token for token in find((text,)) if token.local_part() == text), None)
    survey = surveys.load(session, token.ticket) if token is not None and token.purpose == purpose else None
    if token is None or survey is None:
        return None
    asked = (each for each in surveys.addresses(session, survey.person) if is_for(token, each, desk.keys, now))
    address = next(asked, None)
    return Opened(token, survey, address) if address is not None else None
