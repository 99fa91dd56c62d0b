"""Where the words of somebody else begin, none of them marked one by one: ruled lines, forward marks, headers."""

import re
from dataclasses import dataclass

from mail.header_blocks import HeaderBlock, read_block
from mail.page import Page
from mail.reply_line import is_reply_line
from mail.reply_words import LANGUAGES, one_of

_RULE = r"[-_=*~–—]"
_IS_RULE = re.compile(rf"{_RULE}(?:\s?{_RULE}){{2,}}")
_ORIGINAL = re.compile(
    rf"(?i){_RULE}{{2,}}\s*{one_of(words.original for words in LANGUAGES.values())}\s*[:：]?\s*{_RULE}*"
)
_FORWARDS = one_of(words.forwarded for words in LANGUAGES.values())
_FORWARDED = re.compile(rf"(?i)(?:{_RULE}{{2,}}\s*{_FORWARDS}.{{0,150}}|{_FORWARDS}\s*[:：])")
_NEAR = 4  # lines between a mark and its header


@dataclass(frozen=True, slots=True)
class Boundary:
    """The place from which on the words are another's; `block` is their header, where one can be read."""

    kind: str  # forwarded, original, header, ours, marked (by the HTML)
    end: int  # the line behind the boundary itself
    block: HeaderBlock | None = None


def is_rule(line: str) -> bool:
    """A line of dashes or the like and nothing else."""
    return bool(_IS_RULE.fullmatch(line))


def read_boundary(page: Page, place: int) -> Boundary | None:
    """The boundary that begins at this line, if one does."""
    line = page.bare[place]
    if not line:
        return None
    if is_reply_line(line):
        return Boundary("ours", place + 1)
    for kind, pattern in (("forwarded", _FORWARDED), ("original", _ORIGINAL)):
        if pattern.fullmatch(line):
            return _announced(page, kind, place)
    if is_rule(line):
        block = _block_near(page, place + 1, is_announced=False)
        return Boundary("header", block.end, block) if block else None
    block = read_block(page, place)
    return Boundary("header", block.end, block) if block else None


def _announced(page: Page, kind: str, place: int) -> Boundary:
    block = _block_near(page, place + 1, is_announced=True)
    return Boundary(kind, block.end if block else place + 1, block)


def _block_near(page: Page, place: int, *, is_announced: bool) -> HeaderBlock | None:
    start = next((n for n in range(place, min(place + _NEAR, len(page.bare))) if page.bare[n].strip("> ")), None)
    return read_block(page, start, is_announced=is_announced) if start is not None else None
