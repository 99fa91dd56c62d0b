"""What a mail says, as words: where each stands and how it reads, so that a person understands why one counted.

Nothing here knows which words are spam's. All of it is bounded: the first kilobytes say what a mail is.
"""

import re
from collections.abc import Iterable, Iterator

from filters.learning.shape import read_shape
from filters.seeing.letters import as_read
from filters.seeing.visible_text import read_visible
from mail.model import Mail

TEXT_LIMIT = 6000  # characters of the text, and as many of the HTML
FIELD_LIMIT, FIELDS_LIMIT = 1000, 10_000  # characters of one header field, and of all of them

_WORD = re.compile(r"[^\W_](?:[\w.'$%-]{0,38}[^\W_])?|[$!]{1,40}")
_TAG = re.compile(r"<([a-zA-Z/!][^\s>]{0,20})")
_LINK = re.compile(r"(?:https?://|www\.)[^\s\"'<>]{1,200}")
_BETWEEN = re.compile(r"[/?&=.:]+")
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,40}")  # Thai, kana, Han, Hangul


def read_words(mail: Mail) -> set[str]:
    """Each word once, behind the place where it stands: "subject: free"."""
    text, html = read_visible(mail, TEXT_LIMIT), (mail.html or "")[:TEXT_LIMIT]
    links = _LINK.findall(html) + _LINK.findall(text)
    return {
        *_read_header(mail.headers),
        *_read_subject(as_read(mail.subject[:FIELD_LIMIT])),
        *[f"text: {word}" for word in _split(text.lower())],
        *[f"HTML: {tag}" for tag in _TAG.findall(html.lower())],
        *[f"link: {piece}" for link in links for piece in _BETWEEN.split(link.lower()) if piece],
        *(f"file: {attachment.type[:FIELD_LIMIT]}" for attachment in mail.attachments[:20]),
        *(f"shape: {trait}" for trait in read_shape(mail, len(links))),
    }


def read_fields(headers: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The header fields from the top as far as anything looks at them, names in lower case, long values cut."""
    left = FIELDS_LIMIT
    for name, value in headers:
        left -= len(name) + min(len(value), FIELD_LIMIT)
        if left < 0:
            return
        yield name.lower(), value[:FIELD_LIMIT]


def _read_header(headers: Iterable[tuple[str, str]]) -> list[str]:
    words, above = [], "the top"
    for name, value in read_fields(headers):
        words += [f"field: {name}", f"fields: {above}, {name}"]
        words += [f"{name}: {word}" for word in _WORD.findall(value.lower())]
        above = name
    return words


def _read_subject(subject: str) -> Iterator[str]:
    """Words as they are written, and pairs of them."""
    above = "^"
    for word in _split(subject):
        yield f"subject: {word}"
        yield f"subject: {above} {word}".lower()
        above = word


def _split(text: str) -> list[str]:
    """Words; of scripts that do not space them, every two letters, too."""
    return _WORD.findall(text) + [run[at : at + 2] for run in _UNSPACED.findall(text) for at in range(len(run) - 1)]
