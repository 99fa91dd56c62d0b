"""Many mails read in the children, some ahead of whoever looks at them, in the order in which they were given."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from typing import TypeVar

from daemon.parse_child import serve_without_traits
from daemon.sandbox import Breach, Limits, Sandbox
from mail.model import Mail
from mail.parse import read_headers_only

_AHEAD = 400  # mails
_BYTES_AHEAD = 64 * 1024 * 1024
_Mark = TypeVar("_Mark")


def read_ahead(mails: Iterable[tuple[_Mark, bytes]], workers: int = 2) -> Iterator[tuple[_Mark, Mail]]:
    """Each mail as the daemon reads it, with its mark; one that brings its child down as far as its header says."""
    sandbox = Sandbox(workers, Limits(), target=serve_without_traits)
    ahead = deque[tuple[_Mark, bytes, Future[Mail]]]()
    held = 0
    try:
        for mark, raw in mails:
            ahead.append((mark, raw, sandbox.submit(raw)))
            held += len(raw)
            while len(ahead) > _AHEAD or held > _BYTES_AHEAD:
                first = ahead.popleft()
                held -= len(first[1])
                yield first[0], _take(*first[1:])
        yield from ((mark, _take(raw, reading)) for mark, raw, reading in ahead)
    finally:
        sandbox.close()


def _take(raw: bytes, reading: Future[Mail]) -> Mail:
    try:
        return reading.result()
    except Breach as breach:
        return read_headers_only(raw, f"its reader went down: {breach}")
