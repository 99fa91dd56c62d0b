"""A mail over the size limit, rebuilt from its header and its text; what is left on the server is named."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.utils import decode_rfc2231
from urllib.parse import unquote_to_bytes

HEADER_LIMIT = 262_144  # bytes
TEXT_LIMIT = 1_048_576  # bytes of one text, encoded
TEXTS = 8  # text parts that are fetched
NAMED = 50  # attachments that are named
DEPTH = 50  # of multiparts in each other

_ENCODINGS = {"7bit", "8bit", "binary", "quoted-printable", "base64"}
_SAFE = re.compile(r"[A-Za-z0-9!#$&.+^_:()-]{1,60}")
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")  # a bare CR ends no line
_WRITTEN = re.compile(r"""([\w*]{1,40})[ \t]*=[ \t]*"?([^";]*)""")
_LONGEST_NAME = 1_000  # characters of a parameter that are looked at
_BODY_FIELD = re.compile(rb"(?:content-[^:]*|mime-version)[ \t]*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part without parts (RFC 9051 §7.5.2)."""

    number: str  # "1.2"
    kind: str  # "text/plain"
    parameters: tuple[tuple[str, str], ...]
    encoding: str
    size: int  # bytes, encoded
    name: str
    attached: bool


@dataclass(frozen=True, slots=True)
class Branch:
    """A multipart."""

    kind: str  # "alternative"
    children: tuple["Node", ...]


Node = Leaf | Branch


def read_structure(body: Sequence[object], number: str = "", depth: int = 0) -> Node:
    """A BODYSTRUCTURE as imapclient gives it; content faults make parts unknown, never exceptions."""
    if body and isinstance(body[0], list) and depth < DEPTH:
        prefix = f"{number}." if number else ""
        children = tuple(
            read_structure(child, f"{prefix}{index}", depth + 1)
            for index, child in enumerate(body[0], 1)
            if isinstance(child, Sequence)
        )
        return Branch(_word(body, 1) or "mixed", children)
    if not body or isinstance(body[0], list):
        return Leaf(number or "1", "application/octet-stream", (), "8bit", 0, "", attached=True)
    return _leaf(body, number or "1")


def texts_of(node: Node | None) -> tuple[Leaf, ...]:
    """The parts that are the text of the mail, in order, so many at most."""
    return tuple(leaf for leaf in _leaves(node) if _is_text(leaf))[:TEXTS]


def rebuild(header: bytes, node: Node | None, texts: Mapping[str, bytes], why: str) -> tuple[bytes, str]:
    """A small valid mail of this header block and these texts by part number; and what was left out, in words.

    Of the header block only the fields that describe the body are other than before (RFC 2045 §3).
    """
    left_out = f"{why}; left on the server: {_names(node, texts)}"
    note = (
        b'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: 8bit\r\n'
        b'Content-Disposition: attachment; filename="left-out.txt"\r\n\r\n' + left_out.encode() + b"\r\n"
    )
    parts = [part for part in (_render(node, texts),) if part is not None]
    body = _multipart("mixed", [*parts, note])
    return _without_body_fields(header) + b"MIME-Version: 1.0\r\n" + body, left_out


def readable_size(size: int) -> str:
    """Bytes for people: "3 kB", "25.0 MB"."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, size // 1000)} kB"


def _leaf(body: Sequence[object], number: str) -> Leaf:
    kind = f"{_word(body, 0)}/{_word(body, 1)}"
    parameters = dict(_pairs(_at(body, 2)))
    at = {"text": 9, "message/rfc822": 11}.get(kind if kind == "message/rfc822" else _word(body, 0), 8)
    word, told = _disposition(_at(body, at))
    size = _at(body, 6)
    return Leaf(
        number=number,
        kind=kind if _SAFE.fullmatch(kind.replace("/", "")) else "application/octet-stream",
        parameters=tuple((key, parameters[key]) for key in ("charset", "format", "delsp") if key in parameters),
        encoding=_word(body, 5),
        size=size if isinstance(size, int) else 0,
        name=_name(told, "filename") or _name(parameters, "name"),
        attached=word == "attachment",
    )


def _disposition(value: object) -> tuple[str, dict[str, str]]:
    """The word and its parameters; some servers give the field as it was written instead of a list."""
    if isinstance(value, tuple) and value:
        return _word(value, 0), dict(_pairs(_at(value, 1)))
    word, _, rest = _text(value)[:_LONGEST_NAME].partition(";")
    return word.strip().lower(), {key.lower(): told for key, told in _WRITTEN.findall(rest)}


def _is_text(leaf: Leaf) -> bool:
    return leaf.kind in ("text/plain", "text/html") and not leaf.attached


def _leaves(node: Node | None) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    elif node is not None:
        for child in node.children:
            yield from _leaves(child)


def _names(node: Node | None, texts: Mapping[str, bytes]) -> str:
    named = [_called(leaf) for leaf in _leaves(node) if leaf.number not in texts]
    named += [f"the rest of a long text ({readable_size(leaf.size)})" for leaf in _leaves(node) if _is_cut(leaf, texts)]
    if len(named) > NAMED:
        named[NAMED:] = [f"and {len(named) - NAMED} more"]
    return ", ".join(named) or "its parts, which the server did not list"


def _called(leaf: Leaf) -> str:
    size = leaf.size * 3 // 4 if leaf.encoding == "base64" else leaf.size
    return f"{leaf.name or 'a part without a name'} ({leaf.kind}, {readable_size(size)})"


def _is_cut(leaf: Leaf, texts: Mapping[str, bytes]) -> bool:
    return leaf.number in texts and leaf.size > TEXT_LIMIT


def _render(node: Node | None, texts: Mapping[str, bytes]) -> bytes | None:
    """An entity with its own header, or None where nothing of it is left."""
    if node is None:
        return None
    if isinstance(node, Branch):
        parts = [part for child in node.children if (part := _render(child, texts)) is not None]
        kept = node.kind if node.kind in ("alternative", "related") else "mixed"
        return _multipart(kept, parts) if len(parts) > 1 else next(iter(parts), None)
    if node.number not in texts:
        return None
    encoding = node.encoding if node.encoding in _ENCODINGS else "8bit"
    parameters = "".join(f'; {key}="{value}"' for key, value in node.parameters if _SAFE.fullmatch(value))
    head = f"Content-Type: {node.kind}{parameters}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode("ascii") + _whole_lines(texts[node.number], node, encoding)


def _whole_lines(text: bytes, leaf: Leaf, encoding: str) -> bytes:
    """A text that was cut ends where its encoding can be read to the end."""
    if len(text) < leaf.size:
        text = text[: text.rfind(b"\n") + 1] or text
        if encoding == "base64":
            text = b"".join(text.split())
            text = text[: len(text) // 4 * 4]
            text = b"\r\n".join(text[start : start + 76] for start in range(0, len(text), 76))
    return text


def _multipart(kind: str, parts: Sequence[bytes]) -> bytes:
    boundary = hashlib.sha256(b"".join(parts)).hexdigest()[:32]  # a text cannot hold the hash of itself
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    mark = b"--" + boundary.encode()
    return head + b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def _without_body_fields(header: bytes) -> bytes:
    """The header block, line ends and all, without the fields that describe the body and without the empty line."""
    kept: list[bytes] = []
    keep = True
    for line in _LINE.findall(header if len(header) < HEADER_LIMIT else header[: header.rfind(b"\n") + 1]):
        if line in (b"\r\n", b"\n"):
            break
        if line[:1] not in (b" ", b"\t"):
            keep = not _BODY_FIELD.match(line)
        if keep:
            kept.append(line if line.endswith(b"\n") else line + b"\r\n")
    return b"".join(kept)


def _at(body: Sequence[object], index: int) -> object:
    return body[index] if index < len(body) else None


def _word(body: Sequence[object], index: int) -> str:
    return _text(_at(body, index)).strip().lower()


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value) if isinstance(value, int) else ""


def _pairs(value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, tuple):
        for key, told in zip(value[::2], value[1::2], strict=False):
            yield _text(key).lower(), _text(told)[:_LONGEST_NAME]


def _name(parameters: Mapping[str, str], key: str) -> str:
    """A file name for people, whichever way it is written (RFC 2231 §3 and §4, RFC 2047)."""
    pieces = [parameters.get(f"{key}*{n}*", parameters.get(f"{key}*{n}", "")) for n in range(20)]
    extended = parameters.get(f"{key}*") or "".join(pieces)
    name = _decode_extended(extended) if extended else _decode_words(parameters.get(key, ""))
    return "".join(character for character in name if character.isprintable())[:120]


def _decode_extended(value: str) -> str:
    charset, _, quoted = decode_rfc2231(value)
    try:
        return unquote_to_bytes(quoted).decode(charset or "utf-8", "replace")
    except LookupError:  # no such charset
        return quoted


def _decode_words(value: str) -> str:
    try:
        return str(make_header(decode_header(value))) or value
    except (HeaderParseError, ValueError, LookupError):
        return value
