"""Which signatures of a mail (DKIM, RFC 6376) could prove its author, and which keys must be asked for that.

Far from every valid signature proves: whoever holds a signed mail can send it again, and change what it leaves
unsigned. So one counts only where it covers all that decides what a mail does: who wrote it, when, to whom, about what
and in answer to what. What is wrong with each other one is told in words, because an agent must be able to mend it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from mail.domains import ascii_address, ascii_domain
from mail.headers import sole_author
from mail.model import Address, Mail

MAX_SIGNATURES = 3  # that are checked for one mail; each may cost a look-up
MAX_FIELD = 8192  # characters of one DKIM-Signature
MAX_SPACES = 64  # in a row in it: the library takes cubic time for them
AGE = timedelta(days=3)  # between Date and arrival
SKEW = timedelta(hours=1)  # by which a sender's clock may be fast
ONCE = ("from", "subject", "date", "message-id")  # must be signed, there or not, and stand there once at most
IF_THERE = ("to", "cc", "in-reply-to", "references")  # each of them must be signed
_FIELD = "dkim-signature"
_SHORTFALLS = 5  # that are told
_MANY_SPACES = re.compile(rf"\s{{{MAX_SPACES + 1}}}")
_TAG = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SELECTOR = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,200}[a-z0-9_])?")
_DIGITS = re.compile(r"[0-9]{1,12}")
_CANONICAL = frozenset(f"{header}{body}" for header in ("simple", "relaxed") for body in ("", "/simple", "/relaxed"))


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that proves the author if the key of its domain says so. Tags are without white space."""

    place: int  # among the DKIM-Signature fields of the mail, counted from the top
    domain: str  # lower-case, as A-labels
    selector: str
    tags: Mapping[str, str] = field(repr=False)
    signed: tuple[str, ...]  # names of fields, lower-case, in the order in which they are signed

    @property
    def key_name(self) -> str:
        """The name in DNS under which its key lies (RFC 6376 §3.6.2.1)."""
        return f"{self.selector}._domainkey.{self.domain}"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a mail offers: the signatures to check, and what is wrong with the others."""

    signatures: tuple[Signature, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """What became of a mail's signatures."""

    holds: bool = False
    why: str = ""
    passing: bool = False  # nothing holds, but a key could not be asked at the moment


UNCHECKED = Signed(why="its signature was not checked")


class _Short(Exception):
    """What a signature lacks, in words."""


def find_signatures(mail: Mail, received_at: datetime, is_ours: Callable[[str], bool], age: timedelta = AGE) -> Claims:
    """The signatures that could prove the author of a mail; never raises for content, linear in the header.

    `received_at` is when our server got the mail (aware), `is_ours` says whether an address is one of ours.
    """
    fields = [value for name, value in mail.headers if name.lower() == _FIELD]
    if not fields:
        return Claims(why="it bears no signature (DKIM)")
    try:
        author = _check_mail(mail, received_at, is_ours, age)
    except _Short as short:
        return Claims(why=str(short))
    return _choose(fields, mail, author, received_at)


def _check_mail(mail: Mail, received_at: datetime, is_ours: Callable[[str], bool], age: timedelta) -> Address:
    """What holds for all signatures of a mail alike; gives its author."""
    author = sole_author(mail)
    if author is None:
        raise _Short("From does not name one author on whom every reader agrees")
    if not any(is_ours(address.address) for address in (*mail.to, *mail.cc)):
        raise _Short("none of our addresses stands in To or Cc, so its signature could be meant for somebody else")
    there = Counter(name.lower() for name, _ in mail.headers)
    if twice := [name for name in ONCE if there[name] > 1]:
        raise _Short(f"{_spell(twice)} stands in it more than once")
    if mail.message_id is None:
        raise _Short("it has no Message-ID")
    if mail.date is None or not -SKEW <= received_at - mail.date <= age:
        raise _Short(f"its Date does not lie within {age / timedelta(days=1):g} days before it reached our server")
    return author


def _choose(fields: list[str], mail: Mail, author: Address, received_at: datetime) -> Claims:
    found: list[Signature] = []
    shortfalls: dict[str, None] = {}
    for place, value in enumerate(fields):
        try:
            signature = _read(place, value, author, received_at)
            _check_cover(signature, mail)
        except _Short as short:
            shortfalls[str(short)] = None
        else:
            found.append(signature)
        if len(found) == MAX_SIGNATURES:
            break
    return Claims(tuple(found), "; ".join(list(shortfalls)[:_SHORTFALLS]))


def _read(place: int, value: str, author: Address, received_at: datetime) -> Signature:
    tags = _read_tags(value)
    if missing := [name for name in ("v", "a", "b", "bh", "d", "h", "s") if not tags.get(name)]:
        raise _Short(f"a signature without {missing[0]}= cannot be read")
    domain = ascii_domain(tags["d"])
    selector = tags["s"].lower()
    if domain is None or not _SELECTOR.fullmatch(selector) or ".." in selector:
        raise _Short("a signature names no key that could be asked")
    if not is_aligned(domain, author):
        raise _Short(f"it is signed by {domain}, not by {author.domain}")
    _check_form(tags, domain, author)
    _check_times(tags, domain, received_at)
    return Signature(place, domain, selector, tags, tuple(tags["h"].lower().split(":")))


def is_aligned(domain: str, author: Address) -> bool:
    """Whether a signature of this domain may speak for the author: it is the author's domain or one above it.

    Whoever runs a domain can publish any key for those below it, so one above proves no less. One below proves
    nothing: it may be a customer's of the author's domain. A bare top-level domain signs for nobody.
    """
    own = ascii_domain(author.domain) or ""
    return domain == own or ("." in domain and own.endswith(f".{domain}"))


def _read_tags(value: str) -> dict[str, str]:
    """The tag list (RFC 6376 §3.2), white space removed; a tag that stands twice makes it unreadable."""
    if len(value) > MAX_FIELD or _MANY_SPACES.search(value) or not value.isascii():
        raise _Short("a signature is not written as signatures are")
    tags: dict[str, str] = {}
    for piece in value.rstrip().removesuffix(";").split(";"):
        name, equals, text = piece.partition("=")
        name = name.strip()
        if not equals or not _TAG.fullmatch(name) or name in tags:
            raise _Short("a signature cannot be read beyond doubt")
        tags[name] = "".join(text.split())
    return tags


def _check_form(tags: Mapping[str, str], domain: str, author: Address) -> None:
    if tags["v"] != "1" or tags.get("q", "dns/txt") != "dns/txt" or tags.get("c", "simple") not in _CANONICAL:
        raise _Short(f"the signature of {domain} is of a kind that we do not know")
    if tags["a"] != "rsa-sha256":  # RFC 8301: sha1 is worth nothing; who signs by ed25519 signs by RSA, too (RFC 8463)
        raise _Short(f"the signature of {domain} is made by {tags['a'][:40]}, and only rsa-sha256 counts")
    if "l" in tags:
        raise _Short(f"the signature of {domain} covers only the beginning of the text (l=)")
    local, at, identity = tags.get("i", f"@{domain}").rpartition("@")
    named = ascii_domain(identity) or ""
    if not at or (named != domain and not named.endswith(f".{domain}")):
        raise _Short(f"the signature of {domain} is made for another domain (i=)")
    if local and ascii_address(f"{local}@{identity}") != ascii_address(author.address):
        raise _Short(f"the signature of {domain} is made for another author (i=)")


def _check_times(tags: Mapping[str, str], domain: str, received_at: datetime) -> None:
    """t= and x= in seconds since 1970 (RFC 6376 §3.5), against the moment in which the mail reached us."""
    made, ends = (_read_time(tags[name]) if name in tags else None for name in ("t", "x"))
    if made is not None and made > received_at + SKEW:
        raise _Short(f"the signature of {domain} is of the future (t=)")
    if ends is not None and (ends < received_at or (made is not None and ends < made)):
        raise _Short(f"the signature of {domain} had ended when the mail reached us (x=)")


def _read_time(text: str) -> datetime:
    if not _DIGITS.fullmatch(text):
        raise _Short("a signature says no time that could be read")
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(text))


def _check_cover(signature: Signature, mail: Mail) -> None:
    if missing := list(_unsigned(signature, mail)):
        raise _Short(f"the signature of {signature.domain} does not cover {_spell(missing)}")


def _unsigned(signature: Signature, mail: Mail) -> Iterator[str]:
    """Fields of which not every one is signed. From h= the lowest are taken first (RFC 6376 §5.4.2)."""
    there = Counter(name.lower() for name, _ in mail.headers)
    signed = Counter(signature.signed)
    for name in ONCE + IF_THERE:
        if signed[name] < max(there[name], name in ONCE):
            yield name


def _spell(names: list[str]) -> str:
    return ", ".join("-".join(word.upper() if word == "id" else word.title() for word in n.split("-")) for n in names)
