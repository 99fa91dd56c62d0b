"""Mails signed with a key of our own, in whatever shape a test wants, and what is thought of them."""

import base64
import functools
import hashlib
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dkim
from dkim.canonicalization import CanonicalizationPolicy
from dkim.crypto import HASH_ALGORITHMS, parse_pem_private_key

from mail.model import Mail, Proof
from mail.parse import parse
from mail.proof import BorderSettings, prove
from mail.signature_check import KeyAnswer, check_signatures
from mail.signatures import Signed, find_signatures

RECEIVED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MADE = int((RECEIVED - timedelta(minutes=2)).timestamp())
DATE = "Mon, 23 Nov 2026 11:58:00 +0000"
OURS = frozenset({"support@us.example", "hi@us.example"})
AGENT, DOMAIN, SELECTOR = "alice@us.example", "us.example", "s1"
WHOLE = ("from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "content-type")
KEY_NAME = f"{SELECTOR}._domainkey.{DOMAIN}"

Field = tuple[str, str]


@dataclass(frozen=True, slots=True)
class KeyPair:
    private: bytes  # PEM
    public: str  # base64 of the DER, as it stands behind p=

    @property
    def record(self) -> str:
        return f"v=DKIM1; k=rsa; p={self.public}"


@functools.cache
def key_pair(bits: int = 1024, number: int = 0) -> KeyPair:
    """A pair of keys that lives as long as the test run; another number is another pair."""
    del number
    private = _openssl("genrsa", str(bits))
    public = _openssl("rsa", "-pubout", "-outform", "DER", stdin=private)
    return KeyPair(private, base64.b64encode(public).decode())


def _openssl(*words: str, stdin: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *words], input=stdin, capture_output=True, check=True).stdout


def letter(
    sender: str = f"Alice <{AGENT}>",
    to: str = "support@us.example",
    subject: str = "Re: [#42] Cannot log in",
    more: Sequence[Field] = (),
    text: str = "I have mended it.",
    *,
    message_id: str | None = "<1@us.example>",
    date: str | None = DATE,
) -> bytes:
    """A mail as it leaves its author, with CRLF."""
    fields = [("From", sender), ("To", to), ("Subject", subject)]
    fields += [("Date", date)] if date is not None else []
    fields += [("Message-ID", message_id)] if message_id is not None else []
    return write([*fields, *more], text)


def write(fields: Iterable[Field], text: str = "Hello\r\n") -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return f"{head}\r\n{text}\r\n".encode()


def put_before(raw: bytes, *fields: Field) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in fields).encode() + raw


def sign(
    raw: bytes,
    signed: Sequence[str] = WHOLE,
    tags: Mapping[str, str | None] | None = None,
    pair: KeyPair | None = None,
) -> bytes:
    """The mail with a signature on top; `tags` replace those of the signature, None leaves one out."""
    signer = dkim.DKIM(raw)
    signer.hasher = HASH_ALGORITHMS[b"rsa-sha256"]
    wanted: dict[str, str | None] = {
        "v": "1",
        "a": "rsa-sha256",
        "c": "relaxed/relaxed",
        "d": DOMAIN,
        "s": SELECTOR,
        "t": str(MADE),
        "h": ":".join(signed),
    }
    wanted |= tags or {}
    policy = CanonicalizationPolicy.from_c_value((wanted["c"] or "simple/simple").encode())
    spaces = rb"[\t ]+" if policy.body_algorithm.name == b"relaxed" else rb"(?!)"  # the library is slow in long runs
    body = policy.canonicalize_body(re.sub(spaces, b" ", signer.body))[: int(wanted.get("l") or len(raw))]
    wanted["bh"] = base64.b64encode(hashlib.sha256(body).digest()).decode()
    fields = [(name.encode(), text.encode()) for name, text in wanted.items() if text is not None]
    names = [name.strip().lower().encode() for name in signed]
    own = parse_pem_private_key((pair or key_pair()).private)
    value: bytes = signer.gen_header([*fields, (b"b", b"0" * 60)], names, policy, b"DKIM-Signature", own)
    return b"DKIM-Signature: " + value + raw


def answers(records: Mapping[str, str | None] | None = None) -> dict[str, KeyAnswer]:
    """What DNS says; by default that our own key lies where it should."""
    known = {KEY_NAME: key_pair().record} if records is None else records
    return {name: KeyAnswer(record) for name, record in known.items()}


def look(raw: bytes, keys: Mapping[str, KeyAnswer] | None = None, received: datetime = RECEIVED) -> Signed:
    """What becomes of the signatures of a mail."""
    claims = find_signatures(parse(raw), received, OURS.__contains__)
    return check_signatures(raw, claims, answers() if keys is None else keys)


def judge(raw: bytes, settings: BorderSettings, keys: Mapping[str, KeyAnswer] | None = None) -> tuple[Mail, Proof]:
    """A mail from its bytes, and how far its author is proven by border server and signature together."""
    mail = parse(raw)
    return mail, prove(mail, settings, look(raw, keys))
