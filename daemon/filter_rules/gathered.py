"""What was read of all rules files so far; nothing in them may be said twice."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path

from daemon.config import Config
from daemon.config.positions import Place
from daemon.config.reading import Draft
from daemon.filter_rules.sections import ThresholdsSection
from filters import registry
from filters.groups import GROUPS
from filters.rules.lists import Entry
from filters.rules.rule import Rule


def symbol_names() -> list[str]:
    """Every symbol that a filter of ours may find."""
    return [kind.name for each in registry().values() for kind in each.kinds]


def tell_where(draft: Draft, place: Place) -> str:
    """`filters.toml:12`, for a person who has the file open."""
    near = next((place[:end] for end in range(len(place), 0, -1) if place[:end] in draft.lines), ())
    return f"{draft.file.name}:{draft.lines.get(near, 1)}"


@dataclass(slots=True)
class Gathered:
    """The parts of the rules, as far as they are sound, and the names that they may use."""

    config: Config
    symbols: dict[str, str] = field(default_factory=lambda: dict.fromkeys(symbol_names(), "a filter of ours"))
    groups: set[str] = field(default_factory=lambda: set(GROUPS))
    rules: list[Rule] = field(default_factory=list)
    scores: dict[str, float] = field(default_factory=dict)
    caps: dict[str, float] = field(default_factory=dict)
    thresholds: dict[str, tuple[ThresholdsSection, Draft, Place]] = field(default_factory=dict)
    allow: dict[str, Entry] = field(default_factory=dict)
    block: dict[str, Entry] = field(default_factory=dict)
    _said: dict[Hashable, tuple[Path, Place, str]] = field(default_factory=dict)

    def is_first(self, draft: Draft, place: Place, what: Hashable) -> bool:
        """Whether nothing says `what` before this place; else the draft is told where."""
        before = self._said.setdefault(what, (draft.file, place, tell_where(draft, place)))
        if before[:2] == (draft.file, place):
            return True
        draft.tell(place, f"stands at {before[2]} already")
        return False
