"""One rule of the admin's: where its condition holds, it is a symbol with a score, and may send the mail its way."""

from dataclasses import dataclass
from enum import StrEnum

from filters.rules.conditions import Condition

OWN_GROUP = "rules"  # where a rule names no other


class Decision(StrEnum):
    """What a mail is."""

    GENUINE = "genuine"
    DOUBTFUL = "doubtful"  # no spam, but not clearly none: hi@ does not acknowledge it
    SPAM = "spam"


@dataclass(frozen=True, slots=True)
class Ways:
    """Where rules send a mail that passes; None and empty where none says anything."""

    tags: tuple[str, ...] = ()
    priority: str | None = None  # low, normal, high, urgent
    team: str | None = None
    call: str | None = None  # "ce", "team", "oncall" or "product:search"
    automatic: str | None = None  # why no person wrote it


NOWHERE = Ways()


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule says. `decides` holds whatever the score: spam (not for those who are protected), or genuine."""

    name: str  # of its symbol, in capitals: PARTNER_INVOICE
    when: Condition
    description: str  # the reason in words
    score: float = 0.0
    group: str = OWN_GROUP
    ways: Ways = NOWHERE
    decides: Decision | None = None
