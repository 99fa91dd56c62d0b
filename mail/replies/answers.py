"""Which lines of a letter answer, which quote and which sign, where quoted lines are marked one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from mail.replies.boundaries import is_rule
from mail.replies.page import Page
from mail.replies.signature import find_signature

_LOOK = 300  # characters of a long line
_NEAR = 8  # lines between a rule and the quote below it

WRITTEN, QUOTED, SIGNED = "written", "quoted", "signed"


class Kind(Enum):
    """What a line is by itself."""

    BLANK = " "
    OWN = "own"
    QUOTED = ">"
    LEAD = "lead"


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines of the sender between quoted ones, from `start` up to `end`."""

    start: int
    end: int


def divide(page: Page, kinds: Sequence[Kind]) -> list[str]:
    """The role of each line; where all is marked as a quote, nothing is written."""
    roles = [QUOTED] * len(kinds)
    runs, signed = _leave_out_signed(page, kinds)
    if not runs:
        is_all = all(page.cited[n] or not page.quoted[n] for n in range(len(kinds)))  # in HTML people set letters in
        return [WRITTEN] * len(kinds) if is_all else roles
    runs, more = _cut_signature(page, runs)
    if _are_answers(kinds, runs):
        first = next(n for n, kind in enumerate(kinds) if kind is not Kind.BLANK)
        runs = [_Run(first, runs[-1].end)]
    for run in runs:
        roles[run.start : run.end] = [WRITTEN] * (run.end - run.start)
    for place in (*signed, *more):
        roles[place] = SIGNED
    return roles


def _find_runs(kinds: Sequence[Kind]) -> list[_Run]:
    runs: list[_Run] = []
    is_open = False
    for place, kind in enumerate(kinds):
        if kind is Kind.OWN:
            runs.append(_Run(runs.pop().start if is_open else place, place + 1))
        is_open = kind is Kind.OWN or (is_open and kind is Kind.BLANK)
    return runs


def _leave_out_signed(page: Page, kinds: Sequence[Kind]) -> tuple[list[_Run], list[int]]:
    """The sender's lines without those that the HTML marks as a signature, unless there are no others."""
    signed = [n for n, kind in enumerate(kinds) if page.signed[n] and kind is Kind.OWN]
    others = list(kinds)
    for place in signed:
        others[place] = Kind.BLANK
    runs = _find_runs(others)
    return (runs, signed) if runs else (_find_runs(kinds), [])


def _cut_signature(page: Page, runs: list[_Run]) -> tuple[list[_Run], list[int]]:
    """Without the end of the letter. A footer that a list put below the quote is one only where nothing else is."""
    footer: list[int] = []
    while runs:
        *others, last = runs
        lines = [_seen(page, n) for n in range(last.start, last.end)]
        above = ["…"] if others else []
        cut = last.start + find_signature([*above, *lines]) - len(above)
        below = list(range(cut, last.end))
        if cut > last.start or not others:
            return [*others, _trim(page, last.start, cut)], below or footer
        runs, footer = others, footer or below
    return runs, footer


def _seen(page: Page, place: int) -> str:
    return page.bare[place] or page.lines[place][:_LOOK].strip()


def _trim(page: Page, start: int, end: int) -> _Run:
    """Without the blank lines, and without the rule that a client put above a quote."""
    is_quote_behind = any(page.quoted[end : end + _NEAR]) or any(page.led[end : end + _NEAR])
    while end > start + 1 and (page.is_blank(end - 1) or (is_quote_behind and is_rule(page.bare[end - 1]))):
        end -= 1
    return _Run(start, end)


def _are_answers(kinds: Sequence[Kind], runs: Sequence[_Run]) -> bool:
    """The sender wrote between quoted lines; no answer all above or all below a quote that the client put there."""
    marked = {Kind.QUOTED, Kind.LEAD}
    gaps = [kinds[one.end : other.start] for one, other in pairwise(runs)]
    is_below = any(kind in marked for kind in kinds[: runs[0].start])
    return len(gaps) + is_below > 1 or (len(gaps) == 1 and Kind.LEAD not in gaps[0])
