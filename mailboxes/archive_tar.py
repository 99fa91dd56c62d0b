"""A tar, plain or compressed, read in the order of its members."""

import lzma
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from mailboxes.archive_mail import Found, Odd, moment, take

_BROKEN = (tarfile.TarError, EOFError, lzma.LZMAError, zlib.error, OSError)


def read_tar(path: Path) -> Iterator[tuple[Found | Odd, int]]:
    """Each member as a mail, with the bytes of the file read so far. A tar that breaks off is odd from there on."""
    with path.open("rb") as file:
        try:
            with tarfile.open(fileobj=file, mode="r|*") as tar:
                for member in tar:
                    if not member.isdir():
                        yield _read_member(tar, member), file.tell()
        except _BROKEN as fault:
            yield Odd(str(path), f"it breaks off here: {fault}"), file.tell()


def _read_member(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Found | Odd:
    content = tar.extractfile(member) if member.isreg() else None
    if content is None:
        return Odd(member.name, "no file")
    return take(content, member.name, member.size, moment(member.mtime))
