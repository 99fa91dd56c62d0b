"""How one header field of ours is written: whatever it is made of, it stays one field and is decoded once."""

import re
from base64 import b64encode

from mail.domains import ascii_domain
from mail.model import Address

MAX_NAME = 100  # characters of a display name
MAX_SUBJECT = 255  # characters
MAX_ID = 250  # characters of a Message-ID, brackets included
LINE = 78  # characters to a line, where words allow (RFC 5322 §2.1.1)
_WORD = 75  # characters of an encoded word (RFC 2047 §2)
_FRAME = len("=?utf-8?q??=")
_BREAKS = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]+")
_UNSEEN = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")  # turn text around, or vanish
_SURROGATE = re.compile("[\ud800-\udfff]")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*", re.ASCII)
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}", re.ASCII)
_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>", re.ASCII)
_ASIS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/")  # also within a phrase


class Unsendable(Exception):
    """This mail must not leave; `why` tells an admin in words. Trying again would not help."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def one_line(text: str, limit: int) -> str:
    """The text without line ends, controls, hidden characters and encoded words, cut to `limit` characters."""
    line = _SURROGATE.sub("\ufffd", _UNSEEN.sub("", text[: 4 * limit]))
    line = _BREAKS.sub(" ", line).replace("=?", "= ?").strip()
    return line if len(line) <= limit else line[: limit - 3].rstrip() + "..."


def sendable_address(address: str) -> str:
    """The address as SMTP without extensions can carry it, its domain as A-labels.

    Raises Unsendable where there is none: a local part outside ASCII (it would need SMTPUTF8 all the way), quoted, or
    shaped like an encoded word; a domain that is none.
    """
    local, _, domain = address.rpartition("@")
    spelt = ascii_domain(domain)
    if not local.isascii():
        raise Unsendable("the address has letters outside ASCII before its @, which needs SMTPUTF8")
    if not _LOCAL_PART.fullmatch(local) or "=?" in local or spelt is None or len(local) + len(spelt) > 253:
        raise Unsendable("the address is none that mail can be sent to")
    return f"{local}@{spelt}"


def is_id(text: str) -> bool:
    """Whether this can stand as a Message-ID in a header of ours (RFC 5322 §3.6.4, without comments and quotes)."""
    return len(text) <= MAX_ID and _ID.fullmatch(text) is not None and "=?" not in text


def write_text(name: str, value: str, limit: int = MAX_SUBJECT) -> str:
    """An unstructured field such as Subject, folded, without its line end."""
    line = one_line(value, limit)
    return fold(name, line.split(" ") if line.isascii() else _encode(line, len(name) + 2))


def write_address(name: str, address: Address) -> str:
    """A field with one address, folded, without its line end; raises Unsendable."""
    spelt = sendable_address(address.address)
    shown = one_line(address.name, MAX_NAME)
    if not shown:
        return fold(name, [spelt])
    if not shown.isascii():
        words = _encode(shown, len(name) + 2)
    elif _ATOMS.fullmatch(shown):
        words = shown.split(" ")
    else:
        # One word: readers, Python's among them, take a fold within quotes for the end of the quotes.
        words = ['"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"']
    return fold(name, [*words, f"<{spelt}>"])


def fold(name: str, words: list[str]) -> str:
    """The field with its words parted by one space, broken before a word that would pass the end of the line."""
    lines = [f"{name}: {words[0]}" if words else f"{name}:"]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) <= LINE:
            lines[-1] += f" {word}"
        else:
            lines.append(f" {word}")
    return "\r\n".join(lines)


def _encode(text: str, indent: int) -> list[str]:
    """The text as encoded words (RFC 2047), none of them cut within a character."""
    rare = sum(not char.isascii() for char in text) * 4 <= len(text)
    return _encode_q(text, indent) if rare else _encode_b(text, indent)


def _encode_q(text: str, indent: int) -> list[str]:
    words, word, room = [], "", min(_WORD, LINE - indent) - _FRAME
    for char in text:
        piece = char if char in _ASIS else "_" if char == " " else "".join(f"={octet:02X}" for octet in char.encode())
        if len(word) + len(piece) > room:
            words.append(word)
            word, room = "", _WORD - _FRAME
        word += piece
    return [f"=?utf-8?q?{each}?=" for each in (*words, word)]


def _encode_b(text: str, indent: int) -> list[str]:
    words, word, room = [], b"", (min(_WORD, LINE - indent) - _FRAME) // 4 * 3
    for char in text:
        piece = char.encode()
        if len(word) + len(piece) > room:
            words.append(word)
            word, room = b"", (_WORD - _FRAME) // 4 * 3
        word += piece
    return [f"=?utf-8?b?{b64encode(each).decode('ascii')}?=" for each in (*words, word)]
