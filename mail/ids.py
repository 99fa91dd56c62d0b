"""Message-IDs as mail programs and relays really write them, each in one spelling: `<left@right>`."""

import re

from mail.encoded_words import decode_field
from mail.names import one_line

ID_LIMIT = 200  # message ids of one mail; the first and the newest are kept
_LONGEST = 998

# What a field is made of; everything between is white space and commas. What no bracket closes is a word.
_PIECE = re.compile(r"<([^<>]{1,2000})>|([()])|([^\s<>(),;\"]+)")
_COMMENT = re.compile(r"\([^()]*\)")
_SPACE = re.compile(r"\s+")
_HEX = re.compile("=([0-9A-F]{2})")
_ID = re.compile("[^@]+@[^@]+")


def read_ids(value: str | None) -> tuple[str, ...]:
    """Message ids in order, each once, with angle brackets (RFC 5322 §3.6.4); linear, never raises.

    Understood as well: ids without brackets, with white space or comments in them, in encoded words or otherwise
    escaped. Words around ids are left out, and so is what stands in comments, as long as there is an id elsewhere.
    """
    if not value:
        return ()
    text = decode_field(value)
    if "&lt;" in text and "<" not in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">")
    pieces = list(_PIECE.finditer(text))
    found = _pick([piece for piece, inside in zip(pieces, _in_comment(pieces), strict=True) if not inside])
    found = found or _pick([piece for piece in pieces if not piece[2]])
    ids = tuple(dict.fromkeys(f"<{clean}>" for bare in found if (clean := one_line(bare, _LONGEST))))
    return ids if len(ids) <= ID_LIMIT else (ids[0], *ids[1 - ID_LIMIT :])


def _in_comment(pieces: list[re.Match[str]]) -> list[bool]:
    """Which pieces lie in or bound a comment; a parenthesis without its other half bounds none (RFC 5322 §3.2.2)."""
    opened: list[int] = []
    depth = [0] * (len(pieces) + 1)
    for place, piece in enumerate(pieces):
        if piece[2] == "(":
            opened.append(place)
        elif piece[2] and opened:
            depth[opened.pop()] += 1
            depth[place + 1] -= 1
    inside, level = [], 0
    for piece, change in zip(pieces, depth, strict=False):
        level += change
        inside.append(level > 0 or bool(piece[2]))
    return inside


def _pick(pieces: list[re.Match[str]]) -> list[str]:
    """Ids in brackets, and those without where there are only ids; of several words those that look like one."""
    read = [(_read_bracketed(piece[1]) if piece[1] else _read_word(piece[3]), bool(piece[1])) for piece in pieces]
    words = [word for word, bracketed in read if word and not bracketed]
    are_ids = all(_ID.fullmatch(word) for word in words)
    if any(word and bracketed for word, bracketed in read):
        return [word for word, bracketed in read if word and (bracketed or are_ids)]
    return words if len(words) == 1 else [word for word in words if _ID.fullmatch(word)]


def _read_bracketed(text: str) -> str:
    """What stands in brackets; with white space in it only where it makes an id without, else it is prose."""
    if not _SPACE.search(text):
        return _unescape(text)
    joined = _unescape(_SPACE.sub("", _COMMENT.sub("", text)))
    return joined if _ID.fullmatch(joined) or not _SPACE.search(text.strip()) else ""


def _read_word(text: str) -> str:
    return _unescape(text.strip("'[]:."))


def _unescape(text: str) -> str:
    """An id that was encoded as if it were a body (RFC 2045 §6.7): without its @ it would be none."""
    if "@" in text or "=40" not in text:
        return text
    return _HEX.sub(lambda match: chr(int(match[1], 16)), text)
