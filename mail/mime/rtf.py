"""The words of RTF in one pass: text and breaks, nothing of fonts, pictures and the HTML that Outlook wraps in it.

Tables and lists lose their layout, links their target, and fonts with a charset of their own are read with the
document's code page. LZFu, in which winmail.dat keeps RTF, is undone as [MS-OXRTFCP] tells.
"""

import re
from dataclasses import dataclass, replace

from mail.charsets import decode

LIMIT = 1024 * 1024  # bytes of RTF that are read

_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
# Groups that hold no words of the text; those that begin with \* are left out anyway.
_SILENT = frozenset(
    b"fonttbl colortbl stylesheet info pict object header footer headerl headerr footerl footerr "
    b"listtable listoverridetable rsidtbl generator themedata datastore latentstyles xmlnstbl fldinst".split()
)
_SHOWN = {
    b"par": b"\n",
    b"line": b"\n",
    b"sect": b"\n\n",
    b"page": b"\n\n",
    b"row": b"\n",
    b"cell": b"\t",
    b"tab": b"\t",
    b"lquote": b"\x91",
    b"rquote": b"\x92",
    b"ldblquote": b"\x93",
    b"rdblquote": b"\x94",
    b"bullet": b"\x95",
    b"endash": b"\x96",
    b"emdash": b"\x97",
}
_CHARACTERS = {b"\\": "\\", b"{": "{", b"}": "}", b"~": " ", b"_": "-", b"\n": "\n", b"\r": "\n"}


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds within a pair of braces."""

    silent: bool = False
    skip: int = 1  # characters that stand in for one that old programs cannot show


class _Reader:
    def __init__(self) -> None:
        self.out: list[str] = []
        self.pending = bytearray()
        self.group = _Group()
        self.stack: list[_Group] = []
        self.page = "windows-1252"
        self.to_skip = 0

    def say(self, text: str) -> None:
        self.flush()
        if not self.group.silent:
            self.out.append(text)

    def say_bytes(self, data: bytes) -> None:
        if self.to_skip:
            data, self.to_skip = data[self.to_skip :], max(self.to_skip - len(data), 0)
        if not self.group.silent:
            self.pending += data

    def flush(self) -> None:
        if self.pending:
            self.out.append(decode(bytes(self.pending), self.page)[0])
            self.pending.clear()

    def brace(self, mark: bytes) -> None:
        self.flush()
        self.to_skip = 0
        if mark == b"{":
            self.stack.append(self.group)
        elif self.stack:
            self.group = self.stack.pop()

    def word(self, name: bytes, number: int | None) -> None:
        if name in _SILENT:
            self.group = replace(self.group, silent=True)
        elif name == b"u" and number is not None:
            code = number % 0x10000
            self.say("" if 0xD800 <= code < 0xE000 else chr(code))
            self.to_skip = self.group.skip
        elif name == b"uc" and number is not None:
            self.group = replace(self.group, skip=min(max(number, 0), 8))
        elif name == b"ansicpg" and number:
            self.page = f"windows-{number}"
        elif name in _SHOWN:
            self.say(_SHOWN[name].decode("cp1252"))


def read_rtf(data: bytes) -> str:
    """The text of RTF; linear, never raises, of anything else the words as they stand."""
    reader = _Reader()
    for token in _TOKEN.finditer(data[:LIMIT]):
        word, number, code, character, brace, plain = token.groups()
        if word:
            reader.word(word, int(number) if number else None)
        elif brace:
            reader.brace(brace)
        elif character == b"*":
            reader.group = replace(reader.group, silent=True)
        elif character in _CHARACTERS:
            reader.say(_CHARACTERS[character])
        elif code or plain:
            reader.say_bytes(bytes.fromhex(code.decode()) if code else plain)
    reader.flush()
    return "".join(reader.out).strip()


# ---------------------------------------------------------------- compressed
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"
    b"\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_WINDOW = 4096
_HEADER = 16


def decompress(data: bytes) -> bytes:
    """RTF as winmail.dat holds it, made RTF ([MS-OXRTFCP] §3.1); at most LIMIT bytes, what is damaged ends it."""
    if data[8:12] == b"MELA":
        return data[_HEADER:][:LIMIT]
    return _undo_lzfu(data) if data[8:12] == b"LZFu" else b""


def _undo_lzfu(data: bytes) -> bytes:
    window = bytearray(_DICTIONARY.ljust(_WINDOW, b" "))
    out, write, place = bytearray(), len(_DICTIONARY), _HEADER
    while place < len(data) and len(out) < LIMIT:
        control, place = data[place], place + 1
        for bit in range(8):
            is_reference = control >> bit & 1
            piece = data[place : place + 1 + is_reference]
            place += len(piece)
            if len(piece) != 1 + is_reference:
                return bytes(out)
            if not is_reference:
                window[write] = piece[0]
                out += piece
                write = (write + 1) % _WINDOW
                continue
            read, length = piece[0] << 4 | piece[1] >> 4, (piece[1] & 15) + 2
            if read == write:  # the end
                return bytes(out)
            for _ in range(length):
                byte = window[read]
                window[write] = byte
                out.append(byte)
                read, write = (read + 1) % _WINDOW, (write + 1) % _WINDOW
    return bytes(out)
