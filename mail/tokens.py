"""Keyed hashes in the Message-IDs and addresses of our own mail: who holds one was sent it by us, for one purpose.

A token reads `hd-a123-20666-abcdefgh-` and 26 more characters: purpose and ticket, the day it was made, a nonce, the
hash. All of it is base32 or digits, so that relays may change its case, and short enough for `support+<token>` to keep
within the 64 octets of a local part (RFC 5321 §4.5.3.1.1).
"""

import hashlib
import hmac
import re
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from mail.domains import ascii_address

VALID_DAYS = 400
MAX_FOUND = 100  # tokens that one mail may name; each costs a hash to check
_EPOCH = date(1970, 1, 1).toordinal()
_TOKEN = re.compile(
    r"(?<![a-z0-9])hd-([a-z])(0|[1-9][0-9]{0,9})-([1-9][0-9]{4})-([a-z2-7]{8})-([a-z2-7]{26})(?![a-z0-9])",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Key:
    """A secret of ours; it is never shown."""

    id: int
    secret: bytes = field(repr=False)
    made: date


@dataclass(frozen=True, slots=True)
class Keys:
    """The key that signs, and those before it whose tokens still count."""

    current: Key
    former: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class Token:
    """What a mail claims to hold; worth nothing until `is_for` says so."""

    purpose: str  # one letter
    ticket: int  # 0: about no ticket
    day: int  # days since 1970-01-01, UTC
    nonce: str
    mac: str

    def local_part(self) -> str:
        """The token as it stands in a Message-ID before the @, or behind the + of an address."""
        return f"hd-{self.purpose}{self.ticket}-{self.day}-{self.nonce}-{self.mac}"

    def message_id(self, domain: str) -> str:
        """A Message-ID (RFC 5322 §3.6.4) that bears this token."""
        return f"<{self.local_part()}@{domain}>"


def make(keys: Keys, *, purpose: str, ticket: int, recipient: str, nonce: str, now: datetime) -> Token:
    """A token of today for one recipient and one purpose.

    `purpose` is one lower-case letter ("a" acknowledgement, "x" alert). `nonce` is whatever tells this mail from
    others to the same recipient about the same ticket, of any length; it is hashed, so it may be a database key.
    `now` is aware. Raises ValueError for another purpose or a ticket that has more than ten digits.
    """
    if not re.fullmatch("[a-z]", purpose) or not 0 <= ticket < 10**10:
        raise ValueError(f"no token for purpose {purpose!r} and ticket {ticket}")
    day = _day(now)
    folded = _base32(hashlib.sha256(nonce.encode("utf-8", "surrogatepass")).digest()[:5])
    return Token(purpose, ticket, day, folded, _mac(keys.current, Token(purpose, ticket, day, folded, ""), recipient))


def find(texts: Iterable[str]) -> tuple[Token, ...]:
    """The tokens that stand in Message-IDs or addresses, in their order, each once, MAX_FOUND at most.

    Linear in the length of the texts; never raises.
    """
    found: dict[Token, None] = {}
    for text in texts:
        for match in _TOKEN.finditer(text):
            purpose, ticket, day, nonce, mac = match.group(1, 2, 3, 4, 5)
            found[Token(purpose.lower(), int(ticket), int(day), nonce.lower(), mac.lower())] = None
            if len(found) == MAX_FOUND:
                return tuple(found)
    return tuple(found)


def is_for(token: Token, recipient: str, keys: Keys, now: datetime) -> bool:
    """Whether we made this token for this very address, at most 400 days ago; takes the same time whatever is wrong.

    The address counts without case and with its domain in either spelling, but with its +tag: we wrote to that one.
    """
    in_time = -1 <= _day(now) - token.day <= VALID_DAYS
    given = token.mac.encode("utf-8", "surrogatepass")
    matches = [hmac.compare_digest(_mac(key, token, recipient).encode(), given) for key in (keys.current, *keys.former)]
    return in_time and any(matches)


def _day(now: datetime) -> int:
    return now.astimezone(UTC).date().toordinal() - _EPOCH


def _base32(data: bytes) -> str:
    return b32encode(data).decode("ascii").rstrip("=").lower()


def _mac(key: Key, token: Token, recipient: str) -> str:
    said = "\0".join(
        ("helpdeskd token 1", token.purpose, str(token.ticket), str(token.day), token.nonce, ascii_address(recipient))
    )
    return _base32(hmac.digest(key.secret, said.encode("utf-8", "surrogatepass"), "sha256")[:16])
