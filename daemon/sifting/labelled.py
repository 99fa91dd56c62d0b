"""Labelled mail: an index with a line for each mail, and the mails in its folder or in a tar there."""

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_KINDS = ("ham", "spam")


class NoIndex(Exception):
    """An index that cannot be read, or that names a mail which is not there; the text says where."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Labelled:
    """One line of an index: whether the mail is spam, and its path as written."""

    spam: bool
    path: str


def read_index(index: Path) -> list[Labelled]:
    """Lines `ham PATH` and `spam PATH`; what stands behind is not looked at. Raises NoIndex, OSError."""
    rows = []
    for number, line in enumerate(index.read_text("utf-8", "replace").splitlines(), 1):
        words = line.split()
        if words and (len(words) < 2 or words[0] not in _KINDS):
            raise NoIndex(f"{index}:{number}: neither `ham PATH` nor `spam PATH`")
        if words:
            rows.append(Labelled(words[0] == "spam", words[1]))
    if not rows:
        raise NoIndex(f"{index}:1: no mail is named")
    return rows


def read_mails(index: Path, rows: list[Labelled]) -> Iterator[bytes]:
    """The bytes of each mail, in the order of the rows. Raises NoIndex for one that is not there, OSError.

    A tar in the order of the index is held in memory mail by mail, one in another order as far as it must be.
    """
    members = _read_tars(index.parent)
    ahead = dict[str, bytes]()
    for row in rows:
        file = index.parent / row.path
        if file.is_file():
            yield file.read_bytes()
            continue
        name = str(PurePosixPath(row.path))
        while name not in ahead:
            found = next(members, None)
            if found is None:
                raise NoIndex(f"{index}: {row.path} lies neither in its folder nor in a tar there")
            ahead[found[0]] = found[1]
        yield ahead.pop(name)


def _read_tars(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.iterdir()):
        if ".tar" not in path.suffixes and path.suffix not in {".tgz", ".txz", ".tbz"}:
            continue
        with tarfile.open(path) as opened:
            for member in opened:
                if member.isfile() and (data := opened.extractfile(member)) is not None:
                    yield str(PurePosixPath(member.name)), data.read()
