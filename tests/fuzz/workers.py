"""Mutants examined by processes of their own under a parse child's limits; a death is seen and told by its mutant."""

import os
import resource
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.fuzz.mutants import make_mutant
from tests.fuzz.seeds import load_seeds
from tests.fuzz.verdict import Verdict, examine

PER_SEED = 5000  # mutants of one seed
MEMORY = 256 * 1024 * 1024  # bytes that the reading of one mail may take

Judge = Callable[[bytes], Verdict]
Task = tuple[int, int, int]  # seed, first number, and the number behind the last


@dataclass(frozen=True, slots=True)
class Examined:
    """One mutant and what is to be said of it."""

    seed: int
    number: int
    verdict: Verdict


def plan(seed: int, count: int) -> list[Task]:
    """Which numbers of which seeds make up so many mutants, from this seed on."""
    return [(seed + n, 0, min(PER_SEED, count - n * PER_SEED)) for n in range(-(-count // PER_SEED))]


def examine_all(tasks: list[Task], processes: int, judge: Judge = examine) -> Iterator[Examined]:
    """Every mutant of the tasks, as they are done; another judge than ours is for those who test what a death does."""
    waiting = list(reversed(tasks))
    working: dict[Connection, _Worker] = {}
    while waiting or working:
        while waiting and len(working) < processes:
            worker = _Worker.start(waiting.pop(), judge)
            working[worker.pipe] = worker
        for pipe in wait(list(working)):
            assert isinstance(pipe, Connection)
            worker = working[pipe]
            done, is_over = worker.take()
            if done is not None:
                yield done
            if is_over:
                del working[pipe]
                waiting += worker.rest()


class _Worker:
    """One process on one task."""

    def __init__(self, task: Task, process: BaseProcess, pipe: Connection) -> None:
        self.seed, self.next, self.end = task
        self.process, self.pipe = process, pipe

    @classmethod
    def start(cls, task: Task, judge: Judge) -> "_Worker":
        context = get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(theirs, task, judge), daemon=True)
        process.start()
        theirs.close()
        return cls(task, process, ours)

    def take(self) -> tuple[Examined | None, bool]:
        """What was examined next, and whether this process is over; its death is the next mutant's doing."""
        try:
            verdict = self.pipe.recv()
        except EOFError:
            self.process.join()
            self.pipe.close()
            if self.next == self.end:
                return None, True
            verdict = Verdict("exit", f"the process ended with {self.process.exitcode}", 0.0)
            return self._told(verdict), True
        return self._told(verdict), False

    def rest(self) -> list[Task]:
        """What is still to be examined of the task."""
        return [(self.seed, self.next, self.end)] if self.next < self.end else []

    def _told(self, verdict: Verdict) -> Examined:
        self.next += 1
        return Examined(self.seed, self.next - 1, verdict)


def _work(pipe: Connection, task: Task, judge: Judge) -> None:
    seeds = load_seeds()
    seed, first, end = task
    own = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * os.sysconf("SC_PAGESIZE")
    resource.setrlimit(resource.RLIMIT_AS, (own + MEMORY, own + MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number in range(first, end):
        pipe.send(judge(make_mutant(seeds, seed, number)))
    pipe.close()
