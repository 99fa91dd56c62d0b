"""All that is learned of one mail, as places in tables of fixed size: its words, its runs of four bytes, its sender.

What shares a place does so by chance, and rarely (Weinberger et al. 2009, "Feature hashing for large scale multitask
learning").
"""

import sys
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from filters.learning.words import read_fields, read_words
from filters.seeing.visible_text import read_visible
from mail.model import Mail

WORDS = 1 << 18  # places; a power of two, so that a mailbox can have a set of its own
RUNS = 393_241  # places; a prime far from powers of two
_VALUE, _HEADER, _TEXT = 100, 1500, 2500  # characters of one header field, of all of them, of subject and text
_WIDTH = 4  # bytes of a run


@dataclass(frozen=True, slots=True)
class Traits:
    """Places of words and of runs, each once; `sender` is whom an answer would go to, empty where nobody is named."""

    words: tuple[int, ...]
    runs: tuple[int, ...]
    sender: str


def read_traits(mail: Mail) -> Traits:
    """From the mail alone, in time that has a bound whatever its size."""
    senders = [*mail.reply_to[:1], *([mail.sender] if mail.sender else [])]  # one form may send for many people
    sender = senders[0].address if senders else ""
    return Traits(place_words(read_words(mail)), place_runs(read_runs(mail)), sender)


def place_words(words: Iterable[str]) -> tuple[int, ...]:
    """Where each word lies, in the same order."""
    return tuple([zlib.crc32(word.encode("utf-8", "replace")) % WORDS for word in words])


def place_runs(runs: Iterable[int]) -> tuple[int, ...]:
    """Where each run lies, in the same order."""
    return tuple([run % RUNS for run in runs])


def read_runs(mail: Mail) -> set[int]:
    """Every run of four bytes of the header's beginning, the subject and the text's, as this machine writes numbers."""
    header = "".join([f"{name}: {value[:_VALUE]}\n" for name, value in read_fields(mail.headers)])
    said = f"{header[:_HEADER]}\n{mail.subject[:_TEXT]}\n{read_visible(mail, _TEXT)}"
    data = said.encode("utf-8", "replace")
    runs = set[int]()
    for start in range(min(_WIDTH, len(data))):
        whole = (len(data) - start) // _WIDTH * _WIDTH
        runs.update(memoryview(data)[start : start + whole].cast("I"))
    return runs


def show_run(run: int) -> str:
    """The four bytes as far as they can be read."""
    return run.to_bytes(_WIDTH, sys.byteorder).decode("utf-8", "replace")
