"""Whether anything internal would leave with an agent's answer: the last look before it may.

An agent answers a notice, and a notice is full of what no customer may see. So what would leave is held against the
notice as it was sent and against all else that is kept from this reader. In it may stay: what the agent wrote, whatever
stands in a public message of the ticket, what the mail says anyway (its subject, the names of both), lines of fewer
than three letters and mere courtesies such as "Hello" or "Best regards". Nothing else of a notice may: no whole line
however short, no part of a line that is long enough to be known again, no token of ours.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Literal

from mail.agent_reply import Reply
from mail.enclosed_text import read_file, read_targets
from mail.html_text import read_bare
from mail.leads import find_leads
from mail.marker import END, MARKER, disarm, is_marker
from mail.model import Mail
from mail.names import one_line
from mail.page import read_page
from mail.parse import parse
from mail.quoted_notice import cut_notice
from mail.signature_words import LANGUAGES as ENDINGS
from mail.thanks_words import LANGUAGES as COURTESIES
from mail.tokens import find
from mail.word_forms import forms
from mail.wording import GRAM, LONG, Reading, Wording, decode, grams, is_quoted, lines_of, read, readings

MOST = 10  # leaks that are told
_TRIVIAL = 3  # letters: a shorter line says nothing
_FIGURE = 6  # letters: a part of a line with a figure in it is known again
_WHOLE = 24  # letters of a line that is known again amid other words
_PIECE = 40  # letters of any part of a line that is known again there
_PUBLIC = 1_000_000  # characters of public messages that are looked at, the newest first
_SHOWN_HEADERS = frozenset({"from", "to", "subject", "date", "mime-version", "content-type", "content-language"})


@dataclass(frozen=True, slots=True)
class Held:
    """What an answer is held against. `public` are whole texts that every one of its readers may see, oldest first.

    `private` are texts that they may not: notes, and after a merge the words of the other requester. `shown` is what
    the mail says anyway: its subject, the names and addresses in its header.
    """

    notices: tuple[bytes, ...] = ()
    public: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Leak:
    """Something internal in what would leave."""

    where: str
    what: str
    line: str

    def __str__(self) -> str:
        return f"{self.where} holds {self.what}: {self.line}"


@dataclass(frozen=True, slots=True)
class _Leaf:
    """Something that would leave: the agent's text, the words of its HTML, the text of a file, bytes and links."""

    where: str
    text: str
    kind: Literal["text", "html", "file", "bytes"]


def find_leaks(reply: Reply, held: Held) -> tuple[Leak, ...]:
    """What must not leave with this answer, MOST at most; empty where it may go. Linear, never raises for content."""
    guard = _Guard(held)
    found = (leak for leaf in _leaves(reply) for leak in guard.look(leaf))
    return tuple(islice(dict.fromkeys(found), MOST))


def without_notice(text: str, held: Held) -> str:
    """An answer without our own lines above and below the customer's words that it quotes (see `quoted_notice`)."""
    return cut_notice(text, _Guard(held).is_seen) if any(map(is_marker, lines_of(text))) else text


def _leaves(reply: Reply) -> Iterator[_Leaf]:
    yield _Leaf("the text", reply.text, "text")
    yield _Leaf("the HTML of the text", read_bare(reply.html), "html")
    yield _Leaf("a link in the HTML of the text", read_targets(reply.html), "bytes")
    for file in reply.files:
        where = f"the attachment {file.name}"
        for found in read_file(file.name, file.type, file.data):
            yield _Leaf(where, found.text, "file" if found.is_text else "bytes")


class _Guard:
    """All that is known of what may leave and what may not."""

    def __init__(self, held: Held) -> None:
        notices = [parse(raw) for raw in held.notices]
        self._public = Wording(map(lines_of, (*_newest(held.public), *held.shown)))
        self._harmless = _courteous() | {word for text in held.shown for word in read(text).words}
        secret = [_lines_of_notice(notice) for notice in notices] + [lines_of(text) for text in held.private]
        self._inner = Wording(passage for lines in secret for passage in self._passages(lines))
        self._marks = frozenset(read(line).letters for line in (MARKER, END))
        self._tokens = frozenset(read(token.local_part()).letters for token in find(map(_header, notices)))

    def is_seen(self, line: str) -> bool:
        """Whether the customer has seen this line, or may."""
        return self._may_stay(read(line))

    def look(self, leaf: _Leaf) -> Iterator[Leak]:
        """All leaks in one text."""
        for token in find([leaf.text, decode(leaf.text)]):
            yield Leak(leaf.where, "the id of a mail of ours", token.local_part())
        if disarm(leaf.text) != leaf.text:
            yield Leak(leaf.where, "the line above which you write", MARKER)
        if leaf.kind == "bytes":
            yield from self._look_for_marks(leaf, read(leaf.text).letters)
            return
        lines = [(line, tuple(readings(line))) for line in lines_of(leaf.text) if line and not line.isspace()]
        for line, both in lines:
            if what := self._judge(line, both, leaf):
                yield Leak(leaf.where, what, one_line(line, 100))
        for letters in dict.fromkeys("".join(both[at].letters for _, both in lines) for at in (0, -1)):
            yield from self._look_for_marks(leaf, letters)
            yield from (Leak(leaf.where, "a part of our notice", run[:100]) for run in self._runs(letters))

    def _look_for_marks(self, leaf: _Leaf, letters: str) -> Iterator[Leak]:
        if any(mark in letters for mark in self._marks):
            yield Leak(leaf.where, "the line above which you write", MARKER)
        if any(token in letters for token in self._tokens):
            yield Leak(leaf.where, "the id of a mail of ours", "broken over lines")

    def _passages(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Runs of lines that no customer has seen."""
        passage: list[str] = []
        for line in lines:
            if self.is_seen(line):
                yield passage
                passage = []
            else:
                passage.append(line)
        yield passage

    def _judge(self, line: str, both: Sequence[Reading], leaf: _Leaf) -> str:
        """What is wrong with a line that would leave; empty where nothing is."""
        if any(self._is_inner(one, leaf) and not self._may_stay(one) for one in both):
            return "a line of our notice, or of a note, that the customer has not seen"
        if leaf.kind == "text" and is_quoted(line) and not self._may_stay(both[0]) and not _is_lead(line):
            return "a quoted line that stands in no public message of this ticket"
        return ""

    def _is_inner(self, one: Reading, leaf: _Leaf) -> bool:
        """Whether a line that no customer has seen is one of ours. In files lines may be alike by chance."""
        if leaf.kind == "file":
            return len(one.letters) >= GRAM and self._inner.has_line(one.key)
        return self._inner.has_line(one.key) or self._is_part(one)

    def _may_stay(self, reading: Reading) -> bool:
        is_harmless = len(reading.letters) < _TRIVIAL or self._harmless.issuperset(reading.words)
        return is_harmless or self._public.holds(reading)

    def _is_part(self, reading: Reading) -> bool:
        """A whole line of the answer is but a part of what we hold."""
        letters = reading.letters
        has_figure = len(letters) >= _FIGURE and any(map(str.isdigit, letters))
        return (len(letters) >= LONG or has_figure) and self._inner.holds(reading)

    def _runs(self, letters: str) -> Iterator[str]:
        """Whatever of our lines stands amid other words, in whatever lines."""
        start = 0
        for at in range(len(letters)):
            if self._inner.has_gram(letters[at : at + GRAM]):
                continue
            if at > start and self._is_leaking(run := letters[start : at + GRAM - 1]):
                yield run
            start = at + 1

    def _is_leaking(self, run: str) -> bool:
        if len(run) >= _PIECE:
            return sum(not self._public.has_gram(gram) for gram in grams(run)) > _WHOLE - GRAM
        return any(
            self._inner.has_line(run[start:end])
            for start in range(len(run) - _WHOLE + 1)
            for end in range(start + _WHOLE, len(run) + 1)
        )


def _is_lead(line: str) -> bool:
    """The line that a mail program put above a quote, itself quoted: it says when our own mail came."""
    return bool(find_leads(read_page(line.strip(" >"))))


def _newest(texts: tuple[str, ...]) -> list[str]:
    room = _PUBLIC
    taken: list[str] = []
    for text in reversed(texts):
        taken.append(text[:room])
        room -= len(taken[-1])
    return taken


def _lines_of_notice(notice: Mail) -> list[str]:
    """All that a mail program may quote of it."""
    headers = (f"{name}: {value}" for name, value in notice.headers if name.lower() not in _SHOWN_HEADERS)
    files = (file.name for file in notice.attachments)
    return [*lines_of(notice.text), *lines_of(read_bare(notice.html or "")), *headers, *files]


def _header(notice: Mail) -> str:
    return "\n".join(value for _, value in notice.headers)


@cache
def _courteous() -> frozenset[str]:
    """The words of greetings, thanks and closings in all languages."""
    said = [each.closing for each in ENDINGS.values()]
    said += [phrases for each in COURTESIES.values() for phrases in (each.greetings, each.thanks)]
    return frozenset(word for form in forms(said) for word in read(form).words)
