"""A post in the outbox: what Slack is called with, its place in a thread, and what is mailed where it cannot be."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from store import outbox
from store.engine import Session
from tickets.calls import Asking, Callee

GATHER = timedelta(seconds=3)  # for which an update waits, so that a ticket that moves quickly makes few of them
Place = Literal["first", "answer", "update"]  # begins a thread, stands in it, takes the place of its first message


@dataclass(frozen=True, slots=True)
class Post:
    """One call of Slack's Web API; which message it answers or replaces is looked up when it leaves."""

    channel: str
    ticket: int
    place: Place
    args: dict[str, Any]
    asking: Asking | None = None  # what is mailed where it cannot be posted

    def encode(self) -> bytes:
        """As the outbox keeps it."""
        return json.dumps(asdict(self)).encode()

    def payload(self, ts: str | None) -> bytes:
        """As the channel wants it; `ts` names the first message of the thread, but for one that begins it."""
        method = "chat.update" if self.place == "update" else "chat.postMessage"
        named = {} if ts is None else {"ts" if self.place == "update" else "thread_ts": ts}
        return json.dumps({"method": method, "args": {"channel": self.channel, **self.args, **named}}).encode()


def decode(kept: bytes) -> Post:
    """A post that was put into the outbox."""
    given = json.loads(kept)
    asking = given.pop("asking")
    return Post(**given, asking=_asking(asking) if asking is not None else None)


def _asking(given: dict[str, Any]) -> Asking:
    return Asking(**{**given, "callees": tuple(Callee(**callee) for callee in given["callees"])})


def put(session: Session, key: str, post: Post, now: datetime) -> bool:
    """Put a post into the outbox; False where its key is there already. Calls go before updates."""
    item = outbox.OutgoingItem(
        key=key,
        channel="slack",
        klass="notice" if post.place == "update" else "alert",
        recipient=post.channel,
        envelope_sender=None,
        message_id=key,
        payload=post.encode(),
        due=now + GATHER if post.place == "update" else now,
        ticket=post.ticket,
    )
    return outbox.put(session, item, now)
