"""Transfer encodings of bodies undone, as far as they can be (RFC 2045 §6); damage is told, never raised."""

import binascii
import re

_DAMAGE = re.compile(rb"[^A-Za-z0-9+/=]+")
_PADDED = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_TOKEN = re.compile(r"[a-z0-9-]+")

# What is written and what is meant; whatever else is written changes nothing (RFC 2045 §6.4 would hide the body).
_NAMES = {
    "base64": "base64",
    "base-64": "base64",
    "b64": "base64",
    "quoted-printable": "quoted-printable",
    "quotedprintable": "quoted-printable",
    "quoted": "quoted-printable",
    "qp": "quoted-printable",
    "x-uuencode": "uuencode",
    "uuencode": "uuencode",
    "x-uue": "uuencode",
    "uue": "uuencode",
}


def encoding_of(written: str) -> str:
    """`base64`, `quoted-printable` or `uuencode`; empty where the body stands as it is."""
    found = _TOKEN.search(written.lower())
    return _NAMES.get(found[0], "") if found else ""


def undo(data: bytes, encoding: str) -> tuple[bytes, bool]:
    """The bytes under an encoding of `encoding_of`, and whether they were damaged."""
    if encoding == "base64":
        decoded, damaged = read_base64(data)
        return (decoded, damaged) if decoded or not data.strip() else (data, True)  # none at all: it stands as it is
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data), False
    return data, False


def read_base64(data: bytes) -> tuple[bytes, bool]:
    """The bytes of base64 text and whether it was damaged; reads on behind padding (RFC 2045 §6.8)."""
    packed = data.translate(None, b"\r\n\t ")
    middle = packed.rstrip(b"=").find(b"=")
    if middle < 0:
        try:
            return binascii.a2b_base64(packed, strict_mode=True), False
        except binascii.Error:
            pass
    cleaned = _DAMAGE.sub(b"", packed)
    return b"".join(_read_group(group) for group in _PADDED.findall(cleaned)), True


def _read_group(group: bytes) -> bytes:
    group = group.rstrip(b"=")
    if len(group) % 4 == 1:  # six bits are no byte
        group = group[:-1]
    return binascii.a2b_base64(group + b"=" * (-len(group) % 4))
