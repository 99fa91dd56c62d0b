"""What agents may say to a ticket, by mail and on the command line: one file for each command, nothing lists them.

The docstring of a command is its #help, its part of the manual page and its row in the table of docs/agents.md. The
lines under its `Example:` are run by a test.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from commands.invocation import CommandError, Invocation
from commands.scene import Aside, On, Scene, Use
from tickets.events import Event

__all__ = ["Command", "Result", "command", "registry"]

Result = tuple[Event | On | Aside, ...] | CommandError
Run = Callable[[Invocation, Scene], Result]


@dataclass(frozen=True, slots=True)
class Command:
    """What may be said, and with what it goes together."""

    name: str
    usage: str  # what stands behind the name
    run: Run
    groups: tuple[str, ...] = ()  # of all in one group only one may be said: they contradict each other
    uses: Use | None = None  # what becomes of the text; None: what becomes of it anyway
    needs_text: bool = False
    needs_ticket: bool = True
    alone: bool = False  # nothing else may be said beside it
    names_people: bool = False  # by address or by name
    fields: tuple[str, ...] = ()  # names of the `name: value` lines that may follow

    @property
    def told(self) -> str:
        """The docstring without its examples."""
        return inspect.cleandoc(self.run.__doc__ or "").partition("\nExample:\n")[0].strip()

    @property
    def summary(self) -> str:
        """The first line of the docstring."""
        return self.told.partition("\n")[0]

    @property
    def examples(self) -> tuple[str, ...]:
        """What stands under `Example:`, without its indentation."""
        written = inspect.cleandoc(self.run.__doc__ or "").partition("\nExample:\n")[2]
        return tuple(line.strip() for line in written.splitlines() if line.strip())

    @property
    def form(self) -> str:
        """How it is written."""
        return f"#{self.name} {self.usage}".strip()


_known: dict[str, Command] = {}


def command(
    name: str,
    usage: str = "",
    *,
    groups: tuple[str, ...] = (),
    uses: Use | None = None,
    needs_text: bool = False,
    needs_ticket: bool = True,
    alone: bool = False,
    names_people: bool = False,
    fields: tuple[str, ...] = (),
) -> Callable[[Run], Run]:
    """Make a function a command; for the meaning of the arguments see `Command`."""

    def register(run: Run) -> Run:
        assert name not in _known, f"there are two commands named {name}"
        _known[name] = Command(name, usage, run, groups, uses, needs_text, needs_ticket, alone, names_people, fields)
        return run

    return register


@cache
def registry() -> MappingProxyType[str, Command]:
    """All commands by name."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return MappingProxyType(dict(sorted(_known.items())))
