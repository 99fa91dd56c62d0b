"""From the outbox to the channels: claim what is due, hand it over, write down what became of it."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from channels import Channel, Item, Receipt, Refused, Retry, Sent
from channels.retry import BY_MAIL, Patience, next_attempt
from daemon import alerts, clock
from daemon.agents import agent_answers, notice
from daemon.agents.answering import read_author
from daemon.agents.notice_facts import News
from daemon.desk import Desk
from daemon.failpoints import reach
from store import outbox, tickets
from store.engine import Session, StoreFault
from tickets.effects import TellAgents
from tickets.events import Undeliverable
from tickets.lifecycle import decide

LEASE = timedelta(hours=1)  # longer than all that is claimed ahead can take; a dead daemon's end at the next start
AHEAD = 4  # items claimed for each that the channel handles at a time
IDLE_SECONDS = 2.0

log = structlog.get_logger("outbox")


@dataclass(slots=True)
class Dispatch:
    """One channel's way out. Items in flight end before the task does."""

    desk: Desk
    name: str
    channel: Channel
    beat: Callable[[str], None]
    patience: Patience = BY_MAIL
    _due: asyncio.Event = field(default_factory=asyncio.Event)
    _flying: set[asyncio.Task[None]] = field(default_factory=set)
    _sent: dict[int, str] = field(default_factory=dict)  # not on record yet: row, and what the other side said
    _settling: asyncio.Lock = field(default_factory=asyncio.Lock)
    _stopping: bool = False
    _unsure: bool = False  # the store failed: what is claimed there may be in nobody's hands

    def wake(self) -> None:
        """Look at the outbox now; to be called on the loop."""
        self._due.set()

    async def run(self) -> None:
        """Deliver until stopped; faults of the store are waited out."""
        while not self._stopping:
            try:
                await self._round()
            except StoreFault as fault:
                log.warning("the store fails", why=str(fault))
                self._unsure = True
                await self._sleep(max(fault.retry_after, 1.0))
            except Exception:
                log.exception("sending failed by a bug of ours")
                await self._sleep(5.0)
        if self._flying:
            await asyncio.wait(self._flying, timeout=8.0)
        await self.channel.close()

    def stop(self) -> None:
        """Claim nothing more; to be called on the loop."""
        self._stopping = True
        self._due.set()

    async def _round(self) -> None:
        self._due.clear()
        if self._unsure and not await self._make_sure():
            return
        room = AHEAD * self.channel.concurrency - len(self._flying)
        wants = room > AHEAD * self.channel.concurrency // 2  # one claim for many is cheaper than many for one
        claimed = await self._claim(room) if wants else []
        for each in claimed:
            task = asyncio.create_task(self._one(each))
            self._flying.add(task)
            task.add_done_callback(self._landed)
        if not claimed:
            self.beat("waiting for something to send" if not self._flying else f"sending {len(self._flying)}")
            await self._sleep(IDLE_SECONDS)

    async def _make_sure(self) -> bool:
        """End the leases of what the store and we disagree about; not while anything is under way."""
        if self._flying:
            self.beat(f"sending {len(self._flying)}")
            await self._sleep(IDLE_SECONDS)
            return False
        now = clock.now()
        await asyncio.wrap_future(self.desk.store.write(lambda session: outbox.recover(session, now)))
        self._unsure = False
        return True

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        self._due.set()
        if not task.cancelled() and (bug := task.exception()) is not None:
            self._unsure = True
            log.error("what became of an item is not on record; it is sent again", why=repr(bug))

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._due.wait()
        except TimeoutError:
            return

    async def _claim(self, room: int) -> list[outbox.Claimed]:
        claim = partial(outbox.claim, channel=self.name, limit=room, now=clock.now(), lease=LEASE)
        claimed = await asyncio.wrap_future(self.desk.store.write(claim))
        if claimed:
            reach("dispatch.claimed")
        return claimed

    async def _one(self, claimed: outbox.Claimed) -> None:
        reach("dispatch.before_send")
        receipt = await self._deliver(claimed)
        if isinstance(receipt, Sent):
            reach("dispatch.sent")
            await self._settle_sent(claimed.id, receipt.detail)
        else:
            settle = partial(self._settle, claimed=claimed, receipt=receipt)
            await asyncio.wrap_future(self.desk.store.write(settle))
        reach("dispatch.settled")

    async def _deliver(self, claimed: outbox.Claimed) -> Receipt:
        item = claimed.item
        return await self.channel.deliver(
            Item(item.key, item.recipient, item.envelope_sender, item.message_id, item.payload)
        )

    async def _settle_sent(self, row: int, detail: str) -> None:
        """Have it on record that this was sent, together with all that is sent while the store is still at the last."""
        self._sent[row] = detail
        async with self._settling:
            if row not in self._sent:  # it went with those before it; where that failed, whoever wrote them has told
                return
            sent, self._sent = self._sent, {}
            await asyncio.wrap_future(self.desk.store.write(partial(self._write_sent, sent=sent)))

    def _write_sent(self, session: Session, sent: Mapping[int, str]) -> None:
        outbox.settle_sent(session, sent, clock.now())
        for _ in sent:
            reach("dispatch.in_settle")

    def _settle(self, session: Session, claimed: outbox.Claimed, receipt: Refused | Retry) -> None:
        """Write down what became of one attempt; a ticket hears of what will never arrive."""
        now = clock.now()
        match receipt:
            case Refused():
                self._give_up(session, claimed, receipt.detail, now)
            case Retry():
                jitter = random.random()  # noqa: S311 spreads retries, guards nothing
                due = next_attempt(claimed.attempts, claimed.first_at, now, jitter, receipt.after, self.patience)
                if due is None:
                    days = self.patience.life.days
                    self._give_up(
                        session, claimed, f"given up after {days} day{'s' if days > 1 else ''}: {receipt.detail}", now
                    )
                else:
                    kind: outbox.Kind = "unknown" if receipt.is_unknown else "retry"
                    outbox.settle(session, claimed.id, kind, receipt.detail, now, next_due=due)
        reach("dispatch.in_settle")

    def _give_up(self, session: Session, claimed: outbox.Claimed, why: str, now: datetime) -> None:
        outbox.settle(session, claimed.id, "refused", why, now)
        log.warning("could not be delivered", outbox=claimed.id, ticket=claimed.ticket, why=why)
        recipient = claimed.item.recipient
        ticket = tickets.load(session, claimed.ticket) if claimed.ticket else None
        if claimed.klass == "notice":  # what an agent does not get says nothing of the customer
            alerts.put(session, self.desk, alerts.unreached(recipient, why, now), now)
        elif ticket is not None:
            event = Undeliverable(recipient, why)
            decision = decide(ticket, event, now=now)
            tickets.save(session, decision.ticket)
            tickets.add_event(session, ticket.number, event, now)
            if claimed.klass == "answer":
                agent_answers.give_back(session, self.desk, ticket, claimed, why)
            news = News(f"outbox:{claimed.id}")
            for effect in decision.effects:
                if isinstance(effect, TellAgents):
                    effect = replace(effect, cause=read_author(claimed.item.key))  # noqa: PLW2901 who knows already
                    notice.tell(session, self.desk, decision.ticket, effect, news, now=now)
