"""What HTML does, as far as filters ask: its links, its pictures, and the words that it hides.

No page is laid out for that: one pass over the first tags, in time that grows with them alone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from itertools import islice

from filters.seeing.colours import background_of, colour_of

LIMIT = 50_000  # characters of HTML
_PIECES = 4_000  # tags, and texts between them
_DEEP = 100  # open elements that are remembered
_LINKS = 300
_PIECE = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]{0,20})([^<>]{0,3000})>?|([^<]+)|<")
_ATTRIBUTE = re.compile(
    r"(?i)([a-z-]{1,20})\s{0,20}=\s{0,20}(?:\"([^\"]{0,2000})\"|'([^']{0,2000})'|([^\s\"'>]{1,2000}))"
)
_NO_CONTENT = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "wbr"})
_LEADING = frozenset({"a", "img"})
_TELLING = re.compile(r"(?i)style|color|background|class|id\s?=")
_LETTERS = 8  # make a word at the latest: not all scripts put spaces between words
_ENDED_BY_NEXT = frozenset({"li", "p", "td", "th", "tr"})
_UNSPOKEN = frozenset({"script", "style", "title", "head"})
_INVISIBLE = re.compile(
    r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden|opacity\s{0,5}:\s{0,5}0(?:\.0{1,5})?\s{0,5}(?:;|$)"
    r"|font-size\s{0,5}:\s{0,5}[01](?:\.0{1,5})?\s{0,5}(?:px|pt|em|%|;|$)|text-indent\s{0,5}:\s{0,5}-\d{3}"
)


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link leads, and the words that lead there."""

    target: str
    words: str
    has_picture: bool


@dataclass(frozen=True, slots=True)
class Page:
    """What HTML does."""

    links: tuple[Link, ...] = ()
    far_pictures: int = 0  # that are fetched from somewhere
    words: int = 0  # that are shown
    hidden: int = 0  # words that nobody sees
    shown: str = ""  # the words that are shown, where others are hidden


@dataclass(frozen=True, slots=True)
class _Element:
    name: str
    is_hidden: bool
    colour: str | None  # None: not known
    background: str | None


_BODY = _Element("", is_hidden=False, colour="#000", background="#fff")


@dataclass(slots=True)
class _Reading:
    has_classes: bool  # colours may be set elsewhere
    open: list[_Element] = field(default_factory=lambda: [_BODY])
    links: list[Link] = field(default_factory=list)
    target: str | None = None
    shown: list[str] = field(default_factory=list)  # within the link
    has_picture: bool = False
    far_pictures: int = 0
    words: int = 0
    hidden: int = 0
    seen: list[str] = field(default_factory=list)


@lru_cache(maxsize=4)
def read_page(html: str) -> Page:
    """Look at the beginning of HTML; never raises, linear."""
    html = _without_comments(html[:LIMIT])
    reading = _Reading("<style" in html.lower())
    for piece in islice(_PIECE.finditer(html), _PIECES):
        closing, name, rest, text = piece.groups()
        if text is not None:
            _read_text(reading, text)
        elif name and closing:
            _close(reading, name.lower())
        elif name:
            _open(reading, name.lower(), rest)
    _end_link(reading)
    shown = unescape(" ".join(reading.seen)) if reading.hidden else ""
    return Page(tuple(reading.links), reading.far_pictures, reading.words, reading.hidden, shown)


def _without_comments(html: str) -> str:
    kept, place = [], 0
    while (start := html.find("<!--", place)) >= 0:
        kept.append(html[place:start])
        end = html.find("-->", start + 4)
        place = end + 3 if end >= 0 else len(html)
    return "".join([*kept, html[place:]])


def _read_text(reading: _Reading, text: str) -> None:
    element = reading.open[-1]
    if element.name in _UNSPOKEN:
        return
    count = max(len(text.split()), len(text.strip()) // _LETTERS)
    if element.is_hidden or (element.colour is not None and element.colour == element.background):
        reading.hidden += count
        return
    reading.words += count
    reading.seen.append(text)
    if reading.target is not None:
        reading.shown.append(text)


def _open(reading: _Reading, name: str, rest: str) -> None:
    said = _read_attributes(rest) if rest and (name in _LEADING or _TELLING.search(rest)) else {}
    if name == "img":
        reading.far_pictures += said.get("src", "").lower().startswith(("http:", "https:", "//"))
        reading.has_picture = True
    elif name == "a" and said.get("href"):
        _end_link(reading)
        reading.target, reading.has_picture = said["href"].strip(), False
    if name in _NO_CONTENT or len(reading.open) > _DEEP:
        return
    if name in _ENDED_BY_NEXT and reading.open[-1].name == name:
        reading.open.pop()
    above = reading.open[-1]
    if not said:
        reading.open.append(_Element(name, above.is_hidden, above.colour, above.background))
        return
    style = said.get("style", "").lower()
    reading.open.append(
        _Element(
            name,
            is_hidden=above.is_hidden or bool(_INVISIBLE.search(style)),
            colour=_find_colour(reading, said, style, above.colour),
            background=_find_background(reading, said, style, above.background),
        )
    )


def _read_attributes(rest: str) -> Mapping[str, str]:
    found = _ATTRIBUTE.findall(rest)
    return {name.lower(): unescape(double or single or bare) for name, double, single, bare in found[:30]}


def _find_colour(reading: _Reading, said: Mapping[str, str], style: str, above: str | None) -> str | None:
    own = colour_of(style, said.get("color", ""))
    if own is None and reading.has_classes and ("class" in said or "id" in said):
        return None
    return own or above


def _find_background(reading: _Reading, said: Mapping[str, str], style: str, above: str | None) -> str | None:
    own = background_of(style, said.get("bgcolor", ""))
    if own is None and ("background" in said or "background" in style):
        return None
    if own is None and reading.has_classes and ("class" in said or "id" in said):
        return None
    return own or above


def _close(reading: _Reading, name: str) -> None:
    if name == "a":
        _end_link(reading)
    for at in range(len(reading.open) - 1, 0, -1):
        if reading.open[at].name == name:
            del reading.open[at:]
            return


def _end_link(reading: _Reading) -> None:
    if reading.target is not None and len(reading.links) < _LINKS:
        words = " ".join(" ".join(reading.shown)[:500].split())
        reading.links.append(Link(reading.target, unescape(words), reading.has_picture))
    reading.target, reading.shown = None, []
