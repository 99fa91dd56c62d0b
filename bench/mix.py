"""The mails of the bench: about 80 kB on average, the same in every run of a seed but for their dates."""

import base64
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime

BORDER = "mx.acme.example"  # the border server whose report proves every sender
MAILBOX = "support@acme.example"
DECK = ("text",) * 12 + ("html",) * 5 + ("attachment",) * 2 + ("large",)  # 60 %, 25 %, 10 % and 5 % of each twenty
DOMAINS = 400
_TEXT = (
    "the search index update after login page error customer export report invoice seat licence cluster upgrade "
    "version query slow timeout token repository permission settings browser cache proxy certificate backup restore"
)
WORDS = _TEXT.split()
_ATTACHED = (
    b'--b2\r\nContent-Type: application/octet-stream; name="trace.bin"\r\n'
    b'Content-Disposition: attachment; filename="trace.bin"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
)


def mails(count: int, seed: int = 1, *, now: datetime) -> Iterator[bytes]:
    """New mails of as many people, each a minute old at `now` (aware) and proven by the border server's report.

    60 % are text of 1-3 kB, 25 % have HTML of 6-20 kB, 10 % an attachment of 40-200 kB, 5 % one of 0.5-1 MB.
    """
    dice = random.Random(seed)
    date = format_datetime(now - timedelta(minutes=1))
    kinds = list[str]()
    for number in range(count):
        if not kinds:
            kinds = dice.sample(DECK, len(DECK))
        yield _mail(dice, kinds.pop(), number, date)


def _mail(dice: random.Random, kind: str, number: int, date: str) -> bytes:
    match kind:
        case "text":
            return _head(number, "text/plain; charset=utf-8", date) + _prose(dice, dice.randint(1000, 3000))
        case "html":
            return _head(number, 'multipart/alternative; boundary="b1"', date) + _alternative(dice)
        case "attachment":
            size = dice.triangular(40_000, 200_000, 170_000)
        case _:
            size = dice.triangular(500_000, 1_000_000, 950_000)
    return _head(number, 'multipart/mixed; boundary="b2"', date) + _with_attachment(dice, int(size))


def _head(number: int, content_type: str, date: str) -> bytes:
    domain = f"customer{number % DOMAINS}.example"
    return (
        f"Return-Path: <user{number}@{domain}>\r\n"
        f"Authentication-Results: {BORDER}; dmarc=pass header.from={domain}\r\n"
        f"Received: from out.{domain} by {BORDER} with ESMTPS id {number:08x}; {date}\r\n"
        f"From: User {number} <user{number}@{domain}>\r\nTo: {MAILBOX}\r\n"
        f"Subject: Question {number} about the search index\r\nDate: {date}\r\n"
        f"Message-ID: <{number}.bench@{domain}>\r\nMIME-Version: 1.0\r\nContent-Type: {content_type}\r\n\r\n"
    ).encode()


def _prose(dice: random.Random, size: int) -> bytes:
    lines, length = list[str](), 0
    while length < size:
        line = " ".join(dice.choices(WORDS, k=10))
        lines.append(line)
        length += len(line) + 2
    return "\r\n".join(lines).encode() + b"\r\n"


def _html(dice: random.Random, size: int) -> bytes:
    paragraphs, length = list[str](), 0
    while length < size:
        words = " ".join(dice.choices(WORDS, k=40))
        text = f'<p style="margin:0 0 1em 0">{words} <a href="https://x.example/">here</a></p>'
        paragraphs.append(text)
        length += len(text) + 2
    return ("<html><body>" + "\r\n".join(paragraphs) + "</body></html>\r\n").encode()


def _alternative(dice: random.Random) -> bytes:
    text, html = _prose(dice, dice.randint(1000, 3000)), _html(dice, dice.randint(6000, 20_000))
    return b"".join(
        (
            b"--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n",
            text,
            b"--b1\r\nContent-Type: text/html; charset=utf-8\r\n\r\n",
            html,
            b"--b1--\r\n",
        )
    )


def _with_attachment(dice: random.Random, size: int) -> bytes:
    return b"".join(
        (
            b"--b2\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n",
            _prose(dice, dice.randint(1000, 3000)),
            _ATTACHED,
            base64.encodebytes(dice.randbytes(size)).replace(b"\n", b"\r\n"),
            b"--b2--\r\n",
        )
    )
