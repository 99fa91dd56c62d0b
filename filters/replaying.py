"""What other rules would have changed: verdicts before and after, beside what people said of the mails. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from filters import Symbol
from filters.rules.rule import Decision, Ways
from filters.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """What was or would be made of a mail; `ways` None where nobody knows them any more."""

    decision: Decision
    score: float
    symbols: tuple[Symbol, ...]
    ways: Ways | None


@dataclass(frozen=True, slots=True)
class Pair:
    """One mail under both; `spam` is what people said of it, None where nobody said anything."""

    arrival: int
    before: Standing
    after: Standing
    spam: bool | None

    @property
    def change(self) -> str:
        """In words: "genuine to spam"; empty where nothing changes for the mail."""
        if self.before.decision is not self.after.decision:
            return f"{self.before.decision} to {self.after.decision}"
        if self.before.ways is not None and self.before.ways != self.after.ways:
            return f"{self.after.decision}, sent another way"
        return ""

    @property
    def loses_ham(self) -> bool:
        """A mail that people called genuine would be put aside, and was not."""
        newly = self.after.decision is Decision.SPAM and self.before.decision is not Decision.SPAM
        return newly and self.spam is False

    def moved(self) -> Iterator[tuple[str, float]]:
        """By how much each symbol counts more or less than before."""
        weights: dict[str, float] = {}
        for sign, standing in ((-1, self.before), (1, self.after)):
            for symbol in standing.symbols:
                weights[symbol.name] = weights.get(symbol.name, 0.0) + sign * symbol.score
        yield from ((name, weight) for name, weight in sorted(weights.items()) if abs(weight) > 0.005)


@dataclass(slots=True)
class Count:
    """Mails, by what people said of them."""

    mails: int = 0
    spam: int = 0
    genuine: int = 0

    def add(self, *, spam: bool | None) -> None:
        """One more mail."""
        self.mails += 1
        self.spam += spam is True
        self.genuine += spam is False


@dataclass(slots=True)
class Comparison:
    """All mails under both."""

    judged: Count = field(default_factory=Count)
    held_before: Count = field(default_factory=Count)
    held_after: Count = field(default_factory=Count)
    changes: dict[str, list[Pair]] = field(default_factory=dict)
    scores_moved: int = 0

    def add(self, pair: Pair) -> None:
        """One more mail."""
        self.judged.add(spam=pair.spam)
        for held, standing in ((self.held_before, pair.before), (self.held_after, pair.after)):
            if standing.decision is Decision.SPAM:
                held.add(spam=pair.spam)
        self.scores_moved += abs(pair.before.score - pair.after.score) > 0.005
        if pair.change:
            self.changes.setdefault(pair.change, []).append(pair)

    @property
    def loses_ham(self) -> bool:
        """Whether a mail that people called genuine would be put aside, and was not."""
        return any(pair.loses_ham for pairs in self.changes.values() for pair in pairs)


def standing(verdict: Verdict) -> Standing:
    """A verdict as far as it is compared."""
    return Standing(verdict.decision, verdict.score, verdict.symbols, verdict.ways)
