"""The mails that are mutated: all of the corpus, the members of its archives too; without it a few of our own."""

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from bench.mix import mails
from daemon.cli.demo.letters import CALLING, CLOSING, MORNING, RATING
from tests.fuzz.letters import LETTERS, PACKED
from tests.servers.lanes import corpus

_TABLES = {".jsonl", ".md", ".xz"}
_LARGEST = 200_000  # bytes of a mail: of larger ones there are no more shapes, only more bytes
_NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Seeds:
    """Mails in groups that are drawn from equally often, however many mails are in each."""

    source: str
    groups: tuple[tuple[bytes, ...], ...]

    @property
    def count(self) -> int:
        """How many mails there are in all groups."""
        return sum(map(len, self.groups))


def load_seeds() -> Seeds:
    """The same mails in the same order each time, so that a mutant's number says which mail it was made of."""
    found = [tuple(group) for group in _corpus(corpus())] if corpus().is_dir() else []
    groups = tuple(group for group in (*found, tuple(_own()), PACKED) if group)
    return Seeds("the corpus and our own mails" if found else "our own mails alone: there is no corpus", groups)


def _own() -> Iterator[bytes]:
    yield from LETTERS
    yield from (letter.raw.encode() for letter in (*MORNING, *CALLING, *CLOSING, RATING))
    yield from (raw for raw in islice(mails(20, now=_NOW), 20) if len(raw) <= _LARGEST)


def _corpus(folder: Path) -> Iterator[list[bytes]]:
    """Files by the folder below the corpus that they lie in, then the members of each archive."""
    files: dict[str, list[bytes]] = {}
    archives = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if path.name.endswith((".tar", ".tar.xz", ".tar.gz")):
            archives.append(path)
        elif path.suffix not in _TABLES and len(path.relative_to(folder).parts) > 1:
            raw = path.read_bytes()
            if len(raw) <= _LARGEST:
                files.setdefault(path.relative_to(folder).parts[0], []).append(raw)
    yield from files.values()
    for archive in archives:
        yield list(_members(archive))


def _members(archive: Path) -> Iterator[bytes]:
    with tarfile.open(archive) as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isfile() and member.size <= _LARGEST else None
            if file is not None:
                yield file.read()
