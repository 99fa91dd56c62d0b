"""Encoded words of header fields read, wherever they stand and however they were cut (RFC 2047)."""

import binascii
import re
from itertools import groupby

from mail.charsets import decode
from mail.mime.transfer import read_base64

# A word ends with `?=`; one that was cut ends where the next begins or where the field does. A question mark within
# is against RFC 2047 §4.2 and found all the same; a few are read, so that the time stays linear.
_WORD = re.compile(
    r"=\?([^?\s]{1,80})\?([BbQq])\?([^?]*(?:(?<!=)\?(?!=)[^?]*){0,4})(?:\?=|(?==\?[^?\s]{1,80}\?[BbQq]\?)|\Z)"
)


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
        out.append(decode(b"".join(_read_bytes(list(words))), charset)[0])
    return out


def _read_bytes(words: list[tuple[str, str, str]]) -> list[bytes]:
    """The bytes of each word; base64 that was cut within four letters goes on in the next word."""
    out, begun = [], ""
    for _, kind, text in words:
        if kind == "Q":
            out += [_read_b(begun), binascii.a2b_qp(_raw(text).replace(b"_", b" "), header=False)]
            begun = ""
            continue
        begun += text.strip()
        if len(begun) % 4 == 0 or begun.endswith("="):
            out.append(_read_b(begun))
            begun = ""
    return [*out, _read_b(begun)]


def _read_b(text: str) -> bytes:
    return read_base64(_raw(text))[0]


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape" if not text.isascii() else "strict")
