"""Paragraphs of format=flowed put together again (RFC 3676); quoted ones keep their level."""

from itertools import groupby

_SIGNATURE = "-- "  # never flows, though it ends with a blank (RFC 3676 §4.3)


def unflow(text: str, *, del_sp: bool) -> str:
    """The text with each paragraph on one line; `del_sp`: the blank at a soft line end is no part of the text."""
    lines = [_take_apart(line) for line in text.split("\n")]
    out: list[str] = []
    for level, run in groupby(lines, key=lambda line: line[0]):
        mark = ">" * level + " " * (level > 0)
        out += [
            (mark + paragraph).rstrip() if level else paragraph
            for paragraph in _join([line for _, line in run], del_sp=del_sp)
        ]
    return "\n".join(out)


def _take_apart(line: str) -> tuple[int, str]:
    """How often a line is quoted, and the rest without the blank that protects it (RFC 3676 §4.4, §4.5)."""
    rest = line.lstrip(">")
    return len(line) - len(rest), rest.removeprefix(" ")


def _join(lines: list[str], *, del_sp: bool) -> list[str]:
    out: list[str] = []
    open_pieces: list[str] = []
    for line in lines:
        is_soft = line.endswith(" ") and line != _SIGNATURE
        if line == _SIGNATURE and open_pieces:  # a signature ends a paragraph, even one that was to go on
            out.append("".join(open_pieces).rstrip(" "))
            open_pieces = []
        open_pieces.append(line[:-1] if is_soft and del_sp else line)
        if not is_soft:
            out.append("".join(open_pieces))
            open_pieces = []
    if open_pieces:
        out.append("".join(open_pieces).rstrip(" "))
    return out
