"""What would become of mails: a house that is thrown away, and the line that tells of each mail."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from daemon import config
from daemon.config import Config
from daemon.config.settled import StorePlace
from daemon.desk import Desk, borrow
from daemon.importing import Imported
from tickets.routes import Join, Open, Route

_MAILBOX = "support@helpdeskd.invalid"
_LEAST = """
[helpdesk]
state = "{state}"
[outgoing]
host = "127.0.0.1"
tls = "none"
[[mailboxes]]
address = "{mailbox}"
host = "127.0.0.1"
tls = "none"
user = "nobody"
password = {{ env = "NOTHING" }}
"""


@contextlib.contextmanager
def throw_away(file: Path, mailbox: str | None, *, trust_senders: bool) -> Iterator[Desk]:
    """A desk on an empty store in a folder that is gone afterwards; by this configuration, where there is such a file.

    Raises ConfigFaults where it cannot be used.
    """
    with (
        tempfile.TemporaryDirectory(prefix="helpdeskd-") as folder,
        borrow(_configure(file, mailbox, Path(folder))) as desk,
    ):
        yield replace(desk, trust_senders=trust_senders)


def _configure(file: Path, mailbox: str | None, folder: Path) -> Config:
    if not file.exists():
        file = folder / "helpdeskd.toml"
        file.write_text(_LEAST.format(state=folder, mailbox=mailbox or _MAILBOX), "utf-8")
    settled = config.load(file)
    own = replace(settled.helpdesk, state=folder)
    return replace(settled, helpdesk=own, store=StorePlace(f"sqlite:///{folder / 'dry-run.sqlite'}"))


@dataclass(slots=True)
class Tale:
    """Which way each mail went, and which mails lie on each ticket by now."""

    ways: dict[int, Route] = field(default_factory=dict)
    _lying: dict[int, list[str]] = field(default_factory=dict)
    _merged: dict[int, int] = field(default_factory=dict)

    def decided(self, arrival: int, way: Route) -> None:
        """For the intake."""
        self.ways[arrival] = way

    def line(self, one: Imported) -> dict[str, Any]:
        """The mail's outcome with the ticket as it stands after it; told in the order in which they were decided."""
        way = self.ways.pop(one.arrival, None) if one.is_new else None
        ticket = self._present(one.ticket)
        told: dict[str, Any] = {
            "path": one.path,
            "outcome": one.outcome if one.is_new else "duplicate",
            "ticket": ticket,
            "by": _by(way),
        }
        if isinstance(way, Join | Open) and way.pulls and ticket is not None:
            told["rejoined"] = [path for number in way.pulls for path in self._move(number, ticket)]
        if ticket is not None:
            self._lying.setdefault(ticket, []).append(one.path)
        return told

    def _move(self, number: int, ticket: int) -> list[str]:
        moved = self._lying.pop(number, [])
        self._lying.setdefault(ticket, []).extend(moved)
        self._merged[number] = ticket
        return moved

    def _present(self, number: int | None) -> int | None:
        while number in self._merged:
            number = self._merged[number]
        return number


def _by(way: Route | None) -> str | None:
    match way:
        case Join():
            return way.by.value
        case Open():
            return "new"
        case _:
            return None
