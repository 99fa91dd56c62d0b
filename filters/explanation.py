"""Why a mail was judged as it was, and what would have changed that. Pure.

What would have changed it is found by judging again: without each symbol that speaks for the decision, then without two
of them, then three. The smallest sets that turn it are told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from filters import Evidence, Symbol
from filters.groups import cap_of
from filters.learning.learner import Reason
from filters.rules.lists import NOBODY
from filters.rules.rule import Decision
from filters.verdict import (
    Rules,
    Thresholds,
    Verdict,
    conclude,
    decide_by_score,
    find_symbols,
    sum_groups,
    thresholds_of,
)

_TRIED = 8  # symbols that are left out in turn, the strongest first
_TOGETHER = 3
_TOLD = 5  # changes


@dataclass(frozen=True, slots=True)
class GroupSum:
    """What a group's symbols sum up to, and what of that counts."""

    name: str
    total: float
    cap: float  # infinite where there is none
    counted: float

    @property
    def is_capped(self) -> bool:
        """Whether the cap takes something away."""
        return self.counted != self.total


@dataclass(frozen=True, slots=True)
class Change:
    """Without these the decision were another."""

    without: tuple[str, ...]  # symbols, or in words: "the block list"
    becomes: Decision
    score: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that made a verdict."""

    verdict: Verdict
    thresholds: Thresholds
    by_score: Decision  # what the score alone would have decided
    groups: tuple[GroupSum, ...]  # the strongest first
    changes: tuple[Change, ...]  # the smallest sets that turn the decision; empty where no three do
    distances: tuple[tuple[Decision, float], ...]  # points to each other decision by score; below 0 are too many
    learned: tuple[Reason, ...] = ()  # what decided within LEARNED


def explain(evidence: Evidence, rules: Rules, learned: Sequence[Reason] = ()) -> Explanation:
    """Judge a mail and tell why; `learned` are the learner's strongest reasons."""
    seen = tuple(find_symbols(evidence, rules))
    verdict = conclude(evidence, rules, seen)
    lines = thresholds_of(evidence.mailbox, rules)
    return Explanation(
        verdict,
        lines,
        decide_by_score(verdict.score, lines),
        tuple(sorted(_sum(verdict.symbols, rules), key=lambda each: (-abs(each.counted), each.name))),
        tuple(_find_changes(evidence, rules, verdict, seen)),
        tuple(_measure(verdict.score, lines)),
        tuple(learned),
    )


def _sum(symbols: tuple[Symbol, ...], rules: Rules) -> Iterator[GroupSum]:
    for name, counted in sum_groups(symbols, rules).items():
        total = sum(sorted(symbol.score for symbol in symbols if symbol.group == name))
        yield GroupSum(name, total, cap_of(name, rules.caps), counted)


def _measure(score: float, lines: Thresholds) -> Iterator[tuple[Decision, float]]:
    if score >= lines.spam:
        yield Decision.DOUBTFUL, lines.spam - score
    if score >= min(lines.doubtful, lines.spam):
        yield Decision.GENUINE, min(lines.doubtful, lines.spam) - score
    if score < lines.doubtful < lines.spam:
        yield Decision.DOUBTFUL, lines.doubtful - score
    if score < lines.spam:
        yield Decision.SPAM, lines.spam - score


def _find_changes(evidence: Evidence, rules: Rules, verdict: Verdict, seen: tuple[Symbol, ...]) -> Iterator[Change]:
    if (listed := conclude(evidence, replace(rules, lists=NOBODY), seen)).decision is not verdict.decision:
        yield Change(("the lists of senders",), listed.decision, listed.score)
        return
    sign = 1 if verdict.decision is not Decision.GENUINE else -1
    deciding = {rule.name for rule in rules.custom if rule.decides is verdict.decision}
    speaking = [symbol for symbol in verdict.symbols if symbol.score * sign > 0 or symbol.name in deciding]
    strongest = sorted(speaking, key=lambda symbol: (symbol.name not in deciding, -abs(symbol.score), symbol.name))
    names = list(dict.fromkeys(symbol.name for symbol in strongest))[:_TRIED]
    for size in range(1, _TOGETHER + 1):
        again = (_judge_without(evidence, rules, seen, names) for names in combinations(names, size))
        changes = [change for change in again if change.becomes is not verdict.decision]
        if changes:
            yield from changes[:_TOLD]
            return


def _judge_without(evidence: Evidence, rules: Rules, seen: tuple[Symbol, ...], names: tuple[str, ...]) -> Change:
    fewer = replace(rules, custom=tuple(rule for rule in rules.custom if rule.name not in names))
    verdict = conclude(evidence, fewer, tuple(symbol for symbol in seen if symbol.name not in names))
    return Change(names, verdict.decision, verdict.score)


def tell_changes(explanation: Explanation) -> Iterator[str]:
    """What would have changed the decision, in words, one sentence each."""
    verdict = explanation.verdict
    scores: dict[str, float] = {}
    for symbol in verdict.symbols:
        scores[symbol.name] = scores.get(symbol.name, 0.0) + symbol.score
    for change in explanation.changes:
        names = " and ".join(f"{name} ({scores[name]:+.1f})" if name in scores else name for name in change.without)
        yield f"without {names} it were {change.becomes} ({change.score:.1f})"
    if verdict.decision is not explanation.by_score:
        yield f"by its score alone it were {explanation.by_score}"
    else:
        for decision, points in explanation.distances:
            yield f"{abs(points):.1f} points {'more' if points > 0 else 'less'}, and it were {decision}"
