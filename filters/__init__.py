"""What decides that a mail is spam, and where it goes: one file for each filter, nothing lists them.

A filter looks at the evidence and says which of its symbols hold, each with a reason in words. What a symbol weighs
stands beside it as the default; the admin's rules override that. `filters.verdict` adds up.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType

from mail.model import Mail, Proof

__all__ = ["Evidence", "Facts", "Filter", "Hit", "Kind", "Opinion", "Symbol", "filter_rule", "registry"]


@dataclass(frozen=True, slots=True)
class Symbol:
    """What was seen in a mail and moves its score: above 0 towards spam. In a group the sum of all has a cap."""

    name: str
    score: float
    group: str
    reason: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A symbol that a filter may find: its default score and what it means."""

    name: str  # in capitals: FORGED_OWN_DOMAIN
    score: float
    meaning: str


@dataclass(frozen=True, slots=True)
class Hit:
    """That a filter found a symbol; `share` of its score counts, where a filter says more than yes or no."""

    symbol: str
    reason: str
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Facts:
    """What the store and the directory know of the sender. Whatever is not known is false, 0 or empty."""

    is_ours: bool = False  # an agent, staff, a notifier, or one of our own addresses
    own_domains: frozenset[str] = frozenset()  # of our mailboxes and our company
    account: str | None = None  # the customer whose domain the sender is at
    tickets: int = 0  # genuine tickets that this address opened before
    answers_token: bool = False  # it answers a mail of ours by the token made for its sender


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a second opinion says (rspamd): its symbols with their scores, and the sum that it made of them."""

    score: float
    required: float  # the score where it calls a mail spam
    symbols: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that filters may look at, for one mail in one mailbox."""

    mail: Mail
    proof: Proof
    mailbox: str  # its address
    received_at: datetime
    size: int  # bytes as it came in
    facts: Facts = Facts()
    learned: float | None = None  # the learner's score; None where none is asked
    opinion: Opinion | None = None  # None: nobody was asked, or nobody answered


Look = Callable[[Evidence], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter: the symbols that it may find, their group, and how it looks."""

    name: str
    group: str
    kinds: tuple[Kind, ...]
    look: Look


_known: dict[str, Filter] = {}


def filter_rule(group: str, *kinds: Kind) -> Callable[[Look], Look]:
    """Make a function a filter, named as the function is; no two filters may know the same symbol."""

    def register(look: Look) -> Look:
        taken = {kind.name for each in _known.values() for kind in each.kinds}
        assert look.__name__ not in _known, f"there are two filters named {look.__name__}"
        assert not taken & {kind.name for kind in kinds}, f"a symbol of {look.__name__} is another filter's"
        _known[look.__name__] = Filter(look.__name__, group, kinds, look)
        return look

    return register


@cache
def registry() -> Mapping[str, Filter]:
    """All filters by name."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return MappingProxyType(dict(sorted(_known.items())))
