"""Whether a signature holds, given the key as it stands in DNS; dkimpy does the arithmetic.

Keys come as values, so nothing here asks the world. What a hostile mail or key could make slow is refused or
straightened before the library sees it: its patterns take quadratic time for long runs of white space.
"""

import base64
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import dkim
from dkim.asn1 import ASN1FormatError
from dkim.crypto import UnparsableKeyError, parse_public_key

from mail.headers import raw_fields
from mail.signatures import Claims, Signature, Signed

MAX_RECORD = 1024  # characters of a key record: RSA of 4096 bits takes 750
LEAST_BITS = 1024  # RFC 8301 §3.2
_DEFAULTS = {"k": "rsa", "h": "sha256", "s": "*", "t": ""}
_LINE_END = re.compile(rb"\r?\n")
_MULTIPART = re.compile(rb"multipart/[a-z-]+\s*;", re.IGNORECASE)
_BOUNDARY = re.compile(rb';\s*boundary=(?:"([^"\s]{1,70})"|([^";\s]{1,70}))\s*(?:;|$)', re.IGNORECASE)
_SPACES = re.compile(rb"[\t ]+")
_FAULTS = (
    dkim.DKIMException,
    ASN1FormatError,
    UnparsableKeyError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class KeyAnswer:
    """What DNS says under the name of a key."""

    record: str | None  # None: there is none
    unanswered: str | None = None  # why nothing is known at the moment


class _Refused(Exception):
    """Why a signature does not hold, in words."""


def check_signatures(raw: bytes, claims: Claims, keys: Mapping[str, KeyAnswer]) -> Signed:
    """Whether one of the signatures holds; `keys` by `Signature.key_name`. Never raises for content."""
    shortfalls = [claims.why] if claims.why else []
    passing = False
    for signature in claims.signatures:
        key = keys.get(signature.key_name, KeyAnswer(None, "nobody has asked"))
        try:
            _check(raw, signature, key)
        except _Refused as refused:
            shortfalls.append(str(refused))
            passing = passing or key.unanswered is not None
        else:
            return Signed(holds=True, why=f"signed by {signature.domain} (DKIM)")
    return Signed(why="; ".join(shortfalls), passing=passing)


def _check(raw: bytes, signature: Signature, key: KeyAnswer) -> None:
    if key.unanswered is not None:
        raise _Refused(f"the key {signature.key_name} could not be asked: {key.unanswered}")
    if key.record is None:
        raise _Refused(f"there is no key {signature.key_name}")
    public = _read_key(key.record, signature)
    fields, start = raw_fields(raw)
    body = raw[start:]
    _check_structure(fields, body, signature)
    if not _verify(fields, body, signature, public):
        raise _Refused(f"the signature of {signature.domain} is not valid: the mail was changed on its way")


def _read_key(record: str, signature: Signature) -> str:
    """The public key, where its record allows this use of it (RFC 6376 §3.6.1) and it costs little to check."""
    tags = _read_record(record)
    kinds = {name: tags.get(name, fallback).split(":") for name, fallback in _DEFAULTS.items()}
    flags = kinds["t"]
    usable = kinds["k"] == ["rsa"] and "sha256" in kinds["h"] and not {"*", "email"}.isdisjoint(kinds["s"])
    if tags.get("v", "DKIM1") != "DKIM1" or not usable:
        raise _Refused(f"the key {signature.key_name} is not one for mail signed by rsa-sha256")
    if not tags.get("p"):
        raise _Refused(f"the key {signature.key_name} was revoked")
    if "y" in flags:
        raise _Refused(f"the key {signature.key_name} is on trial (t=y)")
    identity = signature.tags.get("i", "").rpartition("@")[2].lower()
    if "s" in flags and identity not in {"", signature.domain}:
        raise _Refused(f"the key {signature.key_name} does not sign for {identity} (t=s)")
    _check_size(tags["p"], signature)
    return tags["p"]


def _read_record(record: str) -> dict[str, str]:
    if len(record) > MAX_RECORD or not record.isascii():
        raise _Refused("the key is longer than we check")
    pieces = (piece.partition("=") for piece in record.split(";"))
    return {name.strip(): "".join(text.split()) for name, _, text in pieces}


def _check_size(encoded: str, signature: Signature) -> None:
    try:
        bits = int(parse_public_key(base64.b64decode(encoded))["modulus"]).bit_length()
    except _FAULTS as fault:
        raise _Refused(f"the key {signature.key_name} cannot be read") from fault
    if bits < LEAST_BITS:
        raise _Refused(f"the key {signature.key_name} has only {bits} bits")


def _check_structure(fields: list[tuple[bytes, bytes]], body: bytes, signature: Signature) -> None:
    """The signature must say how the text is read, or the text itself: else a quoted line could become a part.

    Many sign no Content-Type. Where that is a multipart, its text begins and ends with the boundary, and no other fits.
    """
    there = Counter(name.strip().lower() for name, _ in fields)
    signed = Counter(name.encode() for name in signature.signed)
    if all(signed[name] >= there[name] for name in (b"content-type", b"content-transfer-encoding")):
        return
    types = [value for name, value in fields if name.strip().lower() == b"content-type"]
    boundary = _read_boundary(types[0]) if len(types) == 1 else None
    first, _, rest = body.strip(b"\r\n").partition(b"\n")
    if boundary is None or first.rstrip(b"\r") != b"--" + boundary or not rest.endswith(b"\n--" + boundary + b"--"):
        raise _Refused(f"the signature of {signature.domain} does not cover Content-Type, so the text can be read anew")


def _read_boundary(value: bytes) -> bytes | None:
    """The boundary of a multipart that is written so plainly that every reader takes the same one."""
    plain = _LINE_END.sub(b"", value).strip()
    if not _MULTIPART.match(plain) or not set(b"*()\\").isdisjoint(plain) or plain.lower().count(b"boundary") != 1:
        return None
    found = _BOUNDARY.search(plain)
    return (found[1] or found[2]) if found else None


def _verify(fields: list[tuple[bytes, bytes]], body: bytes, signature: Signature, public: str) -> bool:
    """Body hash and signature. The library gets what was read here, so that two readers cannot disagree."""
    verifier = dkim.DKIM()
    verifier.headers = [list(each) for each in fields]
    body = _LINE_END.sub(b"\r\n", body)
    tags = {name.encode(): text.encode() for name, text in signature.tags.items()}
    if tags.get(b"c", b"").endswith(b"/relaxed"):
        body = _SPACES.sub(b" ", body)
    verifier.body = body
    own = [each for each in fields if each[0].strip().lower() == b"dkim-signature"][signature.place]
    record = f"v=DKIM1; k=rsa; p={public}".encode()
    names = [name.encode() for name in signature.signed]
    try:
        return bool(verifier.verify_sig(tags, names, own, lambda *_, **__: record))
    except _FAULTS:
        return False
