"""What a learner knows as bytes that a store can keep, and back."""

import sys
import zlib
from array import array

from filters.learning.learner import Learner

# Another version of the tables, or a machine that writes numbers the other way round, is another line here.
_VERSION = f"helpdeskd learner 1 {sys.byteorder}\n".encode()


class UnknownState(Exception):
    """Bytes that this version cannot read; what they held is to be learned again from the stored mail."""


def dump(learner: Learner) -> bytes:
    """All that it knows, packed."""
    return _VERSION + zlib.compress(b"".join(table.tobytes() for table in _tables(learner)), level=1)


def load(state: bytes) -> Learner:
    """A learner that says the same as the one that was dumped. Raises UnknownState."""
    learner = Learner()
    tables = _tables(learner)
    size = sum(len(table) * table.itemsize for table in tables)
    if not state.startswith(_VERSION):
        raise UnknownState("what was learned is of another version")
    unpacking = zlib.decompressobj()
    try:
        data = unpacking.decompress(state[len(_VERSION) :], size + 1)
    except zlib.error as fault:
        raise UnknownState(f"what was learned is damaged: {fault}") from fault
    if len(data) != size or not unpacking.eof:
        raise UnknownState("what was learned is not whole")
    at = 0
    for table in tables:
        length = len(table) * table.itemsize
        table[:] = array(table.typecode, data[at : at + length])
        at += length
    return learner


def _tables(learner: Learner) -> tuple["array[float]", ...]:
    return (
        *(learner.words.weights, learner.words.moved, learner.runs.weights, learner.runs.moved),
        *(learner.counts.spam, learner.counts.ham, learner.counts.mails, learner.senders, learner.known),
    )
