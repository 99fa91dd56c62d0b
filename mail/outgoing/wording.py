"""Lines as they come out of mail programs, and texts in which such lines are looked for.

Programs quote, wrap, join, escape and link whatever they are given. So only letters and figures count, in one case;
a line that is long enough is found in whatever lines it was wrapped, and so is a part of it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from unicodedata import normalize
from urllib.parse import unquote

GRAM = 12  # letters and figures that are looked up at once
LONG = 20  # letters and figures; of a shorter line the words count
_RUN = 3  # words of it that are looked up at once
_ROUNDS = 3  # links within links
_PREFIX = re.compile(r"\s{0,4}(?:>\s?|[A-Z]{1,3}>\s)+")  # "> ", ">> ", and "JD> " as some programs write it
_LINK = re.compile(r"<?(?:https?://|mailto:|www\.)[^\s<>\"]+>?", re.IGNORECASE)
_ANY_LINK = "@"  # no letter
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]{0,10}/?>")  # HTML that is shown as it is written
_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_PARTS = re.compile(r"[\W_]+")
# What cannot be seen, and what programs make of apostrophes: no end of a word.
_JOINED = re.compile("['\u2018\u2019\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """What is left of a line, whatever a mail program did to it: letters and figures in one case, no quote mark.

    A line with links is read twice, the second time without them: links are written anew on the way.
    """

    words: tuple[str, ...]
    has_lost_links: bool = False

    @property
    def letters(self) -> str:
        """The words in one."""
        return "".join(self.words)

    @property
    def key(self) -> str:
        """What a whole line is known by."""
        return f"{self.letters}{_ANY_LINK}" if self.has_lost_links else self.letters


_NOTHING = Reading(())


def is_quoted(line: str) -> bool:
    """Whether a quote mark stands before it."""
    return _PREFIX.match(unescape(line[:20])) is not None


def read(line: str) -> Reading:
    """A line as it is, its links included."""
    if not line or line.isspace():
        return _NOTHING
    plain = normalize("NFKC", decode(line))
    prefix = _PREFIX.match(plain)
    bare = plain[prefix.end() :] if prefix else plain
    return Reading(tuple(_PARTS.sub(" ", _JOINED.sub("", _TAG.sub(" ", bare))).casefold().split()))


def readings(line: str) -> Iterator[Reading]:
    """The one or two readings of a line."""
    yield read(line)
    if _LINK.search(line):
        yield Reading(read(_LINK.sub(" ", line)).words, has_lost_links=True)


def lines_of(text: str) -> list[str]:
    """The lines of a text, whatever parts them."""
    return _BREAKS.sub("\n", text).split("\n")


def decode(text: str) -> str:
    """Character references and percent signs resolved, as far as links within links bear them."""
    for _ in range(_ROUNDS if "&" in text or "%" in text else 0):
        further = unquote(unescape(text))
        if further == text:
            break
        text = further
    return text


class Wording:
    """What stands in some texts, to be asked for lines and for parts of them; in linear time.

    Each passage is a run of lines that follow each other: whatever is joined or wrapped is found within one of them.
    """

    def __init__(self, passages: Iterable[Iterable[str]]) -> None:
        self._lines: set[str] = set()
        self._grams: set[str] = set()
        self._runs: set[str] = set()
        for passage in passages:
            self._take(passage)

    def _take(self, passage: Iterable[str]) -> None:
        read_twice = [tuple(readings(line)) for line in passage]
        self._lines.update(one.key for both in read_twice for one in both)
        for stream in dict.fromkeys(tuple(word for both in read_twice for word in both[at].words) for at in (0, -1)):
            self._grams.update(grams("".join(stream)))
            for many in range(1, _RUN + 1):
                self._runs.update(_runs(stream, many))

    def has_line(self, key: str) -> bool:
        """A whole line of it is known by this key."""
        return key in self._lines

    def has_gram(self, gram: str) -> bool:
        """These letters stand there one after the other."""
        return gram in self._grams

    def holds(self, reading: Reading) -> bool:
        """These words stand there one after the other, in one line or in several."""
        if reading.key in self._lines:
            return True
        letters = reading.letters
        if len(letters) < LONG:
            return self._runs.issuperset(_runs(reading.words, min(len(reading.words), _RUN)))
        return self._grams.issuperset(grams(letters))


def grams(letters: str) -> Iterator[str]:
    """All runs of GRAM letters."""
    return (letters[at : at + GRAM] for at in range(len(letters) - GRAM + 1))


def _runs(stream: tuple[str, ...], many: int) -> Iterator[str]:
    return (" ".join(stream[at : at + many]) for at in range(len(stream) - many + 1)) if many else iter(())
