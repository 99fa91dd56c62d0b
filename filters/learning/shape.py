"""What a mail looks like, whatever it says: sizes and shares in rough steps, all of them to be learned from alone."""

import re
from collections.abc import Iterator

from mail.model import Mail

_LOOKED_AT = 3000  # characters of the text
_QUOTED = re.compile(r"(?m)^>")
_LONGEST_LINES = 100


def read_shape(mail: Mail, links: int) -> Iterator[str]:
    """Traits in words; a number stands for all of its size, steps doubling."""
    text = mail.text[:_LOOKED_AT]
    letters = sum(map(str.isalpha, text)) + 1
    html = len(mail.html or "")
    yield f"text of {_step(len(mail.text))} characters"
    yield f"HTML of {_step(html)} characters"
    yield f"HTML {_step(20 * html // (len(mail.text) + 1))} twentieths of the text"
    yield f"{_step(100 * sum(map(str.isupper, text)) // letters)} % capitals"
    yield f"{_step(100 * sum(map(str.isdigit, text)) // letters)} % digits"
    yield f"{_step(100 * (len(text) - len(text.encode('ascii', 'ignore'))) // letters)} % letters beyond ASCII"
    yield f"longest line {_step(max(map(len, text.split(chr(10)))))}"
    yield f"{_step(links)} links"
    yield f"{_step(text.count('!'))} exclamation marks"
    yield f"{_step(text.count('$'))} dollar signs"
    yield f"{_step(len(mail.attachments))} files"
    yield f"subject of {_step(len(mail.subject))} characters"
    yield "a subject in capitals" if mail.subject.isupper() else "a subject not in capitals"
    yield "quotes" if _QUOTED.search(text) else "no quotes"
    yield from (defect[:40].partition("'")[0] for defect in mail.defects[:10])


def _step(number: int) -> int:
    """The power of two that is not above it; 0 for nothing."""
    return 1 << number.bit_length() - 1 if number > 0 else 0
