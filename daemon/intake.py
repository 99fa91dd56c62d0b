"""One arrival, one outcome: claim, parse ahead in the children, decide in order, commit.

The attempt is committed before a mail is parsed, so a mail that brings its worker down is known when we come back;
the fourth attempt is quarantine.
"""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from daemon import clock, enact
from daemon.desk import Desk
from daemon.failpoints import reach
from daemon.lookups.patience import Patience
from daemon.lookups.rspamd import Rspamd, no_opinion, opinion_in_time
from daemon.lookups.signature_lookup import SignatureLookup, not_asked, signed_in_time
from daemon.sandbox import Breach, Reading, Sandbox
from daemon.sifting import judging
from filters import Opinion
from mail.model import Mail
from mail.parse import read_headers_only
from mail.signatures import Signed
from store import journal
from store.engine import Session, StoreFault
from tickets.routes import Route

AHEAD = 24  # mails being parsed or written at a time: enough for two children and one commit to be busy
BYTES_AHEAD = 64 * 1024 * 1024  # and never more raw bytes than this in memory, but always one mail
LEASE = timedelta(minutes=5)
ATTEMPTS = 3
IDLE_SECONDS = 5.0

log = structlog.get_logger("intake")


@dataclass(frozen=True, slots=True)
class Deciding:
    """How an arrival that is no mail is decided: once what must be asked before is known."""

    asked: Future[Any]
    decide: Callable[[Session], None]


@dataclass(slots=True)
class Work:
    """One claimed arrival on its way."""

    claimed: journal.Claimed
    parsed: Reading
    signed: Future[Signed]
    opinion: Future[Opinion | None] = field(default_factory=no_opinion)
    written: Future[None] | None = None
    deciding: Deciding | None = None  # of what is no mail

    def is_ready(self) -> bool:
        """Whether it can be decided without waiting."""
        if self.deciding is not None:
            return self.deciding.asked.done()
        return self.signed.done() and self.opinion.done()


@dataclass(slots=True)
class Intake:
    """The one thread that decides, in the order in which mail was journaled."""

    desk: Desk
    sandbox: Sandbox
    lookup: SignatureLookup
    beat: Callable[[str], None]
    left: Callable[[], None]  # called when something was decided, so that the outbox is looked at
    rspamd: Rspamd | None = None  # asked for a second opinion
    readers: Mapping[str, Callable[[journal.Claimed], Deciding]] = field(default_factory=dict)  # by kind, but for mail
    decided: Callable[[int, Route], None] | None = None  # told of each arrival's way before it is committed
    _arrived: threading.Event = field(default_factory=threading.Event)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _ahead: deque[Work] = field(default_factory=deque)
    _writing: deque[Work] = field(default_factory=deque)
    _patience: Patience = field(default_factory=Patience)
    _is_unsure: bool = False  # whether claims may be on record that nobody works on

    def run(self) -> None:
        """Work until told to stop; what was claimed and not decided by then is given back."""
        while not self._stopping.is_set():
            try:
                self._step()
            except StoreFault as fault:
                log.warning("the store fails", why=str(fault))
                self._forget()
                self._rest(max(fault.retry_after, 1.0))
            except Exception:
                log.exception("the intake failed by a bug of ours")
                self._forget()
                self._rest(5.0)
        self._drain()

    def arrived(self) -> None:
        """New mail is in the journal."""
        self._arrived.set()

    def stop(self) -> None:
        """Make `run` end after the mail in hand."""
        self._stopping.set()
        self._arrived.set()

    def _step(self) -> None:
        self._arrived.clear()
        claimed = self._claim()
        if not self._ahead and not self._writing:
            self.beat("waiting for arrivals")
            self._arrived.wait(IDLE_SECONDS)
            return
        self._decide_ready(wait=not claimed)
        self._collect(wait=not self._ahead)

    def _claim(self) -> int:
        room = AHEAD - len(self._ahead) - len(self._writing)
        held = sum(len(work.claimed.raw) for work in self._ahead)
        if room < AHEAD // 3 or held > BYTES_AHEAD:
            return 0
        if self._is_unsure:
            self.desk.store.write(journal.recover).result()
            self._is_unsure = False
        batch = self.desk.store.write(partial(journal.claim, limit=room, now=clock.now(), lease=LEASE)).result()
        reach("intake.claimed")
        self._ahead.extend(map(self._begin, batch))
        return len(batch)

    def _begin(self, claimed: journal.Claimed) -> Work:
        if claimed.kind != "mail":
            reader = self.readers.get(claimed.kind, self._put_aside)
            return Work(claimed, Reading(), Future(), deciding=reader(claimed))
        parsed = self._parse(claimed)
        return Work(claimed, parsed, self._look_up(parsed, claimed), self._ask(parsed, claimed))

    def _look_up(self, parsed: Future[Mail], claimed: journal.Claimed) -> Future[Signed]:
        if claimed.imported:  # keys of that time are gone, and thousands would be asked for
            return not_asked("it is old mail that was imported")
        return self.lookup.follow(parsed, claimed.raw, claimed.received_at)

    def _ask(self, parsed: Future[Mail], claimed: journal.Claimed) -> Future[Opinion | None]:
        if self.rspamd is None or claimed.imported:
            return no_opinion()
        return self.rspamd.follow(parsed, claimed)

    def _put_aside(self, claimed: journal.Claimed) -> Deciding:
        """Of a kind that nobody reads any more: a person may look at it."""
        why, asked = f"nobody reads what comes by {claimed.kind}", Future[None]()
        asked.set_result(None)
        return Deciding(asked, lambda session: enact.give_up(session, self.desk, claimed, why, clock.now()))

    def _parse(self, claimed: journal.Claimed) -> Reading:
        if claimed.attempt > ATTEMPTS:
            done = Reading()
            done.set_result(read_headers_only(claimed.raw, f"given up after {ATTEMPTS} attempts"))
            return done
        return self.sandbox.submit(claimed.raw)

    def _decide_ready(self, *, wait: bool) -> None:
        """Hand the parsed mails at the head to the writer; wait for the first one only where nothing else is to do."""
        while self._ahead and (wait or self._ahead[0].is_ready()):
            work = self._ahead.popleft()
            wait = False
            self.beat(f"deciding arrival {work.claimed.id}")
            if work.deciding is not None:
                wait_for([work.deciding.asked])  # which has a deadline of its own
                work.written = self.desk.store.write(work.deciding.decide)
                self._writing.append(work)
                continue
            mail = self._mail_of(work)
            reach("intake.parsed")
            if mail is not None:
                signed = signed_in_time(work.signed)
                studied = judging.Studied(work.parsed.traits, opinion_in_time(work.opinion))
                enacting = partial(self._enact, claimed=work.claimed, mail=mail, signed=signed, studied=studied)
                work.written = self.desk.store.write(enacting)
                self._writing.append(work)

    def _mail_of(self, work: Work) -> Mail | None:
        """The mail, or None where its worker went down: it is tried again, after the others."""
        try:
            return work.parsed.result()
        except Breach as breach:
            log.warning(
                "a parse child went down", arrival=work.claimed.id, attempt=work.claimed.attempt, why=str(breach)
            )
            if work.claimed.attempt >= ATTEMPTS:
                return read_headers_only(work.claimed.raw, f"its parser went down {ATTEMPTS} times: {breach}")
            self._give_back([work])
            return None

    def _enact(
        self, session: Session, claimed: journal.Claimed, mail: Mail, signed: Signed, studied: judging.Studied
    ) -> None:
        now = clock.now()
        if (until := self._patience.ask_again_at(session, self.desk, claimed, mail, signed, now)) is not None:
            journal.postpone(session, claimed.id, until)
            return
        way = enact.enact(session, self.desk, claimed, mail, now, signed, studied)
        if self.decided is not None:
            self.decided(claimed.id, way)

    def _collect(self, *, wait: bool) -> None:
        done = False
        while self._writing and (wait or (self._writing[0].written is not None and self._writing[0].written.done())):
            work = self._writing.popleft()
            done, wait = True, False
            self._outcome_of(work)
        if done:
            self.left()

    def _outcome_of(self, work: Work) -> None:
        assert work.written is not None
        try:
            work.written.result()
        except StoreFault:
            self._writing.appendleft(work)
            raise
        except Exception:
            log.exception("a mail could not be decided by a bug of ours", arrival=work.claimed.id)
            if work.claimed.attempt >= ATTEMPTS:
                self.desk.store.write(partial(self._give_up, claimed=work.claimed)).result()
            else:
                self._give_back([work])

    def _give_up(self, session: Session, claimed: journal.Claimed) -> None:
        enact.give_up(session, self.desk, claimed, f"deciding it failed {ATTEMPTS} times", clock.now())

    def _give_back(self, works: list[Work], *, begun: bool = True) -> None:
        """Let others be claimed again; what was not even begun is no attempt."""
        ids = [work.claimed.id for work in works]
        if ids:
            self.desk.store.write(partial(journal.release_claims, ids=ids, uncount=not begun)).result()

    def _forget(self) -> None:
        """After a fault nobody knows what was committed: all claims end before the next is made, and they are ours."""
        self._writing.clear()
        self._ahead.clear()
        self._is_unsure = True

    def _drain(self) -> None:
        reach("drain.started")
        try:
            while self._writing:
                self._collect(wait=True)
            self._give_back(list(self._ahead), begun=False)
        except StoreFault as fault:
            log.warning("stopped without giving back what was claimed", why=str(fault))

    def _rest(self, seconds: float) -> None:
        until = clock.monotonic() + seconds
        while not self._stopping.is_set() and (left := until - clock.monotonic()) > 0:
            self.beat("resting after a fault")
            self._stopping.wait(min(left, 5.0))
