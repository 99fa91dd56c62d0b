"""Answers to surveys that nobody asked for, by mail: each is read by the real intake, and none of them takes effect."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from mail.tokens import Key, Keys, find, make
from store.engine import Store
from tests.agents_mail import answer
from tests.notice_team import ANNA
from tests.office import SUPPORT, Office, write
from tests.survey_world import CUSTOMER, links, open_surveyed, opted_out, rating, survey

DORA, EVE, MALLORY = "dora@globex.example", "eve@globex.example", "mallory@evil.example"
STOLEN = Keys(Key(9, b"s" * 32, date(2026, 1, 1)))
Way = Callable[[EmailMessage], bytes]


def rate(mail: EmailMessage, sender: str = CUSTOMER, text: str = "5", *, more: str = "", proven: bool = True) -> bytes:
    return answer(mail, sender, "forged", text, more=more, proven=proven)


def naming(ids: str, sender: str = CUSTOMER, text: str = "5", *, to: str = SUPPORT, subject: str = "") -> bytes:
    """A mail of the sender's own that names these ids as its parents."""
    fields = f"In-Reply-To: {ids}\r\nReferences: {ids}\r\n" if ids else ""
    raw = write(sender, "forged", text=text, more=fields, to=to)
    return raw.replace(b"Subject: About forged", f"Subject: {subject}".encode()) if subject else raw


def failed(raw: bytes) -> bytes:
    return raw.replace(b"dmarc=pass", b"dmarc=fail")


def renamed(mail: EmailMessage, before: str, behind: str) -> str:
    return str(mail["Message-ID"]).replace(before, behind)


def stolen(mail: EmailMessage) -> str:
    """The same token by keys that are none of ours."""
    [token] = find((mail["Message-ID"],))
    day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=token.day)
    return make(STOLEN, purpose="s", ticket=1, recipient=CUSTOMER, nonce="survey:ticket:1", now=day).message_id(
        "acme.example"
    )


def page_token(mail: EmailMessage) -> str:
    return links(mail)[0].partition("/s/")[2].partition("?")[0]


WAYS: dict[str, Way] = {
    "a stranger who was passed the survey on": lambda m: rate(m, MALLORY),
    "the same, unproven": lambda m: rate(m, MALLORY, proven=False),
    "a colleague of the same account": lambda m: rate(m, DORA),
    "another customer who was asked, with their own number in the token": lambda m: rate(m, EVE),
    "one of our own agents": lambda m: rate(m, ANNA),
    "our own mailbox": lambda m: rate(m, SUPPORT),
    "the customer's name before another address": lambda m: rate(m, MALLORY).replace(
        b"From: Somebody", f'From: "{CUSTOMER}"'.encode()
    ),
    "the customer in Reply-To and Sender": lambda m: rate(
        m, MALLORY, more=f"Reply-To: {CUSTOMER}\r\nSender: {CUSTOMER}\r\n"
    ),
    "two addresses in From": lambda m: rate(m, MALLORY).replace(
        f"From: Somebody <{MALLORY}>".encode(), f"From: {MALLORY}, {CUSTOMER}".encode()
    ),
    "two From fields": lambda m: rate(m, MALLORY, more=f"From: {CUSTOMER}\r\n"),
    "a domain that looks alike": lambda m: rate(m, "carl@gIobex.example".replace("I", "1")),
    "a subdomain of the customer's": lambda m: rate(m, "carl@mail.globex.example"),
    "another tag of the customer's address": lambda m: rate(m, "carl+other@globex.example"),
    "a mail that fails DMARC": lambda m: failed(rate(m)),
    "an automatic answer": lambda m: rate(m, more="Auto-Submitted: auto-replied\r\n"),
    "an absence note": lambda m: rate(m, more="X-Autoreply: yes\r\nPrecedence: auto_reply\r\n"),
    "a mail of a list": lambda m: rate(m, more="List-Id: <all.globex.example>\r\nPrecedence: list\r\n"),
    "the null sender": lambda m: b"Return-Path: <>\r\n" + rate(m),
    "a calendar answer": lambda m: rate(m, more="Content-Type: text/calendar; method=REPLY\r\n"),
    "the tag of the ticket, without the token": lambda _: naming("", subject="Re: [#1] how did it go?"),
    "the customer's own first mail as its parent": lambda _: naming("<a@globex.example>"),
    "a token by other keys": lambda m: naming(stolen(m)),
    "a token of which the last letter is missing": lambda m: naming(
        f"{m['Message-ID'].partition('@')[0][:-1]}@acme.example>"
    ),
    "the token of another ticket": lambda m: naming(renamed(m, "hd-s1-", "hd-s2-")),
    "the token of a notice": lambda m: naming(renamed(m, "hd-s1-", "hd-n1-")),
    "the token of the page": lambda m: naming(f"<{page_token(m)}@acme.example>"),
    "the token of the page called the survey's": lambda m: naming(
        f"<{page_token(m).replace('hd-w', 'hd-s')}@acme.example>"
    ),
    "the token in an address": lambda m: naming("", to=f"support+{m['Message-ID'][1:].partition('@')[0]}@acme.example"),
    "the token in the subject": lambda m: naming("", subject=m["Message-ID"]),
    "the token of the page to end all surveys": lambda m: naming("", subject=f"unsubscribe {page_token(m)}"),
    "the survey's token to end all surveys": lambda m: naming("", subject=f"unsubscribe {m['Message-ID'][1:54]}"),
    "the token in the text": lambda m: naming("", text=f"5\r\n{m['Message-ID']}"),
    "the token behind a later mail": lambda m: (
        naming(f"{m['Message-ID']} <later@globex.example>")
        .replace(b"In-Reply-To", b"X-Was")
        .replace(b"<later@globex.example>", b"<hd-r1-20515-aaaaaaaa-aaaaaaaaaaaaaaaaaaaaaaaaaa@acme.example>")
    ),
    "the digit in what is quoted": lambda m: rate(m, text="It is broken.\r\n\r\n> 5"),
    "the digit on the second line": lambda m: rate(m, text="Hello,\r\n5"),
    "the digit in an attachment alone": lambda m: rate(
        m, text="", more='Content-Type: text/csv\r\nContent-Disposition: attachment; filename="5"\r\n'
    ),
}


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    return open_surveyed(store, tmp_path)


@pytest.mark.parametrize("way", WAYS)
def test_no_forged_answer_takes_effect(office: Office, way: str) -> None:
    mail = survey(office)
    survey(office, EVE, "e")
    office.receive(WAYS[way](mail))
    assert rating(office, 1) == (None, None)
    assert rating(office, 2) == (None, None)
    assert not opted_out(office, 1)


def test_the_same_mail_without_any_forgery_does(office: Office) -> None:
    mail = survey(office)
    survey(office, EVE, "e")
    office.receive(rate(mail, proven=False))
    assert rating(office, 1) == (5, "")
    assert rating(office, 2) == (None, None)
