"""Words that occur once in the world, and where they turn up: whatever bears one shows where its text went."""

import email
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email.header import decode_header, make_header
from email.message import Message

_CANARY = re.compile(r"canary[a-z]+[0-9]{4}")
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Canary:
    """One word: what kind of text bears it, and who wrote that."""

    word: str
    kind: str
    author: str = ""


@dataclass
class Canaries:
    """All words of one story; `secrets` are further texts that must stand nowhere, `addresses` those of customers."""

    known: dict[str, Canary] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    def make(self, kind: str, author: str = "") -> str:
        """A new word for a text of this kind."""
        word = f"canary{kind}{len(self.known):04}"
        self.known[word] = Canary(word, kind, author)
        return word

    def found(self, texts: Iterable[str]) -> list[Canary]:
        """The words that stand in these texts, however they are broken, dressed or spelled in capitals."""
        seen = [squeeze(text) for text in texts]
        words = {word for text in seen for word in _CANARY.findall(text)}
        secret = [Canary(each, "secret") for each in self.secrets if any(squeeze(each) in text for text in seen)]
        people = [Canary("", "address", each) for each in self.addresses if any(squeeze(each) in text for text in seen)]
        return [self.known[word] for word in sorted(words) if word in self.known] + secret + people


def squeeze(text: str) -> str:
    """Letters and digits alone, in small letters."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text).lower())


def texts_of(raw: bytes) -> Iterator[str]:
    """All that whoever gets this mail can read: the bytes, each header field and each part in every reading."""
    yield raw.decode("latin-1")
    for part in email.message_from_bytes(raw).walk():
        yield from (f"{name} {make_header(decode_header(value))}" for name, value in part.items())
        yield part.get_filename() or ""
        if not part.is_multipart():
            yield from _read(part)


def texts_of_page(page: str) -> Iterator[str]:
    """All that whoever opens this page can read."""
    yield page
    yield html.unescape(page)
    yield html.unescape(_TAG.sub("", page))


def _read(part: Message) -> Iterator[str]:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    yield content.decode("utf-8", "replace")
    if part.get_content_type() == "text/html":
        yield from texts_of_page(content.decode("utf-8", "replace"))
