"""Lines as they come out of mail programs, and texts in which such lines are looked for.

Programs quote, wrap, join, escape and link whatever they are given. So only letters and figures count, in one case;
a line that is long enough is found in whatever lines it was wrapped, and so is a part of it.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from unicodedata import normalize
from urllib.parse import unquote

GRAM = 12  # letters and figures that are looked up at once
LONG = 20  # letters and figures; of a shorter line the words count
_RUN = 3  # words of it that are looked up at once
_ROUNDS = 3  # links within links
_PREFIX = re.compile(r"\s{0,4}(?:>\s?|[A-Z]{1,3}>\s)+")  # "> ", ">> ", and "JD> " as some programs write it
_LINK = re.compile(r"<?(?:https?://|mailto:|www\.)[^\s<>\"]+>?", re.IGNORECASE)
_ANY_LINK = " httplink "
_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_PARTS = re.compile(r"[\W_]+")
# What cannot be seen, and what programs make of apostrophes: no end of a word.
_JOINED = re.compile("['\u2018\u2019\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]+")


def is_quoted(line: str) -> bool:
    """Whether a quote mark stands before it."""
    return _PREFIX.match(unescape(line[:20])) is not None


def words(line: str) -> list[str]:
    """The words of a line, whatever a mail program did to it: letters and figures in one case, no quote mark."""
    plain = normalize("NFKC", _decode(line))
    prefix = _PREFIX.match(plain)
    bare = plain[prefix.end() :] if prefix else plain
    return _PARTS.sub(" ", _JOINED.sub("", bare)).casefold().split()


def readings(line: str) -> Iterator[list[str]]:
    """The words of a line, and where it has links those with one word for each: links are written anew on the way."""
    yield words(line)
    if _LINK.search(line):
        yield words(_LINK.sub(_ANY_LINK, line))


def lines_of(text: str) -> list[str]:
    """The lines of a text, whatever parts them."""
    return _BREAKS.sub("\n", text).split("\n")


def decode(text: str) -> str:
    """Character references and percent signs resolved, as far as links within links bear them."""
    for _ in range(_ROUNDS):
        further = unquote(unescape(text))
        if further == text:
            break
        text = further
    return text


def _decode(line: str) -> str:
    return decode(line) if "&" in line or "%" in line else line


class Wording:
    """What stands in some texts, to be asked for lines and for parts of them; in linear time.

    Each passage is a run of lines that follow each other: whatever is joined or wrapped is found within one of them.
    """

    def __init__(self, passages: Iterable[Iterable[str]]) -> None:
        self.lines: set[str] = set()
        self._grams: set[str] = set()
        self._runs: set[str] = set()
        for passage in passages:
            self._read(passage)

    def _read(self, passage: Iterable[str]) -> None:
        whole: list[str] = []
        without_links: list[str] = []
        for line in passage:
            first, *second = readings(line)
            self.lines.update("".join(each) for each in (first, *second))
            whole += first
            without_links += second[0] if second else first
        self._take(whole)
        if without_links != whole:
            self._take(without_links)

    def _take(self, found: list[str]) -> None:
        self._grams.update(grams("".join(found)))
        for many in range(1, _RUN + 1):
            self._runs.update(_runs(found, many))

    def has_line(self, line: list[str]) -> bool:
        """These words are a whole line of it."""
        return "".join(line) in self.lines

    def has_gram(self, gram: str) -> bool:
        """These letters stand there one after the other."""
        return gram in self._grams

    def holds(self, line: list[str]) -> bool:
        """These words stand there one after the other, in one line or in several."""
        stream = "".join(line)
        if stream in self.lines:
            return True
        if len(stream) < LONG:
            return self._runs.issuperset(_runs(line, min(len(line), _RUN)))
        return self._grams.issuperset(grams(stream))


def grams(stream: str) -> Iterator[str]:
    """All runs of GRAM letters."""
    return (stream[at : at + GRAM] for at in range(len(stream) - GRAM + 1))


def _runs(found: list[str], many: int) -> Iterator[str]:
    return (" ".join(found[at : at + many]) for at in range(len(found) - many + 1))
