"""What is kept of everything that happens: who did it, how far that was proven, by which mail, and what it changed."""

from dataclasses import dataclass, fields
from datetime import datetime

from mail.model import Level
from tickets.model import Ticket

Plain = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Doer:
    """Who did something: a person, or an actor such as `cli:root` or `clock`; nobody known where both are None."""

    person: int | None = None
    actor: str | None = None
    level: Level | None = None  # how far the person was proven
    arrival: int | None = None  # by which mail


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of a ticket before and after; persons by id, moments in ISO 8601, tags with a blank between each two."""

    field: str
    before: Plain
    after: Plain


CLOCK = Doer(actor="clock")
NOBODY = Doer()


def changed(before: Ticket, after: Ticket) -> tuple[FieldChange, ...]:
    """All that is not as it was; when it was changed stands beside the event."""
    pairs = ((each.name, getattr(before, each.name), getattr(after, each.name)) for each in fields(Ticket))
    return tuple(
        FieldChange(name, _plain(was), _plain(now)) for name, was, now in pairs if was != now and name != "changed_at"
    )


def _plain(value: object) -> Plain:
    match value:
        case datetime():
            return value.isoformat()
        case tuple():
            return " ".join(value)
        case bool() | int() | None:
            return value
        case _:
            return str(value)
