"""Address lists as people and programs really write them (RFC 5322 §3.4), read in one pass."""

import re

from mail.encoded_words import decode_field
from mail.model import Address
from mail.names import one_line

_PLAIN = re.compile(r'\s*+("[^"\\]*+"|[^"(),:;<>@\\]*+)\s*+<([^\s"(),:;<>@\\]+@[^\s"(),:;<>@\\]+)>\s*')
_NAME_LIMIT = 200
_ADDRESS_LIMIT = 320  # 64 before the @, 255 behind it (RFC 5321 §4.5.3.1)


def read_addresses(value: str, limit: int) -> tuple[tuple[Address, ...], bool]:
    """The mailboxes of one field, groups taken apart, `<>` left out; and whether there were more than `limit`."""
    if plain := _PLAIN.fullmatch(value):  # nearly every From, and most of the others
        return (Address(_shown(plain[1].strip().strip('"')), one_line(plain[2], _ADDRESS_LIMIT).lower()),), False
    found: list[Address] = []
    for piece in _split(value):
        address = _read_one(piece)
        if address is None:
            continue
        if len(found) == limit:
            return tuple(found), True
        found.append(address)
    return tuple(found), False


class _Scanner:
    """One pass over a field that knows when a comma or colon stands inside quotes, comments or angle brackets."""

    def __init__(self) -> None:
        self.quoted = self.angled = False
        self.depth = 0
        self.skip = False

    def is_plain(self, char: str) -> bool:
        """Take the next character; whether it stands outside of everything and may separate."""
        if self.skip:
            self.skip = False
        elif char == "\\" and (self.quoted or self.depth):
            self.skip = True
        elif self.quoted:
            self.quoted = char != '"'
        elif self.depth:
            self.depth += (char == "(") - (char == ")")
        else:
            return self._outside(char)
        return False

    def _outside(self, char: str) -> bool:
        if char == '"':
            self.quoted = True
        elif char == "(":
            self.depth = 1
        elif char in "<>":
            self.angled = char == "<"
        else:
            return not self.angled or char == ","
        return False


def is_closed(value: str) -> bool:
    """Whether every quote, comment and angle bracket that the field opens is closed in it."""
    scanner = _Scanner()
    for char in value:
        scanner.is_plain(char)
    return not (scanner.quoted or scanner.depth or scanner.angled)


def _split(value: str) -> list[str]:
    """Cut at commas and semicolons, and behind the name of a group."""
    pieces, start, scanner = [], 0, _Scanner()
    for place, char in enumerate(value):
        if not scanner.is_plain(char):
            continue
        if char in ",;":
            pieces.append(value[start:place])
            start, scanner.angled = place + 1, False
        elif char == ":":  # a group's name (RFC 5322 §3.4): its members follow
            start = place + 1
    pieces.append(value[start:])
    return pieces if not (scanner.quoted or scanner.depth) else [*pieces[:-1], *_split_unclosed(pieces[-1])]


def _split_unclosed(piece: str) -> list[str]:
    """A quote or comment that nobody closed hides nothing: cut at every comma."""
    return piece.replace('"', " ").replace("(", " ").split(",")


def _read_one(piece: str) -> Address | None:
    words, comments, angled = _take_apart(piece)
    if angled is not None:
        name, address = words or comments, angled
    else:
        name, address = _find_bare(words)
        name = name or comments
    address = one_line("".join(address.split()), _ADDRESS_LIMIT).lower()
    if address.startswith("@") and ":" in address:  # a source route (RFC 5322 §4.4)
        address = address.rpartition(":")[2]
    return Address(_shown(name), address) if address else None


def _find_bare(words: str) -> tuple[str, str]:
    """Name and address of a piece without angle brackets; words that are nobody's address give none."""
    tokens = words.split()
    whole = [token for token in tokens if "@" in token[1:-1]]
    if len(whole) == 1:
        return " ".join(token for token in tokens if token is not whole[0]), whole[0]
    if "@" in words or len(tokens) == 1:
        return "", words
    return "", ""


def _shown(name: str) -> str:
    name = one_line(decode_field(name), _NAME_LIMIT)
    return name[1:-1].strip() if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"" else name


def _take_apart(piece: str) -> tuple[str, str, str | None]:
    """Words with their quotes removed, comments, and what the last angle brackets hold."""
    scanner = _Scanner()
    words: list[str] = []
    comments: list[str] = []
    angled: list[str] | None = None
    for char in piece:
        before = (scanner.quoted, scanner.depth, scanner.angled)
        scanner.is_plain(char)
        kind = _kind_of(char, before, scanner)
        if kind == "start":
            angled = []
        elif kind == "angled" and angled is not None:
            angled.append(char)
        elif kind == "comment":
            comments.append(char)
        elif kind == "word":
            words.append(char)
    return "".join(words).strip(), "".join(comments), None if angled is None else "".join(angled)


def _kind_of(char: str, before: tuple[bool, int, bool], scanner: _Scanner) -> str:
    """What a character belongs to, or "" for the marks that only set things apart."""
    quoted, depth, angled = before
    if char == "\\" and scanner.skip:
        return ""
    if depth or scanner.depth:
        return "comment" if depth and scanner.depth else ""
    if char == "<" and not quoted:
        return "start"
    if angled and scanner.angled:
        return "angled"
    is_mark = (char == '"' and quoted != scanner.quoted) or (char == ">" and not quoted)
    return "" if is_mark else "word"
