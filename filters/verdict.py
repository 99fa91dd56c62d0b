"""What all symbols make of a mail together: spam, doubtful or genuine, and where it goes. Pure.

Scores are added up within their group first, and no group adds more than its cap, so that ten weak signs of one kind
never make a verdict. Lists of senders and rules that decide by themselves stand above the sum, and whoever is protected
stands above all but a block.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from filters import Evidence, Symbol, registry
from filters.groups import cap_of
from filters.learning.learner import SPAM_AT
from filters.rules.holding import holds
from filters.rules.lists import NOBODY, Entry, Lists
from filters.rules.rule import NOWHERE, Decision, Rule, Ways

__all__ = ["Decision", "Rules", "Thresholds", "Verdict", "Ways", "judge"]  # and what explains a verdict

DOUBTFUL_AT = 2.0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a mailbox draws its lines: spam from `spam` on, doubtful from `doubtful` on."""

    spam: float = SPAM_AT
    doubtful: float = DOUBTFUL_AT


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided about a mail, and why."""

    decision: Decision
    score: float
    symbols: tuple[Symbol, ...]
    reason: str  # in words, for the person who looks into quarantine
    ways: Ways = NOWHERE
    protected: str | None = None  # why content alone never quarantines it; the score is told all the same
    decided: str | None = None  # what decided whatever the score: a list, or a rule of the admin's


@dataclass(frozen=True, slots=True)
class Rules:
    """The admin's rules as `judge` uses them; as they ship they change nothing."""

    scores: Mapping[str, float] = field(default_factory=dict)  # of a symbol, where it is not the default; 0 is off
    caps: Mapping[str, float] = field(default_factory=dict)  # of a group: the most that it may add, or take away
    thresholds: Mapping[str, Thresholds] = field(default_factory=dict)  # by mailbox; "" for the others
    lists: Lists = NOBODY
    custom: tuple[Rule, ...] = ()  # in their order: a rule may ask for symbols of those above it


def judge(evidence: Evidence, rules: Rules) -> Verdict:
    """The verdict on one mail. Never raises for content."""
    return conclude(evidence, rules, tuple(find_symbols(evidence, rules)))


def conclude(evidence: Evidence, rules: Rules, seen: tuple[Symbol, ...]) -> Verdict:
    """The verdict on a mail in which filters saw these symbols; the admin's own rules are asked here."""
    holding = _find_holding(evidence, rules, seen)
    symbols = (*seen, *(Symbol(rule.name, rule.score, rule.group, rule.description) for rule in holding))
    score = sum(sum_groups(symbols, rules).values())
    allowed, blocked = rules.lists.find(evidence.mail.sender) if evidence.mail.sender else (None, None)
    protected = _protected(evidence, allowed, blocked)
    decision, decided = _decide(score, thresholds_of(evidence.mailbox, rules), holding, blocked)
    if protected is not None:
        decision, decided = Decision.GENUINE, None
    reason = "; ".join(filter(None, [protected or decided, _tell(symbols, score)]))
    return Verdict(decision, score, symbols, reason, _join(holding), protected, decided)


def thresholds_of(mailbox: str, rules: Rules) -> Thresholds:
    """The mailbox's own lines, else those of all mailboxes."""
    return rules.thresholds.get(mailbox) or rules.thresholds.get("") or Thresholds()


def find_symbols(evidence: Evidence, rules: Rules) -> Iterator[Symbol]:
    """Every symbol that a filter sees and that is not switched off, with its score."""
    defaults = default_scores()
    for each in registry().values():
        for hit in each.look(evidence):
            weight = rules.scores.get(hit.symbol, defaults[hit.symbol])
            if weight:
                yield Symbol(hit.symbol, weight * hit.share, each.group, hit.reason)


@cache
def default_scores() -> Mapping[str, float]:
    """The score of each symbol where no rule says another."""
    return {kind.name: kind.score for each in registry().values() for kind in each.kinds}


def _find_holding(evidence: Evidence, rules: Rules, seen: tuple[Symbol, ...]) -> list[Rule]:
    """The admin's rules that hold, in their order."""
    found, holding = {symbol.name for symbol in seen}, []
    for rule in rules.custom:
        if holds(rule.when, evidence, found):
            found.add(rule.name)
            holding.append(rule)
    return holding


def sum_groups(symbols: Iterable[Symbol], rules: Rules) -> dict[str, float]:
    """What each group adds, or takes away where below 0: at most its cap."""
    sums: dict[str, list[float]] = {}
    for symbol in symbols:
        sums.setdefault(symbol.group, []).append(symbol.score)
    return {group: _cap(sum(sorted(scores)), cap_of(group, rules.caps)) for group, scores in sorted(sums.items())}


def _cap(total: float, cap: float) -> float:
    return max(-cap, min(cap, total))


def _decide(score: float, lines: Thresholds, holding: list[Rule], blocked: Entry | None) -> tuple[Decision, str | None]:
    """The decision, and what made it where that was not the score. Genuine is stronger: a mail lost is worse."""
    if blocked is not None:
        return Decision.SPAM, f"{blocked.who} is on the block list{_note(blocked)}"
    for wanted in (Decision.GENUINE, Decision.DOUBTFUL, Decision.SPAM):
        for rule in holding:
            if rule.decides is wanted:
                return wanted, f"the rule {rule.name} decides: {rule.description}"
    return decide_by_score(score, lines), None


def decide_by_score(score: float, lines: Thresholds) -> Decision:
    """What the score alone says."""
    if score >= lines.spam:
        return Decision.SPAM
    return Decision.DOUBTFUL if score >= lines.doubtful else Decision.GENUINE


def _protected(evidence: Evidence, allowed: Entry | None, blocked: Entry | None) -> str | None:
    proven = evidence.proof.holds
    if proven and evidence.facts.is_ours:
        return "its sender is proven and our own"
    if blocked is not None:
        return None
    if evidence.facts.answers_token:
        return "it answers a mail of ours by the token made for its sender"
    if proven and evidence.facts.account:
        return f"its sender is proven and of {evidence.facts.account}"
    if allowed is not None and (proven or allowed.unproven):
        return f"{allowed.who} is on the allow list{'' if proven else ', unproven too'}{_note(allowed)}"
    return None


def _note(entry: Entry) -> str:
    return f" ({entry.why})" if entry.why else ""


def _join(holding: list[Rule]) -> Ways:
    """All tags, in their order; of the rest what the first rule says that says anything."""
    ways = [rule.ways for rule in holding]
    return Ways(
        tuple(dict.fromkeys(tag for way in ways for tag in way.tags)),
        next((way.priority for way in ways if way.priority), None),
        next((way.team for way in ways if way.team), None),
        next((way.call for way in ways if way.call), None),
        next((way.automatic for way in ways if way.automatic), None),
    )


def _tell(symbols: tuple[Symbol, ...], score: float) -> str:
    strongest = sorted(symbols, key=lambda symbol: (-abs(symbol.score), symbol.name))[:3]
    told = ", ".join(f"{symbol.reason} ({symbol.score:+.1f})" for symbol in strongest if symbol.score)
    return f"score {score:.1f}: {told}" if told else f"score {score:.1f}"
