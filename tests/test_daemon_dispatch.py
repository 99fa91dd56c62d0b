"""From the outbox to a channel, when the store fails in between."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from channels import Item, Receipt, Sent
from daemon.config import load
from daemon.desk import Desk, open_desk
from daemon.dispatch import Dispatch
from store import outbox
from store.engine import Session, Store, StoreFault

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
CONFIG = """
[helpdesk]
state = "{state}"
[outgoing]
host = "127.0.0.1"
tls = "none"
[[mailboxes]]
address = "support@acme.example"
host = "127.0.0.1"
user = "support"
tls = "none"
password = {{ env = "PASSWORD" }}
"""


@dataclass
class Post:
    """A way out that takes everything and remembers it."""

    concurrency: int = 2
    deadline: float = 5.0
    taken: list[Item] = field(default_factory=list)

    async def deliver(self, item: Item) -> Receipt:
        self.taken.append(item)
        return Sent("250")

    async def close(self) -> None:
        return


@dataclass
class FailingOnce:
    """The store, but that the database goes away at the first write after something was sent."""

    store: Store
    post: Post
    failed: bool = False

    def write(self, work: Callable[[Session], Any]) -> "Future[Any]":
        if self.post.taken and not self.failed:
            self.failed = True
            lost: Future[Any] = Future()
            lost.set_exception(StoreFault("the database went away", 0.01))
            return lost
        return self.store.write(work)


@dataclass
class Counting:
    """The store, and how often it was written to."""

    store: Store
    writes: int = 0

    def write(self, work: Callable[[Session], Any]) -> "Future[Any]":
        self.writes += 1
        return self.store.write(work)


async def test_what_was_sent_when_the_store_failed_is_sent_again_at_once_and_counted(
    store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "helpdeskd.toml"
    path.write_text(CONFIG.format(state=tmp_path / "state"), "utf-8")
    desk = open_desk(load(path), store)
    item = outbox.OutgoingItem("k", "mail", "alert", "a@b.example", None, "<m@b.example>", b"bytes", NOW)
    await asyncio.wrap_future(store.write(partial(outbox.put, item=item, now=NOW)))
    post = Post()
    failing = FailingOnce(store, post)
    dispatch = Dispatch(Desk(desk.config, desk.directory, desk.keys, desk.templates, failing), "mail", post, print)  # type: ignore[arg-type]  # what a store does for dispatch
    running = asyncio.create_task(dispatch.run())
    for _ in range(400):
        await asyncio.sleep(0.05)
        if any(each.state == "sent" for each in await asyncio.to_thread(counts, store)):
            break
    dispatch.stop()
    await running
    assert [each.payload for each in post.taken] == [b"bytes", b"bytes"]
    assert sum(each.resends for each in counts(store)) == 1


async def test_all_that_is_sent_meanwhile_is_put_on_record_together(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "helpdeskd.toml"
    path.write_text(CONFIG.format(state=tmp_path / "state"), "utf-8")
    desk = open_desk(load(path), store)
    for number in range(20):
        item = outbox.OutgoingItem(f"k{number}", "mail", "alert", "a@b.example", None, f"<{number}@b>", b"bytes", NOW)
        await asyncio.wrap_future(store.write(partial(outbox.put, item=item, now=NOW)))
    counting = Counting(store)
    post = Post(concurrency=10)
    dispatch = Dispatch(Desk(desk.config, desk.directory, desk.keys, desk.templates, counting), "mail", post, print)  # type: ignore[arg-type]  # what a store does for dispatch
    running = asyncio.create_task(dispatch.run())
    for _ in range(400):
        await asyncio.sleep(0.05)
        if [(each.state, each.many) for each in await asyncio.to_thread(counts, store)] == [("sent", 20)]:
            break
    dispatch.stop()
    await running
    assert len({each.key for each in post.taken}) == len(post.taken) == 20
    assert counting.writes < 20
    assert sum(each.resends for each in counts(store)) == 0


def counts(store: Store) -> list[outbox.Count]:
    with store.read() as session:
        return outbox.counts(session)
