"""Builds the house, starts every worker, and ends them in the right order."""

import asyncio
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

import channels
import mailboxes
from channels import Channel
from daemon import clock, notify
from daemon.config import Config
from daemon.config.settled import ReadMailbox
from daemon.control import serve
from daemon.desk import Desk, open_desk
from daemon.dispatch import Dispatch
from daemon.failpoints import reach
from daemon.intake import Intake
from daemon.lookups.rspamd import Rspamd
from daemon.lookups.signature_lookup import SignatureLookup
from daemon.poller import Polled, Poller
from daemon.reloading import reload
from daemon.sandbox import Limits, Sandbox
from daemon.sifting.learning import Study
from daemon.slack.house import SlackHouse, open_house
from daemon.surveys.doors import open_pages
from daemon.timer import Timer
from daemon.watchdog import Watchdog
from store import journal, outbox
from store.engine import Session, Store, open_store

log = structlog.get_logger("service")

# seconds of silence before the watchdog starves systemd
PATIENCE = {"intake": 60.0, "dispatch": 60.0, "timer": 60.0, "learning": 120.0}
STOP_SECONDS = {"sources": 2.0, "intake": 3.0, "dispatch": 2.5, "learning": 0.5, "writer": 1.5}  # under ten in all
LOOK_SECONDS = 1.0


async def run(config: Config) -> int:
    """Run until SIGTERM or SIGINT; 0 when everything ended as it should; SIGHUP reads the rules anew.

    Raises what the store's opening raises, and ConfigFaults where the rules are broken.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, lambda: log.info("nothing runs yet that could be read anew"))
    store = await asyncio.to_thread(
        open_store,
        config.store.url,
        config.helpdesk.state,
        first_ticket=config.helpdesk.first_ticket,
        migrating=lambda: reach("store.migrating"),
        before_commit=lambda: reach("writer.before_commit"),
        after_commit=lambda: reach("writer.after_commit"),
    )
    try:
        if await _lock(store, stop):
            house = House(open_desk(config, store))
            house.desk.rules()
            loop.add_signal_handler(signal.SIGHUP, lambda: loop.run_in_executor(None, reload, house.desk))
            await house.live(stop)
    finally:
        notify.stopping("closing the store")
        await asyncio.to_thread(store.close, STOP_SECONDS["writer"])
    return 0


async def _lock(store: Store, stop: asyncio.Event) -> bool:
    """Wait until this is the only daemon on the store; False when told to stop before."""
    said = False
    while not await asyncio.to_thread(store.try_lock):
        if not said:
            log.warning("another daemon holds the lock of this store; waiting until it ends")
            notify.status("waiting: another daemon holds the lock of this store")
            said = True
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await stop.wait()
            return False
        except TimeoutError:
            continue
    return True


@dataclass(slots=True)
class House:
    """Everything that runs, and how it ends."""

    desk: Desk
    watchdog: Watchdog = field(default_factory=lambda: Watchdog(clock.monotonic))
    dispatches: list[Dispatch] = field(default_factory=list)
    slack: SlackHouse | None = None

    async def live(self, stop: asyncio.Event) -> None:
        """Start all, look after them until `stop`, end them in order."""
        await asyncio.wrap_future(self.desk.store.write(_begin))
        self.slack = open_house(self.desk, self.watchdog, self._arrived)
        self.dispatches = [self._dispatch("mail"), *([self.slack.dispatch] if self.slack is not None else [])]
        timer = Timer(self.desk, self.watchdog.watch("timer", PATIENCE["timer"]), self._wake)
        sandbox = Sandbox(self.desk.config.helpdesk.workers, Limits())
        lookup = SignatureLookup(self.desk.config.proof, self.desk.directory.is_own)
        rspamd = self._open_rspamd()
        intake = self._build_intake(sandbox, lookup, rspamd)
        beat = self.watchdog.watch("learning", PATIENCE["learning"])
        study = Study(self.desk.store, self.desk.life.mind, sandbox, beat)
        deciding, studying = _start("intake", intake.run), _start("learning", study.run)
        self.desk.life.watchdog, self.desk.life.arrived = self.watchdog, intake.arrived
        self.desk.life.pollers = [self._poller(mailbox, intake) for mailbox in self.desk.config.mailboxes]
        for poller in self.desk.life.pollers:
            poller.start()
        tasks = [asyncio.create_task(dispatch.run()) for dispatch in self.dispatches]
        tasks.append(asyncio.create_task(timer.run()))
        if self.slack is not None:
            self.slack.start()
        async with open_pages(self.desk, *(self.slack.routes if self.slack is not None else ())), serve(self.desk):
            notify.ready(f"reading {len(self.desk.life.pollers)} mailboxes")
            log.info("running", mailboxes=len(self.desk.life.pollers), store=self.desk.store.dialect)
            await self._look_after(stop)
            notify.stopping("finishing what is in hand")
            study.stop()
            await self._end(intake, deciding, timer, tasks)
            await _join([studying], STOP_SECONDS["learning"])
        lookup.close()
        if rspamd is not None:
            await asyncio.to_thread(rspamd.close)
        await asyncio.to_thread(sandbox.close)
        log.info("ended")

    def _build_intake(self, sandbox: Sandbox, lookup: SignatureLookup, rspamd: Rspamd | None) -> Intake:
        loop = asyncio.get_running_loop()

        def left() -> None:
            loop.call_soon_threadsafe(self._wake)

        return Intake(
            self.desk,
            sandbox,
            lookup,
            self.watchdog.watch("intake", PATIENCE["intake"]),
            left=left,
            rspamd=rspamd,
            readers={"slack": self.slack.reader.read} if self.slack is not None else {},
        )

    def _open_rspamd(self) -> Rspamd | None:
        if self.desk.config.rspamd.url is None:
            return None
        opened = Rspamd(self.desk.config.rspamd)
        self.desk.life.rspamd = lambda: opened.fault
        return opened

    def _arrived(self) -> None:
        self.desk.life.arrived()

    def _wake(self) -> None:
        for dispatch in self.dispatches:
            dispatch.wake()

    def _dispatch(self, name: str) -> Dispatch:
        outgoing = self.desk.config.outgoing
        channel: Channel = channels.kinds()[outgoing.kind](outgoing.settings, outgoing.password)
        return Dispatch(self.desk, name, channel, self.watchdog.watch(f"dispatch {name}", PATIENCE["dispatch"]))

    def _poller(self, mailbox: ReadMailbox, intake: Intake) -> Poller:
        source = mailboxes.sources()[mailbox.kind](mailbox.settings, mailbox.password)
        moves = bool(getattr(mailbox.settings, "move_done_to", None))
        patience = float(getattr(mailbox.settings, "longest_seconds", 60.0)) + 30.0
        beat = self.watchdog.watch(f"mailbox {mailbox.address}", patience)
        polled = Polled(mailbox.address, source, self.desk.config.helpdesk.since, moves)
        return Poller(polled, self.desk.store, beat, intake.arrived)

    async def _look_after(self, stop: asyncio.Event) -> None:
        said: set[str] = set()
        while not stop.is_set():
            silent = self.watchdog.silent()
            for still in silent:
                if still.worker not in said:
                    log.error(
                        "a worker stands still", worker=still.worker, seconds=round(still.seconds), doing=still.doing
                    )
            said = {still.worker for still in silent}
            if silent:
                notify.status("standing still: " + ", ".join(sorted(said)))
            else:
                notify.watchdog()
                notify.status(self._status())
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await stop.wait()
            except TimeoutError:
                continue

    def _status(self) -> str:
        faults = [f"{p.polled.address}: {p.fault}" for p in self.desk.life.pollers if p.fault]
        if self.desk.life.rspamd is not None and (fault := self.desk.life.rspamd()):
            faults.append(f"rspamd: {fault}")
        return "; ".join(faults) if faults else f"reading {len(self.desk.life.pollers)} mailboxes"

    async def _end(
        self, intake: Intake, deciding: threading.Thread, timer: Timer, tasks: list[asyncio.Task[None]]
    ) -> None:
        """Sources first, so that nothing new comes; then what decides; then what leaves. Each has its own deadline."""
        for poller in self.desk.life.pollers:
            poller.stop()
        silence = [self.slack.stop()] if self.slack is not None else []
        await asyncio.gather(_join(self.desk.life.pollers, STOP_SECONDS["sources"]), *silence)
        intake.stop()
        await _join([deciding], STOP_SECONDS["intake"])
        timer.stop()
        for dispatch in self.dispatches:
            dispatch.stop()
        _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS["dispatch"])
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _start(name: str, work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


async def _join(threads: list[threading.Thread] | list[Poller], seconds: float) -> None:
    until = clock.monotonic() + seconds
    for thread in threads:
        await asyncio.to_thread(thread.join, max(0.0, until - clock.monotonic()))
        if thread.is_alive():
            log.warning("did not end in time", worker=thread.name)


def _begin(session: Session) -> None:
    now = clock.now()
    journal.first_start(session, now)
    journal.recover(session)
    outbox.recover(session, now)
