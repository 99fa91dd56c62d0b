"""How things leave. A channel knows neither database nor tickets: it is handed final bytes and says what became of them."""

from dataclasses import dataclass
from typing import Protocol


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


@dataclass(frozen=True, slots=True)
class Refused:
    """Never: trying again would not help."""

    detail: str


Receipt = Sent | Retry | Refused


class Channel(Protocol):
    """A way out. `concurrency` items at most are handed over at a time."""

    concurrency: int

    async def deliver(self, item: Item) -> Receipt:
        """Hand one item over within the channel's own deadline; world faults are Retry, never exceptions."""

    async def close(self) -> None:
        """Say good-bye and forget connections; never raises."""
