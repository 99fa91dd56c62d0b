"""Mail is read in children under limits of memory and time, several ahead; one that harms its child harms no other."""

import os
import pickle
import queue
import signal
import socket
import struct
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import cast

from daemon import clock
from daemon.parse_child import MEMORY_EXIT, Answer, serve
from filters.learning.traits import Traits
from mail.model import Mail

_STARTS = 3  # children tried for a mail that was never taken
_PAUSE_SECONDS = 1.0  # before another child is started after one could not be
_END_SECONDS = 2.0


class Breach(Exception):
    """A mail that brought its child down, or of which a child could say nothing; the text says how."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one mail may use in its child."""

    memory: int = 512 * 1024 * 1024  # bytes over what the child has at its start
    cpu: float = 2.0  # seconds
    wall: float = 10.0  # seconds until a child that uses no time is taken for hung
    mails: int = 10_000  # after so many a child is replaced


class Reading(Future[Mail]):
    """A mail that is being read; once it is, `traits` is what the learner looks at."""

    traits: Traits | None = None


@dataclass(frozen=True, slots=True)
class _Job:
    raw: bytes
    future: Reading


class Sandbox:
    """Long-lived parse children, each served by a thread of its own that only waits.

    `target` is what a child runs; another one than the reader of mail is for those who test the limits.
    """

    def __init__(self, workers: int, limits: Limits, target: Callable[[Connection, int, float], None] = serve) -> None:
        self.limits = limits
        self._target = target
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(["daemon.parse_child"])
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._children: set[_Child] = set()
        count = max(1, min(workers, os.cpu_count() or 1))
        self._threads = [threading.Thread(target=self._work, name=f"parse-{n}", daemon=True) for n in range(count)]
        for thread in self._threads:
            thread.start()

    def submit(self, raw: bytes) -> Reading:
        """Have a mail read: the future gives the Mail or raises Breach. Mails are begun in the order given."""
        future = Reading()
        if self._closing.is_set():
            future.cancel()
        else:
            self._jobs.put(_Job(raw, future))
        return future

    def close(self, seconds: float = 5.0) -> None:
        """End all children; what is not begun is cancelled, what is not read in so many seconds is a Breach."""
        self._closing.set()
        until = clock.monotonic() + seconds
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(max(0.0, until - clock.monotonic()))
        for child in list(self._children):
            child.kill()
        for thread in self._threads:
            thread.join(_END_SECONDS)
        while not self._jobs.empty():
            if job := self._jobs.get():
                job.future.cancel()

    def _work(self) -> None:
        child: _Child | None = None
        while (job := self._jobs.get()) is not None:
            if self._closing.is_set():
                job.future.cancel()
            elif job.future.set_running_or_notify_cancel():
                child = self._read(child, job)
        if child is not None:
            self._drop(child)

    def _read(self, child: "_Child | None", job: _Job) -> "_Child | None":
        """Have one mail read, by this child or a new one; gives the child that may read the next."""
        for _ in range(_STARTS):
            child = child or self._start()
            if child is None:
                break
            if child.give(job.raw):
                return self._take_answer(child, job)
            self._drop(child)  # it died idle: the mail is not to blame
            child = None
        job.future.set_exception(Breach("no child would take it"))
        return None

    def _take_answer(self, child: "_Child", job: _Job) -> "_Child | None":
        answer, why = child.take(self.limits)
        if answer is None:
            self._drop(child)
            job.future.set_exception(Breach(why))
            return None
        mail, job.future.traits, fault, grown = answer
        if mail is None:
            job.future.set_exception(Breach(fault))
        else:
            job.future.set_result(mail)
        if grown or child.mails >= self.limits.mails:
            self._drop(child)
            return None
        return child

    def _start(self) -> "_Child | None":
        """A new child; waits while the machine has none to give, until the sandbox is closed."""
        while not self._closing.is_set():
            try:
                child = _Child.start(self._context.Process, self._target, self.limits)
            except (OSError, EOFError):
                clock.sleep(_PAUSE_SECONDS)
            else:
                self._children.add(child)
                return child
        return None

    def _drop(self, child: "_Child") -> None:
        child.end()
        self._children.discard(child)


class _Child:
    """One process and our end of its pipe."""

    def __init__(self, process: ForkServerProcess, pipe: Connection) -> None:
        self.process, self.pipe = process, pipe
        self.mails = 0

    @classmethod
    def start(
        cls, process: type[ForkServerProcess], target: Callable[[Connection, int, float], None], limits: Limits
    ) -> "_Child":
        """Start a process; OSError and EOFError where the machine or the fork server cannot."""
        ours, theirs = get_context("forkserver").Pipe()
        try:
            _limit_sending(ours, limits.wall)
            child = process(target=target, args=(theirs, limits.memory, limits.cpu), name="parse", daemon=True)
            child.start()
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return cls(child, ours)

    def give(self, raw: bytes) -> bool:
        """Hand the bytes over; False where the child is gone or does not take them."""
        try:
            self.pipe.send_bytes(raw)
        except OSError:
            return False
        self.mails += 1
        return True

    def take(self, limits: Limits) -> tuple[Answer | None, str]:
        """The child's answer within the wall limit, else why there is none."""
        try:
            if not self.pipe.poll(limits.wall):
                return None, f"no answer within {limits.wall:g} s"
            return cast(Answer, pickle.loads(self.pipe.recv_bytes())), ""  # noqa: S301 our own child wrote it
        except (EOFError, OSError):
            self.process.join(_END_SECONDS)
            return None, _tell_end(self.process.exitcode, limits)

    def kill(self) -> None:
        """End the process from another thread than the one that waits for it."""
        try:
            self.process.kill()
        except ValueError:  # that thread was quicker
            pass

    def end(self) -> None:
        """Close the pipe and have the process gone."""
        self.pipe.close()
        self.process.kill()
        self.process.join(_END_SECONDS)
        if self.process.exitcode is not None:
            self.process.close()


def _limit_sending(pipe: Connection, seconds: float) -> None:
    """A child that does not read is noticed, too: a write that gets nowhere for so long fails."""
    with socket.socket(fileno=os.dup(pipe.fileno())) as end:
        whole = int(seconds)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", whole, int((seconds - whole) * 1e6)))


def _tell_end(status: int | None, limits: Limits) -> str:
    if status == -signal.SIGPROF:
        return f"more than {limits.cpu:g} s of CPU time"
    if status == MEMORY_EXIT:
        return f"more than {limits.memory // 1024**2} MB of memory"
    if status is not None and status < 0:
        return f"its child was ended by {signal.Signals(-status).name}"
    return f"its child ended with status {status} and said nothing"
