"""Link targets told in the text of HTML: beside the words that lead there, where the words do not say them.

A newsletter is full of links that only count who follows them: of many links none is told, of a long one its host.
"""

import re

from lxml.html import HtmlElement

_MANY = 30  # links; with more it is no letter
_LONG = 150  # characters of a target
_TOLD = re.compile(r"(?i)\A\s*(?:https?://|mailto:)[^\s<>]+\s*\Z")
_HOST = re.compile(r"(?i)(https?://[^/?#\s]{1,200})")
_PLAIN = re.compile(r"(?i)\A(?:https?://|mailto:)?(?:www\.)?|[/\s]+\Z|\?[^?]*\Z")


def tell_links(tree: HtmlElement) -> None:
    """Put the targets of links behind their words, and emoji in the place of their pictures."""
    links = [one for one in tree.iter("a") if _TOLD.match(one.get("href", ""))]
    for link in links if len(links) <= _MANY else []:
        target = link.get("href", "").strip()
        words = " ".join(link.itertext()).strip()
        if words and not _says(words, target):
            _append(link, f" <{_shorten(target)}>")
    for picture in tree.iter("img"):
        shown = (picture.get("alt") or "").strip()
        if shown and len(shown) <= 8 and not any(letter.isalnum() or letter.isascii() for letter in shown):
            picture.tail = shown + (picture.tail or "")


def _says(words: str, target: str) -> bool:
    """The words name the target: they are it, or the part of it that a person would write."""
    said, meant = _bare(words), _bare(target)
    return said == meant or ("." in said and meant.startswith((said + "/", said + "?", said + "#")))


def _bare(text: str) -> str:
    plain = _PLAIN.sub("", text.strip()[:2000]).casefold()
    return _PLAIN.sub("", plain)


def _shorten(target: str) -> str:
    if target.lower().startswith("mailto:"):
        return target[7:].partition("?")[0][:_LONG]
    host = _HOST.match(target)
    return f"{host[1]}/…" if len(target) > _LONG and host else target


def _append(link: HtmlElement, text: str) -> None:
    children = list(link)
    if children:
        children[-1].tail = (children[-1].tail or "") + text
    else:
        link.text = (link.text or "") + text
