"""Hostile delivery reports are read within the limits of any mail, and name at most as many as are of use."""

from collections.abc import Callable, Iterator

import pytest

from daemon.sandbox import Limits, Sandbox
from mail.bounces.status import RECIPIENT_LIMIT

HEAD = b"From: mailer-daemon@b\nReturn-Path: <>\nTo: us@acme.test\nSubject: failure notice\n"
TEXT = HEAD + b"\ncould not be delivered\n"
REPORT = (
    HEAD + b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
    b"--b\nContent-Type: message/delivery-status\n\n"
)
MEGABYTE = 1_000_000


def _many(line: bytes, count: int) -> bytes:
    return b"".join(line % number for number in range(count))


SHAPES: dict[str, Callable[[], bytes]] = {
    "lines that begin with an address": lambda: TEXT + _many(b"<a%d@b.c>:\n", 100_000),
    "addresses within lines": lambda: TEXT + _many(b"x a%d@b.c y\n", 70_000),
    "fields of recipients": lambda: REPORT + _many(b"Final-Recipient: rfc822; a%d@b.c\nAction: failed\n\n", 20_000),
    "fields without blank lines": lambda: REPORT + _many(b"Final-Recipient: rfc822; a%d@b.c\nAction: failed\n", 20_000),
    "fields in the text": lambda: TEXT + _many(b"Final-Recipient: rfc822; a%d@b.c\nAction: failed\n\n", 100_000),
    "a field of brackets": lambda: REPORT + b"Final-Recipient: rfc822; " + b"<" * MEGABYTE,
    "a field of quotes": lambda: REPORT + b"Final-Recipient: rfc822; " + b'"\\' * MEGABYTE,
    "the field of failed recipients": lambda: (
        HEAD + b"X-Failed-Recipients: " + _many(b"a%d@b.c,", 5000) + b"\n\ncould not be delivered\n"
    ),
    "a list with commas": lambda: TEXT + b"recipient: a@b.c" + _many(b", a%d@b.c", 100_000),
    "a conversation": lambda: TEXT + _many(b"RCPT TO:<a%d@b.c>\n", 50_000),
    "beginnings of addresses": lambda: TEXT + b"<a@" * (MEGABYTE // 3),
    "at signs": lambda: TEXT + b"@" * MEGABYTE,
    "words of failure": lambda: TEXT + b"could not konnte deliver to message " * (MEGABYTE // 36),
    "words before a colon": lambda: TEXT + b"recipient:" * (MEGABYTE // 10),
    "numbers": lambda: TEXT + b"550 5.1.1 5." * (MEGABYTE // 12),
    "ruled lines": lambda: TEXT + b"-----\n" * (MEGABYTE // 6),
    "a notice of brackets": lambda: b'From: a@sns.amazonaws.com\n\n{"a":' + b"[" * MEGABYTE,
    "returned mails": lambda: (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\n\n"
        + b"--b\nContent-Type: message/rfc822\n\nReceived: from a for <a@b.c>\n\nFinal-Recipient: a\n" * 900
        + b"--b--\n"
    ),
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """What is promised: 2 s of CPU time and 256 MB a mail; more of either would be a Breach."""
    made = Sandbox(1, Limits(memory=256 * 1024 * 1024, cpu=2.0, wall=60.0))
    yield made
    made.close()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_hostile_report_is_read_within_its_limits(shape: str, sandbox: Sandbox) -> None:
    mail = sandbox.submit(SHAPES[shape]()).result()
    assert mail.error is None
    assert mail.bounce is None or len(mail.bounce.recipients) <= RECIPIENT_LIMIT
