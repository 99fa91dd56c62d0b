"""Who makes progress: every worker gives a sign of life, and systemd is fed only while none is silent too long."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Beat:
    """One worker's signs of life; `allowed` seconds may pass between two of them."""

    allowed: float
    last: float
    doing: str = "starting"


@dataclass(frozen=True, slots=True)
class Silence:
    """A worker that stands still: for how many seconds, and what it was doing."""

    worker: str
    seconds: float
    doing: str


@dataclass(slots=True)
class Watchdog:
    """Collects the signs of life of all workers; safe to be called from any thread."""

    monotonic: Callable[[], float]
    _beats: dict[str, Beat] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def watch(self, worker: str, allowed: float) -> Callable[[str], None]:
        """Expect a sign of `worker` every `allowed` seconds from now on; the result is what it calls."""
        with self._lock:
            self._beats[worker] = Beat(allowed, self.monotonic())

        def beat(doing: str) -> None:
            with self._lock:
                mine = self._beats.get(worker)
                if mine is not None:
                    mine.last, mine.doing = self.monotonic(), doing

        return beat

    def forget(self, worker: str) -> None:
        """Expect nothing of a worker that has ended as it should."""
        with self._lock:
            self._beats.pop(worker, None)

    def silent(self) -> tuple[Silence, ...]:
        """All workers that have been silent for longer than they may."""
        now = self.monotonic()
        with self._lock:
            return tuple(
                Silence(name, now - beat.last, beat.doing)
                for name, beat in sorted(self._beats.items())
                if now - beat.last > beat.allowed
            )

    def status(self) -> dict[str, tuple[float, str]]:
        """Of every worker: seconds since its last sign, and what it was doing."""
        now = self.monotonic()
        with self._lock:
            return {name: (now - beat.last, beat.doing) for name, beat in sorted(self._beats.items())}
