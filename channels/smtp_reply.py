"""What a server's reply means for the mail in hand (RFC 5321 §4.2)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from channels import Receipt, Refused, Retry, Sent

UNSEEN = re.compile(r"[^\x20-\x7e\u00a0-\ud7ff]+")
CLOSING = 421
A_PERSON_MENDS = 900.0  # seconds: a setting is wrong, hammering does not help
# These speak of the session or of who we are, not of this mail: RFC 5321 §4.2.2, RFC 4954 §6, RFC 3207 §4, RFC 7504.
ABOUT_US = frozenset({500, 502, 503, 504, 521, 530, 534, 535, 538})
TOO_LARGE = re.compile(r"552\b|.{0,6}\b5\.(?:3\.4|2\.3)\b")  # RFC 1870 §6.1, RFC 3463 §3.4


class Step(StrEnum):
    """Where in a mail's transaction a reply came."""

    SENDER = "MAIL FROM"
    RECIPIENT = "RCPT TO"
    DATA = "DATA"
    CONTENT = "the mail"


@dataclass(frozen=True, slots=True)
class Reply:
    """A code and its text as one clean line."""

    code: int
    text: str

    @property
    def kind(self) -> int:
        """The first digit, which alone says what to do."""
        return self.code // 100

    def __str__(self) -> str:
        return f"{self.code} {self.text}".rstrip()


def clean(code: int, text: str) -> Reply:
    """A reply as it may be logged and shown: one line, at most 300 characters, whatever the server wrote."""
    return Reply(code, " ".join(UNSEEN.sub(" ", text[:1200]).split())[:300])


def judge(step: Step, reply: Reply) -> Receipt:
    """What becomes of the mail after a reply that ends its transaction.

    A refused sender is no fault of this mail or its recipient, but of our settings or our name: a person has to see to
    it, and until then nothing is given up. Only a mail that is too large is refused for good at that point.
    """
    said = f"{step}: {reply}"
    if reply.kind == 2 and step is Step.CONTENT:
        return Sent(str(reply))
    if reply.kind == 4:
        return Retry(said)
    if reply.kind != 5:
        return Retry(f"{said} (no answer that SMTP knows here)")
    if reply.code in ABOUT_US or (step is Step.SENDER and not TOO_LARGE.match(str(reply))):
        return Retry(said, A_PERSON_MENDS)
    return Refused(said)
