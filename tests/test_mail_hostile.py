"""Hostile mail is read in bounded time and memory: limits stand as defects, not as exceptions."""

from collections.abc import Callable, Iterator

import pytest

from daemon.sandbox import Limits, Sandbox
from mail.parse import parse
from tests import tnef_writer as tnef

HEAD = b"From: a@b.c\nSubject: x\nMIME-Version: 1.0\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n"


def _nested(levels: int) -> bytes:
    opening = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(levels))
    return (
        HEAD
        + opening
        + b"Content-Type: text/plain\n\ninnermost\n"
        + b"".join(b"--b%d--\n" % n for n in reversed(range(levels)))
    )


SHAPES: dict[str, Callable[[], bytes]] = {
    "subject of encoded words": lambda: (
        b"Subject: " + b" ".join(b"=?utf-8?q?a%d?=" % n for n in range(30_000)) + b"\n\nx"
    ),
    "many recipients": lambda: b"To: " + b", ".join(b"a%d@b.c" % n for n in range(200_000)) + b"\n\nx",
    "many To fields": lambda: b"To: a@b.c\n" * 200_000 + b"\nx",
    "open comments": lambda: b"To: " + b"(" * 120_000 + b"\n\nx",
    "open quotes and angles": lambda: b"To: " + b'(a"<,' * 20_000 + b"\n\nx",
    "one long word": lambda: b"Subject: " + b"a" * 2_000_000 + b"\n\nx",
    "many fields": lambda: b"X-A: b\n" * 500_000 + b"\nx",
    "an address behind white space": lambda: b"From: " + b"\n " * 30_000 + b"(a) <a@b.c>\n\nx",
    "ends before any part": lambda: MIXED + b"--b--\n" * 300_000 + b"--b\n\nx\n",
    "boundaries that are declared": lambda: MIXED + b"--b--\n" + b"boundary=a;\n" * 100_000 + b"--b\n\nx\n",
    "bare CRs to the end": lambda: b"Subject: a\r\n" + b"\ra:" * 400_000,
    "lines that begin like a header": lambda: HEAD + b"\n" + b"From: a\nTo:\n" * 100_000,
    "base64 of an 8-bit slow codec": lambda: (
        HEAD + b"Content-Type: text/plain; charset=punycode\n\n" + b"\xc3" + b"a" * 300_000
    ),
    "bodies of base64": lambda: MIXED + (b"--b\n\n" + b"QUJD\n" * 1000) * 300 + b"--b--\n",
    "folded for ever": lambda: b"Subject: a\n" + b" \n" * 500_000 + b"\nx",
    "many references": lambda: b"References: " + b"<a@b> " * 20_000 + b"\n\nx",
    "many attachments": lambda: (
        MIXED + b"--b\nContent-Disposition: attachment; filename=a\n\nx\n" * 10_000 + b"--b--\n"
    ),
    "many parameters": lambda: (
        MIXED
        + b"--b\nContent-Type: text/plain; "
        + b";\n ".join(b"name*%d*=a" % n for n in range(10_000))
        + b"\n\nx\n--b--\n"
    ),
    "an open parameter": lambda: HEAD + b'Content-Type: text/plain; a="' + b";" * 120_000 + b"\n\nx",
    "open parameters of parts": lambda: (
        MIXED + (b'--b\nContent-Type: text/plain; a="' + b";" * 3000 + b"\n\nx\n") * 500 + b"--b--\n"
    ),
    "nesting": lambda: _nested(1000),
    "nested mails": lambda: HEAD + b"Content-Type: message/rfc822\n\nSubject: in\n" * 1000 + b"\nhello\n",
    "one line of quote marks": lambda: HEAD + b"\n" + b">" * 1_000_000,
    "lines of quote marks": lambda: HEAD + b"\n" + b">\n" * 500_000,
    "answers to every line": lambda: HEAD + b"\n" + b">\na\n" * 250_000,
    "words that begin a lead line": lambda: HEAD + b"\n" + b"On " * 300_000,
    "lead lines": lambda: HEAD + b"\n" + b"On 1 Jan 2020 a@b wrote:\n- a\n" * 40_000,
    "forwards": lambda: HEAD + b"\n" + b"---------- Forwarded message ---------\nFrom: a\n\n" * 20_000,
    "signatures": lambda: HEAD + b"\n" + b"--\n" * 330_000,
    "a bounce of words": lambda: (
        b"From: mailer-daemon@b\nReturn-Path: <>\nSubject: failure notice\n\n" + b"a@" * 500_000
    ),
    "a bounce of failures": lambda: (
        b"From: mailer-daemon@b\nSubject: failure notice\n\n" + b"cannot be delivered a@b.c 550 5.1.1 " * 25_000
    ),
    "a report of all": lambda: (
        b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n"
        + b"Final-Recipient: rfc822; a@b.c\nAction: failed\n\n" * 20_000
    ),
    "padding": lambda: HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"=A" * 500_000,
    "a slow codec": lambda: HEAD + b"Content-Type: text/plain; charset=punycode\n\n" + b"a" * 300_000,
    "deep lists in HTML": lambda: HEAD + b"Content-Type: text/html\n\n" + b"<ul><li>a" * 100_000,
    "HTML of nothing but cells": lambda: HEAD + b"Content-Type: text/html\n\n" + b"<td>a" * 200_000,
    "HTML of less-than signs": lambda: HEAD + b"Content-Type: text/html\n\n" + b"<" * 1_000_000,
    "HTML of open scripts": lambda: HEAD + b"Content-Type: text/html\n\n" + b"<script>" * 120_000,
    "HTML of blank lines": lambda: HEAD + b"Content-Type: text/html\n\n<pre>" + b"\n \n" * 300_000,
    "many HTML parts": lambda: (
        MIXED + (b"--b\nContent-Type: text/html\n\n" + b"<td>a" * 30_000 + b"\n") * 10 + b"--b--\n"
    ),
    "HTML of references": lambda: HEAD + b"Content-Type: text/html\n\n" + b"<x>" * 300 + b"&" * 1_000_000,
    "uuencoded for ever": lambda: HEAD + b"\n" + b"begin 644 a\n" * 100_000 + (b"M" + b"A" * 60 + b"\n") * 20_000,
    "files in text": lambda: HEAD + b"\n" + b"begin 644 a\n#86)C\n`\nend\n" * 40_000,
    "a calendar of attendees": lambda: (
        HEAD + b"Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\n" + b"ATTENDEE:mailto:a@b\n" * 40_000
    ),
    "a calendar of events": lambda: (
        HEAD
        + b"Content-Type: text/calendar\n\nBEGIN:VCALENDAR\n"
        + b"BEGIN:VEVENT\nDTSTART:20260302T100000Z\nEND:VEVENT\n" * 20_000
    ),
    "many calendars": lambda: (
        MIXED
        + (b"--b\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\n" + b"A:\n b\n" * 9_000 + b"\n") * 10
        + b"--b--\n"
    ),
    "a winmail.dat of attributes": lambda: (
        HEAD + b"Content-Type: application/ms-tnef\n\n" + tnef.stream(tnef.attachment(b"", b"") * 40_000)
    ),
    "a winmail.dat of properties": lambda: (
        HEAD
        + b"Content-Type: application/ms-tnef\n\n"
        + tnef.stream(*[tnef.attachment(b"a", b"a", [tnef.number(n, 1) for n in range(4_000)])] * 40)
    ),
    "RTF of groups": lambda: HEAD + b"Content-Type: text/rtf\n\n" + b"{\\b" * 300_000,
    "RTF of letters": lambda: HEAD + b"Content-Type: text/rtf\n\n{\\rtf1" + b"\\'fc" * 250_000,
    "commands of enriched text": lambda: HEAD + b"Content-Type: text/enriched\n\n" + b"<a><" * 300_000,
    "flowing lines": lambda: HEAD + b"Content-Type: text/plain; format=flowed\n\n" + b"> a \n>> b \n" * 120_000,
    "multiparts without boundary": lambda: (
        HEAD + b"".join(b"Content-Type: multipart/mixed\n\n--b%d\n" % n for n in range(300)) + b"--x--\n" * 150_000
    ),
    "ends of multiparts": lambda: MIXED + b"--b\n\nx\n--b--\n" * 100_000,
    "headers cut in two": lambda: MIXED + b"--b\nno field\nContent-Type: text/plain\n\nx\n" * 20_000,
    "a signature of pieces": lambda: HEAD + b"Content-Type: application/pkcs7-mime\n\n" + b"\x30\x80" * 500_000,
    "an unreadable charset": lambda: (
        HEAD + b"Content-Type: text/plain; charset=iso-2022-jp\n\n" + b"\x1b$B\x7e\x7e" * 200_000
    ),
    "bytes of no charset": lambda: HEAD + b"\n" + b"\xff\xc3\xbc" * 400_000,
    "a large text": lambda: HEAD + b"\n" + b"hello world how are you\n" * 600_000,
    "nothing but NUL": lambda: b"\0" * 1_000_000,
    "nothing but CR": lambda: b"From: a@b\r" * 100_000,
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """What is promised: 2 s of CPU time and 256 MB a mail; more of either would be a Breach."""
    made = Sandbox(1, Limits(memory=256 * 1024 * 1024, cpu=2.0, wall=60.0))
    yield made
    made.close()


@pytest.mark.parametrize("shape", SHAPES)
def test_hostile_mail_is_read_within_its_limits(shape: str, sandbox: Sandbox) -> None:
    mail = sandbox.submit(SHAPES[shape]()).result()
    assert len(mail.subject) <= 255
    assert len(mail.attachments) <= 1000
    assert len(mail.to) <= 500


def test_what_is_nested_too_deep_is_attached_or_shown_but_never_gone() -> None:
    for levels in (40, 60, 400, 1000):
        mail = parse(_nested(levels))
        assert "innermost" in mail.text or mail.attachments
        assert bool(mail.defects) == (levels > 50)
        assert mail.error is None


def test_more_parts_than_are_read_is_told() -> None:
    assert parse(SHAPES["many attachments"]()).defects == ("more than 1000 parts: the rest is not listed",)
