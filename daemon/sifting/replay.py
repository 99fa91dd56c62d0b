"""Mails of the past judged once more, as they came then: read in children, judged where the verb runs."""

import argparse
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from commands.arguments import read_span
from commands.invocation import CommandError
from daemon.sifting.judging import add_listed
from daemon.sifting.past import Ask, Past, ask_pages, ask_scope
from daemon.sifting.reading_ahead import read_ahead
from daemon.sifting.recalling import recall
from filters import Evidence
from filters.replaying import Pair, Standing, standing
from filters.verdict import Rules, judge
from tickets.directory import Directory


@dataclass(slots=True)
class Replay:
    """Judges by `after`, and by `before` or, where that is None, as decided at the time; `lost` cannot be judged."""

    after: Rules
    before: Rules | None
    directory: Directory
    workers: int
    lost: int = 0
    advance: Callable[[int, int], None] = field(default=lambda done, of: None)  # noqa: ARG005 nobody looks

    def pairs(self, ask: Ask, since: datetime) -> Iterator[tuple[Past, Pair]]:
        """Each mail that was judged since then and can be judged as it came."""
        count, entries = ask_scope(ask, since)
        after = add_listed(self.after, entries)
        before = add_listed(self.before, entries) if self.before is not None else None
        for done, (past, evidence) in enumerate(self.recall(ask_pages(ask, since, with_raw=True)), 1):
            self.advance(done + self.lost, count)
            was = standing(judge(evidence, before)) if before is not None else _decided(past)
            yield past, Pair(past.arrival, was, standing(judge(evidence, after)), past.spam)

    def recall(self, mails: Iterator[Past]) -> Iterator[tuple[Past, Evidence]]:
        """Those of them that are kept whole, each as it came then."""
        for past, mail in read_ahead(self._with_bytes(mails), self.workers):
            evidence = recall(mail, past.kept, self.directory)
            if evidence is None:
                self.lost += 1
            else:
                yield past, evidence

    def _with_bytes(self, mails: Iterator[Past]) -> Iterator[tuple[Past, bytes]]:
        for past in mails:
            if past.raw is None:
                self.lost += 1
            else:
                yield past, past.raw


def _decided(past: Past) -> Standing:
    return Standing(past.decision, past.score, past.symbols, None)


def add_since(parser: argparse.ArgumentParser) -> None:
    """The option that says which mails."""
    told = "how far back: 30d, 12h, 2w (default: 30d)"
    parser.add_argument("--since", type=span, default=timedelta(days=30), metavar="SPAN", help=told)


def span(word: str) -> timedelta:
    """How far back, as 30d, 12h or 2w. Raises ArgumentTypeError."""
    found = read_span(word)
    if isinstance(found, CommandError):
        raise argparse.ArgumentTypeError(str(found))
    return found


@contextlib.contextmanager
def progress(doing: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, nothing elsewhere; told how many are done, and of how many."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(doing, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
