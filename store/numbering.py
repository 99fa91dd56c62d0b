"""Ticket numbers that are never given twice, not even by a database that was restored from an older backup.

The highest number ever given stands in a file beside the database, written before the number is used. It need not be
synced for each ticket: where a power cut takes the file's last write the ticket is in the database, or nowhere, and the
higher of the two counts.
"""

import os
from collections.abc import Callable
from pathlib import Path

from store.fault import StoreFault

_DIGITS = 20


class Numbers:
    """The high-water mark of one site. Only whoever holds the store's right to write may `take`."""

    def __init__(self, path: Path, first: int) -> None:
        self._path, self._first = path, first
        self._file: int | None = None
        self._highest: int | None = None  # of the database, when it was last asked

    def take(self, highest: Callable[[], int]) -> int:
        """The next number: above `highest` (of the database), above all ever given, at least the site's first one.

        The database is asked once for each connection: whoever holds it is alone, all that come after are given here.

        Raises StoreFault where the file cannot be written, and a permanent one where it does not hold a number.
        """
        try:
            if self._file is None:
                self._file = self._open()
            if self._highest is None:
                self._highest = highest()
            number = max(self._highest, self._given(self._file), self._first - 1) + 1
            os.pwrite(self._file, b"%0*d\n" % (_DIGITS, number), 0)
        except OSError as error:
            raise StoreFault(f"{self._path}: {error.strerror}") from error
        return number

    def doubt(self) -> None:
        """The right to write was lost for a while: ask the database again."""
        self._highest = None

    def close(self) -> None:
        """Close the file."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def _given(self, file: int) -> int:
        text = os.pread(file, _DIGITS, 0)
        if not text.isdigit():
            raise StoreFault(
                f"{self._path} does not hold a number; write the highest ticket number ever given into it",
                permanent=True,
            )
        return int(text)

    def _open(self) -> int:
        if not self._path.exists():
            self._make()
        return os.open(self._path, os.O_RDWR | os.O_CLOEXEC)

    def _make(self) -> None:
        """Complete or not at all: from then on its one block is only written over."""
        new = self._path.with_suffix(".new")
        file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            os.write(file, b"%0*d\n" % (_DIGITS, 0))
            os.fsync(file)
        finally:
            os.close(file)
        new.rename(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
