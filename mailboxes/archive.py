"""Mail that lies in files: an mbox, a Maildir, a folder, a tar. Each is read mail by mail, never as a whole."""

import os
import re
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mailboxes.archive_mail import Found, Odd, is_like_a_mail, moment, read_file
from mailboxes.archive_mbox import read_mbox
from mailboxes.archive_tar import read_tar

_DELIVERED = re.compile(r"(\d{6,11})(?!\d)")  # seconds since 1970, with which the names in a Maildir begin


class NoArchive(Exception):
    """There is nothing at this path that mails could be read from; the text says why."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Archive:
    """What can be read at a path. `read` gives each mail in order, with how much of `total` is done after it."""

    kind: str  # "mbox", "Maildir", "folder", "tar" or "mail"
    total: int  # bytes of one file, else the number of files
    read: Callable[[], Iterator[tuple[Found | Odd, int]]]


def open_archive(path: Path) -> Archive:
    """Find out what lies at this path. Raises NoArchive, or OSError where it cannot be looked at."""
    if path.is_dir():
        return _open_folder(path)
    size = path.stat().st_size
    if not path.is_file():
        raise NoArchive(f"{path}: neither a file nor a folder")
    with path.open("rb") as file:
        start = file.read(256)
    if start.startswith(b"From ") or not start:
        return Archive("mbox", size, lambda: read_mbox(path))
    if tarfile.is_tarfile(path):
        return Archive("tar", size, lambda: read_tar(path))
    if is_like_a_mail(start):
        return Archive("mail", 1, lambda: iter([(read_file(path, str(path)), 1)]))
    raise NoArchive(f"{path}:1: neither an mbox, whose first line begins with 'From ', nor a tar, nor a mail")


def _open_folder(path: Path) -> Archive:
    if not any((path / part).is_dir() for part in ("cur", "new")):
        names = sorted(os.listdir(path))  # noqa: PTH208 a million names weigh less than a million paths
        return Archive("folder", len(names), lambda: _read_all(path, names))
    mails = [f"{part}/{name}" for part in ("new", "cur") if (path / part).is_dir() for name in os.listdir(path / part)]  # noqa: PTH208 as above
    mails.sort(key=_when_delivered)
    return Archive("Maildir", len(mails), lambda: _read_all(path, mails, in_maildir=True))


def _when_delivered(name: str) -> tuple[int, str]:
    base = name.rpartition("/")[2]
    written = _DELIVERED.match(base)
    return (int(written[1]) if written else 0, base)


def _read_all(folder: Path, names: list[str], *, in_maildir: bool = False) -> Iterator[tuple[Found | Odd, int]]:
    for done, name in enumerate(names, 1):
        delivered_at = moment(_when_delivered(name)[0]) if in_maildir else None
        yield read_file(folder / name, str(folder / name), delivered_at, sure=in_maildir), done
