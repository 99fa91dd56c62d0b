"""Named places where a test may kill, break or hang the daemon; each does nothing unless it is armed at the start.

`HELPDESKD_FAILPOINTS="writer.before_commit:kill9@3,dispatch.sent:raise"`: at the third pass of the one the process dies
without a word, at the first pass of the other an exception is raised.
"""

import os
import re
import signal
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

VARIABLE = "HELPDESKD_FAILPOINTS"
FAILPOINTS: Mapping[str, str] = {
    "fetch.fetched": "a batch has been fetched, nothing of it is journaled",
    "journal.in_transaction": "the batch and its cursor are written, not committed",
    "journal.committed": "the batch is committed, the source has not moved on",
    "intake.claimed": "arrivals are claimed, their attempt is counted, none is parsed",
    "intake.parsed": "a mail is parsed, nothing is decided",
    "intake.decided": "inside the transaction: a decision is made, nothing of it is written",
    "intake.ticket_saved": "inside the transaction: the ticket is written, its message is not",
    "intake.message_saved": "inside the transaction: the message is written, nothing is in the outbox",
    "intake.outbox_put": "inside the transaction: the acknowledgement is in the outbox",
    "intake.judged": "inside the transaction: the verdict is written, nothing else",
    "learning.studied": "lessons are read, the learner does not know of them yet",
    "learning.kept": "what was learned is kept",
    "writer.before_commit": "a batch of changes is about to be committed",
    "writer.after_commit": "a batch of changes is committed, nobody has been told",
    "source.before_settle": "done mails are about to be moved on the server",
    "source.settled": "done mails are moved on the server, that is not on record",
    "dispatch.claimed": "items of the outbox are claimed, none is sent",
    "dispatch.before_send": "an item is about to be handed to its channel",
    "dispatch.sent": "the other side has taken an item, that is not on record",
    "dispatch.in_settle": "inside the transaction that puts on record what became of an item",
    "dispatch.settled": "it is on record what became of an item",
    "timer.tick": "the timer looks for what is due",
    "timer.released": "held mail has been let go or dropped",
    "store.migrating": "inside the transaction of a migration",
    "keys.made": "the first key is written beside its place, not yet in it",
    "drain.started": "the daemon has been told to end and finishes what is in hand",
}

Action = Literal["kill9", "raise", "hang"]
_ORDER = re.compile(r"([a-z_.]+):([a-z0-9]+)(?:@([1-9][0-9]{0,8}))?")


class Tripped(Exception):
    """A failpoint was armed to raise and has been passed."""


@dataclass(slots=True)
class _Armed:
    action: Action
    passes_left: int


_armed: dict[str, _Armed] = {}
_lock = threading.Lock()


def arm(environ: Mapping[str, str] = os.environ) -> None:
    """Arm what the environment names and disarm all else; raises ValueError for an unknown failpoint or action."""
    orders = [_read(order.strip()) for order in environ.get(VARIABLE, "").split(",") if order.strip()]
    _armed.clear()
    _armed.update(orders)


def reach(name: str) -> None:
    """Pass a failpoint: nothing happens, unless it is armed and this is the pass that it was armed for.

    Raises KeyError for a name that is not in FAILPOINTS, and Tripped where that is the armed action.
    """
    if name not in FAILPOINTS:
        raise KeyError(name)
    if not _armed or (armed := _armed.get(name)) is None:
        return
    with _lock:
        armed.passes_left -= 1
        due = armed.passes_left == 0
    if due:
        _act(name, armed.action)


def _read(order: str) -> tuple[str, _Armed]:
    parts = _ORDER.fullmatch(order)
    if parts is None or parts[1] not in FAILPOINTS or parts[2] not in get_args(Action):
        raise ValueError(f"{VARIABLE}: {order!r} is no failpoint with kill9, raise or hang, such as timer.tick:raise@2")
    return parts[1], _Armed(cast(Action, parts[2]), int(parts[3] or "1"))


def _act(name: str, action: Action) -> None:
    if action == "raise":
        raise Tripped(name)
    if action == "kill9":
        os.kill(os.getpid(), signal.SIGKILL)
    threading.Event().wait()
