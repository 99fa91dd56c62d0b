"""How things leave. A channel knows neither database nor tickets: it gets final bytes and says what became of them.

A module of this room that declares `KIND` is a way out; nothing else lists it.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that must leave, exactly as it was put into the outbox."""

    key: str
    recipient: str
    envelope_sender: str | None  # None: the null sender
    message_id: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """The other side has taken responsibility."""

    detail: str


@dataclass(frozen=True, slots=True)
class Retry:
    """Not now; `after` seconds at least where the other side said so."""

    detail: str
    after: float | None = None
    is_unknown: bool = False  # the other side may have taken it: trying again may make a second copy


@dataclass(frozen=True, slots=True)
class Refused:
    """Never: trying again would not help."""

    detail: str


Receipt = Sent | Retry | Refused


class Channel(Protocol):
    """A way out. `concurrency` items at most are under way at a time; more wait inside of `deliver`."""

    concurrency: int
    deadline: float  # seconds after which `deliver` has answered, come what may

    async def deliver(self, item: Item) -> Receipt:
        """Hand one item over within the channel's own deadline; world faults are Retry, never exceptions."""

    async def close(self) -> None:
        """Say good-bye and forget connections; never raises."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of channel: its name in the configuration, its settings, and how one is made of them and a secret."""

    name: str
    settings: type[BaseModel]
    build: Callable[[Any, Callable[[], str] | None], Channel]
    carries_mail: bool = True  # it may be chosen for [outgoing]; else a table of its own says how it is reached

    def __call__(self, settings: BaseModel, secret: Callable[[], str] | None) -> Channel:
        """Make a channel; `secret` is asked anew whenever it is needed."""
        return self.build(settings, secret)


def kinds() -> Mapping[str, Kind]:
    """All kinds of channels by their name."""
    modules = (importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    found = [module.KIND for module in modules if hasattr(module, "KIND")]
    return {kind.name: kind for kind in found}
