"""What all symbols make of a mail together: spam, doubtful or genuine, and where it goes. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from filters import Evidence, Symbol, registry
from filters.learner import SPAM_AT


class Decision(StrEnum):
    """What a mail is."""

    GENUINE = "genuine"
    DOUBTFUL = "doubtful"  # no spam, but not clearly none: hi@ does not acknowledge it
    SPAM = "spam"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a mailbox draws its lines: spam from `spam` on, doubtful from `doubtful` on."""

    spam: float = SPAM_AT
    doubtful: float = 2.0


@dataclass(frozen=True, slots=True)
class Ways:
    """Where rules send a mail that passes; None and empty where none says anything."""

    tags: tuple[str, ...] = ()
    priority: str | None = None  # low, normal, high, urgent
    team: str | None = None
    call: str | None = None  # "ce", "team", "oncall" or "product:search"
    automatic: str | None = None  # why no person wrote it


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided about a mail, and why."""

    decision: Decision
    score: float
    symbols: tuple[Symbol, ...]
    reason: str  # in words, for the person who looks into quarantine
    ways: Ways = Ways()
    protected: str | None = None  # why content alone never quarantines it; the score is told all the same


@dataclass(frozen=True, slots=True)
class Rules:
    """The admin's rules as `judge` uses them; as they ship they change nothing."""

    scores: Mapping[str, float] = field(default_factory=dict)  # of a symbol, where it is not the default; 0 is off
    caps: Mapping[str, float] = field(default_factory=dict)  # of a group: the most that it may add, or take away
    thresholds: Mapping[str, Thresholds] = field(default_factory=dict)  # by mailbox; "" for the others


def judge(evidence: Evidence, rules: Rules) -> Verdict:
    """The verdict on one mail. Never raises for content."""
    symbols = tuple(_symbols(evidence, rules))
    score = sum(_capped(symbols, rules).values())
    lines = rules.thresholds.get(evidence.mailbox) or rules.thresholds.get("") or Thresholds()
    protected = _protected(evidence)
    decision = Decision.GENUINE if score < lines.doubtful else Decision.DOUBTFUL
    if score >= lines.spam:
        decision = Decision.SPAM
    if protected is not None:
        decision = Decision.GENUINE
    return Verdict(decision, score, symbols, _tell(symbols, score), protected=protected)


def _symbols(evidence: Evidence, rules: Rules) -> Iterable[Symbol]:
    for each in registry().values():
        defaults = {kind.name: kind.score for kind in each.kinds}
        for hit in each.look(evidence):
            weight = rules.scores.get(hit.symbol, defaults[hit.symbol])
            if weight:
                yield Symbol(hit.symbol, weight * hit.share, each.group, hit.reason)


def _capped(symbols: Iterable[Symbol], rules: Rules) -> dict[str, float]:
    sums: dict[str, float] = {}
    for symbol in symbols:
        sums[symbol.group] = sums.get(symbol.group, 0.0) + symbol.score
    return {
        group: max(-cap, min(cap, total)) if (cap := rules.caps.get(group)) else total for group, total in sums.items()
    }


def _protected(evidence: Evidence) -> str | None:
    if evidence.facts.answers_token:
        return "it answers a mail of ours by the token made for its sender"
    if evidence.proof.holds and (evidence.facts.account or evidence.facts.is_ours):
        return f"its sender is proven and of {evidence.facts.account or 'our own'}"
    return None


def _tell(symbols: tuple[Symbol, ...], score: float) -> str:
    strongest = sorted(symbols, key=lambda symbol: (-abs(symbol.score), symbol.name))[:3]
    told = ", ".join(f"{symbol.reason} ({symbol.score:+.1f})" for symbol in strongest)
    return f"score {score:.1f}: {told}" if told else f"score {score:.1f}"
