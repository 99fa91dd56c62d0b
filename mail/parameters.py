"""Fields with parameters, such as Content-Type, read tolerantly and in linear time (RFC 2045 §5.1, RFC 2231)."""

import re
from urllib.parse import unquote_to_bytes

from mail.charsets import decode
from mail.encoded_words import decode_field

_LIMIT = 100  # parameters of one field
_LENGTH = 16_384  # characters of one field
# white space is counted: without a bound the time would grow with its square
_HEAD = re.compile(r"[^;\"]*?(?=[\s;]{1,40}[^\s=;\"/]{1,80}\s{0,40}=|;|$)", re.DOTALL)
_PARAMETER = re.compile(r'[;\s]\s{0,40}([^\s=;"]{1,80})\s{0,40}=\s{0,40}(?:"((?:[^"\\]|\\.)*)"|([^;]*))', re.DOTALL)
_COMMENT = re.compile(r"\([^()]*\)")
_ESCAPED = re.compile(r"\\([\"\\])")  # any other backslash divides the folders of a path
_SECTION = re.compile(r"(.+?)\*(\d{1,4})(\*?)")


def read_parameters(value: str) -> tuple[str, dict[str, str]]:
    """The value in front of its parameters, lower-cased, and these by lower-cased name, decoded."""
    value = value[:_LENGTH]
    head = _HEAD.match(value)
    start = head.end() if head else 0
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for number, match in enumerate(_PARAMETER.finditer(value, start)):
        if number == _LIMIT:
            break
        name = match[1].lower()
        text = _ESCAPED.sub(r"\1", match[2]) if match[2] is not None else match[3].strip().strip('"')
        if section := _SECTION.fullmatch(name):
            sections.setdefault(section[1], {}).setdefault(int(section[2]), (text, bool(section[3])))
        elif name.endswith("*"):
            sections.setdefault(name[:-1], {}).setdefault(0, (text, True))
        else:
            plain.setdefault(name, decode_field(text))
    plain.update({name: decode_field(_join(found)) for name, found in sections.items()})
    return _COMMENT.sub("", value[:start]).strip().lower(), plain


def _join(sections: dict[int, tuple[str, bool]]) -> str:
    """Put the numbered pieces of a value together (RFC 2231 §3) and decode them (§4)."""
    charset, data = "utf-8", b""
    for number, (text, is_encoded) in sorted(sections.items()):
        piece = text
        if number == 0 and is_encoded and piece.count("'") >= 2:
            charset, _, piece = piece.split("'", 2)
        data += unquote_to_bytes(piece) if is_encoded else piece.encode("utf-8", "replace")
    return decode(data, charset or None)[0]
