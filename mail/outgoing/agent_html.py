"""Of the HTML that an agent wrote the part that holds the text which leaves, and not one word more.

No mail program is believed when it says where a quote begins. The words that may leave are known: so the HTML is cut
down to the elements around just these, and counts only if it then holds them all and no others.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

import nh3
from lxml.etree import LxmlError
from lxml.html import HtmlElement, fragment_fromstring, tostring

from mail.mime.html_text import LIMIT, read_bare

_INLINE = {"a", "b", "code", "del", "em", "i", "img", "ins", "s", "small", "span", "strong", "sub", "sup", "u"}
_BLOCKS = ("blockquote", "br", "div", "h1", "h2", "h3", "h4", "hr", "p", "pre")
_LISTS = ("dd", "dl", "dt", "li", "ol", "ul", "table", "tbody", "td", "th", "thead", "tr")
_TAGS = {*_INLINE, *_BLOCKS, *_LISTS}
_UNSPOKEN = {"script", "style", "title", "head"}
_MOST_TAGS = 20_000
_BEFORE = re.compile(r"[^\w\s\\]*\Z")  # but no backslash, which says that a # is one
_BEHIND = re.compile(r"[^\w\s]+")
_LINK_BEHIND = re.compile(r"\s{0,9}<(?:https?://|mailto:)[^\s<>]{1,2000}>")
_LINK = re.compile(r"(https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]])")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")


@dataclass(frozen=True, slots=True)
class Fragment:
    """Clean HTML without a page around it, and the cids of the mail's pictures that it shows."""

    html: str
    shown: frozenset[str] = frozenset()


def write_html(text: str) -> str:
    """Plain text as HTML that looks like it: its lines, its columns, its links."""
    return "\n".join(f"<p>{_write_lines(each)}</p>" for each in _BLANK_LINES.split(text.strip("\n")) if each)


def _write_lines(text: str) -> str:
    pieces = _LINK.split(text)  # every other one is a link
    shown = [
        f'<a href="{escape(each)}">{escape(each)}</a>' if at % 2 else escape(each) for at, each in enumerate(pieces)
    ]
    return "".join(shown).replace("  ", "\N{NO-BREAK SPACE} ").replace("\n", "<br>\n")


def cut_html(html: str, text: str, name_picture: Callable[[str], str | None]) -> Fragment | None:
    """The HTML of just this text; None where it cannot be proven to be that.

    `name_picture` gives the new cid for a cid of the mail, None where that names no picture. Links keep their targets;
    all else loses its attributes.
    """
    if len(html) > LIMIT or html.count("<") > _MOST_TAGS:
        return None
    for wanted in dict.fromkeys((text, _LINK_BEHIND.sub("", text))):  # plain text writes out where links lead
        try:
            tree = fragment_fromstring(_clean(html), create_parent="div")
        except (LxmlError, ValueError, AssertionError):
            return None
        letters = _letters(wanted)
        if letters and _cut(tree, letters):
            found = _finish(tree, name_picture)
            return found if _letters(read_bare(found.html)) == letters else None
    return None


def _clean(html: str) -> str:
    """Without elements that mean nothing for the text, and without attributes but targets and pictures."""
    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_UNSPOKEN,
        attributes={"a": {"href"}, "img": {"src"}},
        url_schemes={"http", "https", "mailto", "cid"},
        attribute_filter=_keep_attribute,
        link_rel=None,
    )


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    is_kept = (tag, name) in {("a", "href"), ("img", "src")}
    return value if is_kept and (tag == "img") is value.lower().startswith("cid:") else None


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


@dataclass(frozen=True, slots=True)
class _Slot:
    """A text of the tree, before an element's children or behind its end, and its place in the whole text."""

    element: HtmlElement
    is_tail: bool
    text: str
    place: int

    def keep(self, left: int, right: int) -> None:
        """Keep what stands between two places of the whole text."""
        kept = self.text[max(left - self.place, 0) : max(right - self.place, 0)]
        if self.is_tail:
            self.element.tail = kept
        else:
            self.element.text = kept


def _cut(tree: HtmlElement, letters: str) -> bool:
    """Take all from the tree but these letters and the elements around them; False where they do not stand there."""
    slots = list(_slots(tree))
    whole = "".join(slot.text if slot.element.tag in _INLINE else f"\n{slot.text}" for slot in slots)
    places = [at for at, char in enumerate(whole) if char.isalnum()]
    start = "".join(whole[at] for at in places).find(letters)
    if start < 0:
        return False
    end = start + len(letters)
    left, right = _widen(whole, places[start], places[end - 1] + 1)
    begins = {slot.element: slot.place for slot in slots if not slot.is_tail}
    ends = {slot.element: slot.place for slot in slots if slot.is_tail}
    for slot in slots:
        slot.keep(left, right)
    for element in list(tree.iterdescendants()):
        if element.tag == "img":
            is_kept = start <= bisect_left(places, begins[element]) <= end
        else:
            is_kept = begins[element] < right and ends[element] > left
        if not is_kept:
            element.drop_tag()
    return True


def _slots(tree: HtmlElement) -> Iterator[_Slot]:
    """All texts in the order in which they are read; before those of a new block there is a line end."""
    place = 0
    stack: list[tuple[HtmlElement, bool]] = [(tree, False)]
    while stack:
        element, is_tail = stack.pop()
        text = (element.tail if is_tail else element.text) or ""
        place += element.tag not in _INLINE
        yield _Slot(element, is_tail, text, place)
        place += len(text)
        if not is_tail:
            stack += [pair for child in reversed(element) for pair in ((child, True), (child, False))]


def _widen(whole: str, left: int, right: int) -> tuple[int, int]:
    """With the brackets and full stops that touch the first and the last letter."""
    before = _BEFORE.search(whole[max(left - 3, 0) : left])
    behind = _BEHIND.match(whole, right)
    return left - len(before[0] if before else ""), behind.end() if behind else right


def _finish(tree: HtmlElement, name_picture: Callable[[str], str | None]) -> Fragment:
    """The tree written down, its pictures under their new names; those that are not there are left out."""
    shown: set[str] = set()
    for picture in list(tree.iter("img")):
        cid = (picture.get("src") or "")[4:]
        name = name_picture(cid) if cid else None
        if name is None:
            picture.drop_tag()
        else:
            picture.set("src", f"cid:{name}")
            shown.add(cid)
    inner = escape(tree.text or "", quote=False) + "".join(tostring(child, encoding="unicode") for child in tree)
    return Fragment(inner.strip(), frozenset(shown))
