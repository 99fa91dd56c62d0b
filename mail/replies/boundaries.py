"""Where the words of somebody else begin, none of them marked one by one: ruled lines, forward marks, headers."""

import re
from dataclasses import dataclass

from mail.replies.header_blocks import HeaderBlock, read_block
from mail.replies.page import Page
from mail.replies.reply_line import is_reply_line
from mail.replies.reply_words import LANGUAGES
from mail.replies.word_forms import fold, forms, one_of

_RULE = r"[-_=*~\u2013—]"
_IS_RULE = re.compile(rf"{_RULE}(?:\s?{_RULE}){{2,}}")
_RULES = "-_=*~\u2013\u2014"
_ORIGINAL = re.compile(one_of(words.original for words in LANGUAGES.values()) + r"\s?[:\uff1a]?")
_FORWARDED = re.compile(one_of(words.forwarded for words in LANGUAGES.values()))
_VERBS = forms(words.wrote for words in LANGUAGES.values())
_LONGEST, _WORDS = 600, 8  # characters behind a rule; words between two
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
    if kind := _read_mark(line):
        return _announced(page, kind, place)
    if is_rule(line):
        block = _block_near(page, place + 1, is_announced=False)
        return Boundary("header", block.end, block) if block else None
    block = read_block(page, place)
    return Boundary("header", block.end, block) if block else None


def _read_mark(line: str) -> str | None:
    """Whether the words between the rules say that what follows is passed on, or is the original of an answer."""
    text = fold(line.strip(_RULES + " "))
    is_ruled = line[0] in _RULES and line[1:2] in _RULES + " "
    if not text or len(text) > _LONGEST:
        return None
    if found := _FORWARDED.match(text):
        return "forwarded" if is_ruled or text[found.end() :].strip() in {":", "\uff1a"} else None
    if not is_ruled:
        return None
    found = _ORIGINAL.match(text)
    behind = text[found.end() :].lstrip(" :\uff1a") if found else ""
    is_original = found is not None and (not behind or behind.startswith(("--", "__", "==")))
    return "original" if is_original or (line[-1] in _RULES and _is_name_and_verb(text)) else None


def _is_name_and_verb(text: str) -> bool:
    """Between rules "Ann wrote" is enough."""
    return 1 < len(text.split()) <= _WORDS and text.rstrip(" :\uff1a").endswith(_VERBS)


def read_marked(page: Page, place: int) -> Boundary:
    """The boundary where the HTML says that there is one."""
    block = _block_near(page, place, is_announced=True)
    return Boundary("header" if block else "marked", block.end if block else place, block)


def _announced(page: Page, kind: str, place: int) -> Boundary:
    block = _block_near(page, place + 1, is_announced=True)
    return Boundary(kind, block.end if block else place + 1, block)


def _block_near(page: Page, place: int, *, is_announced: bool) -> HeaderBlock | None:
    near = range(place, min(place + _NEAR, len(page.bare)))
    start = next((n for n in near if page.bare[n].strip("> ") and not is_rule(page.bare[n])), None)
    return read_block(page, start, is_announced=is_announced) if start is not None else None
