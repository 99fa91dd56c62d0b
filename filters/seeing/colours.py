"""Colours as styles write them, in one spelling each, so that text in the colour of its background is seen."""

import re

_COLOUR = re.compile(r"(?:^|[;\s])color\s{0,5}:\s{0,5}([^;!]{1,40})")
_BACKGROUND = re.compile(r"background(?:-color)?\s{0,5}:\s{0,5}([^;!]{1,40})")
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})(?![0-9a-f])")
_RGB = re.compile(r"rgba?\(\s{0,5}(\d{1,3})[\s,]{1,5}(\d{1,3})[\s,]{1,5}(\d{1,3})\s{0,5}\)")
_NAMED = {"white": "#fff", "black": "#000", "red": "#f00", "blue": "#00f", "yellow": "#ff0", "lime": "#0f0"}


def colour_of(style: str, attribute: str) -> str | None:
    """The colour of text, by a lower-case style or an attribute; None where neither says one that we know."""
    found = _COLOUR.search(style)
    return _spell(found[1] if found else attribute)


def background_of(style: str, attribute: str) -> str | None:
    """The colour behind it."""
    found = _BACKGROUND.search(style)
    return _spell(found[1] if found else attribute)


def _spell(written: str) -> str | None:
    """Three hex digits: what differs by less no eye tells apart."""
    written = written.strip().lower()
    if found := _HEX.match(written):
        digits = found[1]
        return f"#{digits}" if len(digits) == 3 else f"#{digits[::2]}"
    if found := _RGB.match(written):
        return "#" + "".join(f"{min(int(part), 255) >> 4:x}" for part in found.groups())
    return _NAMED.get(written)
