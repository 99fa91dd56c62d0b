"""From the outbox to Slack: each post to its place in the thread, never where others read it, by mail where it must.

A call that Slack has not taken after a quarter of an hour goes by mail, so that nobody waits for Slack; the post is
tried for a day, so that the thread is there when Slack is back.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from channels import Item, Receipt, Refused, Retry, Sent
from channels.retry import BY_POST, Patience
from channels.slack_lookups import LookupFault
from daemon import alerts, clock
from daemon.agents import heads_up
from daemon.calls.mailing import mail_call
from daemon.desk import Desk
from daemon.dispatch import LEASE, Dispatch
from daemon.failpoints import reach
from daemon.slack import posting, posts
from daemon.slack.guard import Guard, refused_posts
from daemon.slack.rooms import customer_channels
from store import outbox, slack_threads, tickets
from store.engine import Session

MAIL_AFTER = timedelta(minutes=15)
BEGIN_SECONDS = 5.0  # until it is looked again whether a thread has begun
GONE = ("message_not_found", "thread_not_found")  # what Slack says where the first message was deleted

log = structlog.get_logger("slack")


@dataclass
class SlackDispatch(Dispatch):
    """The way out to Slack; what it needs beyond that of mail is which thread a post belongs to."""

    guard: Guard = field(kw_only=True)
    patience: Patience = BY_POST
    _posts: dict[int, posts.Post] = field(default_factory=dict)  # of the rows that are under way
    _begun: dict[tuple[int, str], str] = field(default_factory=dict)  # first messages that are not on record yet
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # so that what follows finds its thread

    async def _claim(self, room: int) -> list[outbox.Claimed]:
        claimed = await asyncio.wrap_future(self.desk.store.write(partial(self._look, room=room)))
        if claimed:
            reach("dispatch.claimed")
        return claimed

    def _look(self, session: Session, room: int) -> list[outbox.Claimed]:
        now = clock.now()
        posting.put_updates(session, self.desk, now)
        return outbox.claim(session, channel=self.name, limit=room, now=now, lease=LEASE)

    async def _deliver(self, claimed: outbox.Claimed) -> Receipt:
        post = self._posts[claimed.id] = posts.decode(claimed.item.payload)
        async with self._turn:
            refused = await self._refusal(post.channel)
            return refused if refused is not None else await self._post(claimed.item, post)

    async def _refusal(self, channel: str) -> Receipt | None:
        """Why nothing internal is posted there now."""
        if channel in customer_channels(self.desk.config):
            return Refused("customers read this channel")
        try:
            refused = await self.guard.refusal(channel)
        except LookupFault as fault:
            return Retry(str(fault), fault.after)
        return Refused(f"nothing internal may stand in this channel: {refused}") if refused is not None else None

    async def _post(self, item: outbox.Item, post: posts.Post) -> Receipt:
        """Post it where it belongs."""
        ts = None
        if post.place != "first":
            begun = self._begun.get((post.ticket, post.channel))  # before the store is asked: it may learn it meanwhile
            thread = await asyncio.to_thread(self._thread, post)
            if thread is None:
                return Refused("the thread that it belongs to is gone")
            ts = thread.ts or begun
            if ts is None:
                return Retry("the thread that it belongs to has not begun", BEGIN_SECONDS)
        receipt = await self.channel.deliver(Item(item.key, post.channel, None, item.message_id, post.payload(ts)))
        if isinstance(receipt, Sent) and post.place == "first":
            self._begun[post.ticket, post.channel] = receipt.detail
        return receipt

    def _thread(self, post: posts.Post) -> slack_threads.Thread | None:
        with self.desk.store.read() as session:
            return slack_threads.find(session, post.ticket, post.channel)

    async def _settle_sent(self, row: int, detail: str) -> None:
        post = self._posts.get(row)
        await super()._settle_sent(row, detail)
        if post is not None and post.place == "first":  # only now does whoever reads the store find it there
            self._begun.pop((post.ticket, post.channel), None)

    def _write_sent(self, session: Session, sent: Mapping[int, str]) -> None:
        for row, ts in sent.items():
            post = self._posts.pop(row, None)
            if post is not None and post.place == "first":
                slack_threads.posted(session, post.ticket, post.channel, ts)
        outbox.settle_sent(session, sent, clock.now())
        for _ in sent:
            reach("dispatch.in_settle")

    def _settle(self, session: Session, claimed: outbox.Claimed, receipt: Refused | Retry) -> None:
        super()._settle(session, claimed, receipt)
        now = clock.now()
        post = self._posts.pop(claimed.id, None)
        if isinstance(receipt, Retry) and post is not None and now - claimed.put_at >= MAIL_AFTER:
            _mail(session, self.desk, post, now)

    def _give_up(self, session: Session, claimed: outbox.Claimed, why: str, now: datetime) -> None:
        post = posts.decode(claimed.item.payload)
        outbox.settle(session, claimed.id, "refused", why, now)
        log.warning("could not be posted", outbox=claimed.id, ticket=claimed.ticket, why=why)
        is_gone = any(word in why for word in GONE)
        if post.place == "first" or is_gone:
            slack_threads.forget(session, post.ticket, post.channel)
        if not is_gone:
            alerts.put(session, self.desk, refused_posts(why, f"{now:%Y%m%d%H}"), now)
        _mail(session, self.desk, post, now)


def _mail(session: Session, desk: Desk, post: posts.Post, now: datetime) -> None:
    """Have those who are called mailed; the same call is never mailed twice."""
    ticket = tickets.load(session, post.ticket)
    if post.asking is None or ticket is None:
        return
    if post.asking.call:
        mail_call(session, desk, ticket, post.asking, now)
    else:
        heads_up.mail(session, desk, ticket, post.asking, now)
