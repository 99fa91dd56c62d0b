"""Fields with parameters, such as Content-Type, read tolerantly and in linear time (RFC 2045 §5.1, RFC 2231)."""

import re
from urllib.parse import unquote_to_bytes

from mail.charsets import decode, decode_field

_LIMIT = 100  # parameters of one field
_LENGTH = 16_384  # characters of one field
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SECTION = re.compile(r"(.+?)\*(\d{1,4})(\*?)")


def read_parameters(value: str) -> tuple[str, dict[str, str]]:
    """The value in front of the first semicolon, lower-cased, and its parameters by lower-cased name, decoded."""
    head, _, _ = value[:_LENGTH].partition(";")
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for number, match in enumerate(_PARAMETER.finditer(value, 0, _LENGTH)):
        if number == _LIMIT:
            break
        name = match[1].lower()
        text = _ESCAPED.sub(r"\1", match[2]) if match[2] is not None else match[3].strip()
        if section := _SECTION.fullmatch(name):
            sections.setdefault(section[1], {}).setdefault(int(section[2]), (text, bool(section[3])))
        elif name.endswith("*"):
            sections.setdefault(name[:-1], {}).setdefault(0, (text, True))
        else:
            plain.setdefault(name, decode_field(text))
    plain.update({name: _join(found) for name, found in sections.items()})
    return head.strip().lower(), plain


def _join(sections: dict[int, tuple[str, bool]]) -> str:
    """Put the numbered pieces of a value together (RFC 2231 §3) and decode them (§4)."""
    charset, data = "utf-8", b""
    for number, (text, is_encoded) in sorted(sections.items()):
        piece = text
        if number == 0 and is_encoded and piece.count("'") >= 2:
            charset, _, piece = piece.split("'", 2)
        data += unquote_to_bytes(piece) if is_encoded else piece.encode("utf-8", "replace")
    return decode(data, charset or None)[0]
