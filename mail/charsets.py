"""Bytes made characters: as declared, else UTF-8, else windows-1252; and the encoded words of header fields."""

import binascii
import codecs
import re
from functools import lru_cache
from itertools import groupby

FALLBACK = "cp1252"

# What senders declare and what they mean: their programs write the larger set under the smaller one's name, as browsers
# have long read it.
_MEANT = {
    "iso8859-1": FALLBACK,
    "ascii": FALLBACK,
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_NAMES = {"unicode-1-1-utf-8": "utf-8", "ks_c_5601-1987": "cp949", "iso-8859-8-i": "iso8859-8", "cp-850": "cp850"}
# Codecs that are no character sets, take more than linear time, or make markup out of plain letters.
_REFUSED = frozenset({"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})

_WORD = re.compile(r"=\?([^?\s]{1,80})\?([BbQq])\?([^?]*)\?=")
_DAMAGE = re.compile(rb"[^A-Za-z0-9+/=]+")
_PADDED = re.compile(rb"[A-Za-z0-9+/]+={0,2}")


@lru_cache(maxsize=512)
def codec(declared: str) -> str | None:
    """The codec to read a declared charset with; None where nothing of that name is to be used."""
    name = declared.strip().strip("\"'").lower()[:64]
    try:
        found = codecs.lookup(_NAMES.get(name, name))
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        return None
    if found.name in _REFUSED or not found._is_text_encoding:  # noqa: SLF001 - the only word on whether it gives text
        return None
    return _MEANT.get(found.name, found.name)


def decode(data: bytes, declared: str | None) -> tuple[str, str | None]:
    """The text of bytes, and what was wrong with the declared charset, if anything was. NUL is left out."""
    name = codec(declared) if declared else "utf-8"
    if name is not None and name != FALLBACK:
        try:
            return data.decode(name).replace("\0", ""), None
        except (UnicodeError, ValueError):
            pass
    if name == FALLBACK and not (declared and "ascii" in declared.lower()):
        return _read_windows(data), None
    return _guess(data, declared, known=name is not None)


def _guess(data: bytes, declared: str | None, *, known: bool) -> tuple[str, str | None]:
    ascii_only = data.isascii()
    text, used = _read_unicode(data)
    if not declared or (known and ascii_only):
        return text, None
    if known and "ascii" in declared.lower():
        return text, f"8-bit text declared as us-ascii, read as {used}"
    return text, f"charset {declared[:64]!r} read as {used}"


def _read_unicode(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("utf-8").replace("\0", ""), "utf-8"
    except UnicodeDecodeError:
        return _read_windows(data), "windows-1252"


def _read_windows(data: bytes) -> str:
    # five bytes mean nothing in windows-1252; they are shown as what cannot be shown
    return data.decode(FALLBACK, "replace").replace("\0", "")


def decode_raw(data: bytes) -> str:
    """A header field's bytes that nobody encoded: UTF-8, else windows-1252."""
    return _read_unicode(data)[0]


def decode_field(value: str) -> str:
    """A header field's value with its encoded words read (RFC 2047 §2), in linear time."""
    if "=?" not in value:
        return value
    out: list[str] = []
    run: list[tuple[str, str, str]] = []
    place = 0
    for word in _WORD.finditer(value):
        between = value[place : word.start()]
        if between.strip() or not run:  # white space between two encoded words is not shown (RFC 2047 §6.2)
            out += [*_read_words(run), between]
            run = []
        run.append((word[1].partition("*")[0].lower(), word[2].upper(), word[3]))
        place = word.end()
    return "".join([*out, *_read_words(run), value[place:]])


def _read_words(run: list[tuple[str, str, str]]) -> list[str]:
    """Neighbours of one charset are joined first: many programs cut a character in two."""
    out = []
    for charset, words in groupby(run, key=lambda word: word[0]):
        data = b"".join(_word_bytes(kind, text) for _, kind, text in words)
        out.append(decode(data, charset)[0])
    return out


def _word_bytes(kind: str, text: str) -> bytes:
    data = text.encode("utf-8", "surrogateescape" if not text.isascii() else "strict")
    if kind == "Q":
        return binascii.a2b_qp(data.replace(b"_", b" "), header=False)
    return read_base64(data)[0]


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
