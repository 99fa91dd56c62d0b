"""The text that a person sees: not what HTML hides, nor what stands below a screen of empty lines."""

import re

from filters.letters import as_read
from filters.markup import read_page
from mail.model import Mail

HIDDEN = 25  # words; a newsletter hides the line that lists of mails show
_LINES = 30  # empty ones
_GAP = re.compile(r"\n[ \t\r\xa0]{0,80}" * _LINES)


def read_visible(mail: Mail, limit: int) -> str:
    """The beginning of what is seen, in plain letters. What is hidden in passing, as an address in a link, stays."""
    if mail.html and (page := read_page(mail.html)).hidden >= HIDDEN:
        return as_read(page.shown[:limit])
    text = mail.text[:limit]
    gap = find_gap(text)
    return as_read(text[: gap.start()] if gap is not None else text)


def find_gap(text: str) -> re.Match[str] | None:
    """Thirty empty lines below something that is said."""
    if text.count("\n") < _LINES:
        return None
    gap = _GAP.search(text)
    return gap if gap is not None and text[: gap.start()].strip() else None
