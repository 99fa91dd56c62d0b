"""What is wrong with a configuration, each fault with its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault; `path` is the key as the file names it, with lists counted from 1: `mailboxes[2].host`."""

    file: Path
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        """One line as compilers write it: file:line: key: what is wrong."""
        where = f"{self.file}:{self.line}: "
        return f"{where}{self.path}: {self.message}" if self.path else f"{where}{self.message}"


class ConfigFaults(Exception):
    """A configuration that is refused, with all its faults in the order of the file."""

    exit_code = 2

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)
