"""A call for help as a value: whom it asks, in which channel, and why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Callee:
    """One person or address that a call asks."""

    name: str
    address: str | None
    slack: str | None  # their member id there; never a customer's
    why: str  # in words, for whoever wonders


@dataclass(frozen=True, slots=True)
class Asking:
    """One step of a call: what is asked of whom.

    `call` and `rung` together name it once and for all: rung 0 is the call itself, each reminder and further step of
    the ladder is one more.
    """

    ticket: int
    call: int
    rung: int
    whom: str  # ce, ae, product, team, oncall, or the name of a step of the ladder
    area: str | None
    callees: tuple[Callee, ...]
    channel: str | None  # the Slack id of this step's internal channel; None: it has none of its own
    reason: str  # "#call by Alice", "the nudges ran out"
    text: str  # what the caller says; empty where nobody wrote anything
