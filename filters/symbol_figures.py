"""How well each symbol tells spam from genuine mail, by what people said of the mails that it was found in. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from filters import Evidence, Symbol, registry
from filters.rules.holding import holds
from filters.rules.rule import Rule
from filters.verdict import Rules


@dataclass(slots=True)
class Figures:
    """One symbol: in how many mails it was found, by what people said of them, and what it added to them in all."""

    group: str
    mails: int = 0
    spam: int = 0
    genuine: int = 0
    points: float = 0.0

    @property
    def mean(self) -> float | None:
        """What it added to a mail; None where it was never found."""
        return self.points / self.mails if self.mails else None


@dataclass(slots=True)
class Tally:
    """All symbols, and the mails that they could be found in."""

    symbols: dict[str, Figures] = field(default_factory=dict)
    mails: int = 0
    spam: int = 0
    genuine: int = 0

    def add(self, symbols: Iterable[Symbol], *, spam: bool | None) -> None:
        """One more mail; None where nobody said what it is."""
        self.mails += 1
        self.spam += spam is True
        self.genuine += spam is False
        for symbol in symbols:
            figures = self.symbols.setdefault(symbol.name, Figures(symbol.group))
            figures.mails += 1
            figures.spam += spam is True
            figures.genuine += spam is False
            figures.points += symbol.score

    def precision(self, name: str) -> float | None:
        """The share of its mails, of those that people named, on which it pointed the right way."""
        figures = self.symbols[name]
        return _share(self._right(figures), figures.spam + figures.genuine)

    def recall(self, name: str) -> float | None:
        """The share of all mails of the kind that it points to in which it was found, of those that people named."""
        figures = self.symbols[name]
        return _share(self._right(figures), self.genuine if figures.points < 0 else self.spam)

    def _right(self, figures: Figures) -> int:
        return figures.genuine if figures.points < 0 else figures.spam


def start_tally(rules: Rules) -> Tally:
    """A tally that names every symbol which these rules could find, too."""
    tally = Tally()
    for each in registry().values():
        tally.symbols.update({kind.name: Figures(each.group) for kind in each.kinds})
    tally.symbols.update({rule.name: Figures(rule.group) for rule in rules.custom})
    return tally


def measure_cost(mails: Sequence[Evidence], rules: Rules, monotonic: Callable[[], float]) -> dict[str, float]:
    """Microseconds a mail, by symbol; those that one filter finds cost it once, so each has the whole of it."""
    costs: dict[str, float] = {}
    for each in registry().values():
        began = monotonic()
        for evidence in mails:
            for _ in each.look(evidence):
                pass
        costs.update(dict.fromkeys((kind.name for kind in each.kinds), _per_mail(began, monotonic(), len(mails))))
    for rule in rules.custom:
        began = monotonic()
        _try(rule, mails)
        costs[rule.name] = _per_mail(began, monotonic(), len(mails))
    return costs


def _try(rule: Rule, mails: Sequence[Evidence]) -> None:
    for evidence in mails:
        holds(rule.when, evidence, frozenset())


def _per_mail(began: float, ended: float, mails: int) -> float:
    return 1e6 * (ended - began) / max(mails, 1)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
