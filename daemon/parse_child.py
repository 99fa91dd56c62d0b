"""The parse child: reads mail after mail from its pipe and answers with what it understood, within limits."""

import ctypes
import os
import pickle
import resource
import signal
from multiprocessing.connection import Connection

from filters.learning.traits import Traits, read_traits
from mail.model import Mail
from mail.parse import parse

MEMORY_EXIT = 70  # exit status of a child that could not even say that its memory was used up
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_GROWN = 128 * 1024  # kB over its size at the start, from which on a child is replaced
_OPEN_FILES = 32

# the mail and what the learner looks at, or why there is none; whether this child wants to be replaced
Answer = tuple[Mail | None, Traits | None, str, bool]


def serve_without_traits(pipe: Connection, memory: int, cpu: float) -> None:
    """As `serve`, for those who do not ask the learner, or read the traits themselves."""
    serve(pipe, memory, cpu, with_traits=False)


def serve(pipe: Connection, memory: int, cpu: float, *, with_traits: bool = True) -> None:
    """Answer mails until the pipe ends. `memory` in bytes over the child's own, `cpu` in seconds a mail."""
    _lower_rights(memory)
    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        while True:
            raw = pipe.recv_bytes()
            # the kernel ends this process when its time is up, whatever code is busy then
            signal.setitimer(signal.ITIMER_PROF, cpu)
            answer = _answer(raw, with_traits=with_traits)
            signal.setitimer(signal.ITIMER_PROF, 0)
            del raw
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start > _GROWN
            pipe.send_bytes(pickle.dumps((*answer, grown), pickle.HIGHEST_PROTOCOL))
    except (EOFError, OSError):  # the parent closed the pipe, or is gone
        return
    except MemoryError:
        os._exit(MEMORY_EXIT)


def _answer(raw: bytes, *, with_traits: bool) -> tuple[Mail | None, Traits | None, str]:
    try:
        mail = parse(raw)
        return mail, read_traits(mail) if with_traits else None, ""
    except MemoryError:
        raise
    except Exception as fault:  # noqa: BLE001 the top of this worker: a bug becomes the mail's breach, not the child's end
        return None, None, f"a fault of ours: {type(fault).__name__}: {fault}"[:500]


def _lower_rights(memory: int) -> None:
    """No files, no children, no secrets of the environment, no signals of the terminal; an end with its parent."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    os.environ.clear()
    os.chdir("/")
    for kind, limit in (
        (resource.RLIMIT_AS, _address_space() + memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):
        _, most = resource.getrlimit(kind)
        most = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(kind, (most, most))


def _address_space() -> int:
    """Bytes of address space that this process has already."""
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 a file of the kernel
        return int(statm.read().split()[0]) * resource.getpagesize()
