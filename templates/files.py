"""Which texts there are: ours from the package, and the admin's, which win. All are read once, from disk alone."""

import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

LAYOUT = "layout.html"
OURS = "templates/"
FALLBACK = "en"
FILE_NAME = re.compile(
    r"(?P<name>[a-z][a-z-]*)(?:@(?P<mailbox>[^/\s]+?))?\.(?P<language>[a-z]{2,3}(?:-[a-z0-9]{2,8})*)\.txt"
)
MOST_BYTES = 262_144


@dataclass(frozen=True, slots=True)
class TextFile:
    """One template as it lies on disk; `where` is how a fault names it."""

    where: str
    source: str
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """All texts by file name, the admin's apart from ours, and what could not be read."""

    ours: dict[str, TextFile]
    theirs: dict[str, TextFile]
    faults: tuple[str, ...]


def is_text(name: str) -> bool:
    """The file is one that we read as a text or as the layout around it."""
    return name == LAYOUT or name.endswith(".txt")


def read_shelf(folder: Path | None) -> Shelf:
    """Read all texts of the package and of the admin's folder; what cannot be read is a fault, never an exception."""
    ours = {
        each.name: TextFile(OURS + each.name, each.read_text("utf-8"), is_ours=True)
        for each in files("templates").iterdir()
        if is_text(each.name)
    }
    theirs: dict[str, TextFile] = {}
    faults: list[str] = []
    for path in _listing(folder, faults):
        try:
            theirs[path.name] = TextFile(str(path), _read(path), is_ours=False)
        except (OSError, ValueError) as fault:
            faults.append(f"{path}:1: cannot be read: {_why(fault)}")
    return Shelf(ours, theirs, tuple(faults))


def candidates(shelf: Shelf, name: str, language: str, mailbox: str) -> list[TextFile]:
    """The files that could serve, best first.

    The reader's language comes before English, a mailbox's own text before the general one, the admin's before ours.
    `language` may be anything that a mail declares: it is only looked up, it never becomes a path.
    """
    spoken = language.lower()
    variants = (f"@{mailbox.lower()}", f"@{mailbox.lower().partition('@')[0]}", "")
    wanted = [
        f"{name}{variant}.{tongue}.txt"
        for tongue in dict.fromkeys((spoken, spoken.partition("-")[0], FALLBACK))
        for variant in variants
    ]
    return [folder[each] for each in wanted for folder in (shelf.theirs, shelf.ours) if each in folder]


def language_of(file: TextFile) -> str:
    """The language that a text is written in, as its file name says."""
    return file.where.removesuffix(".txt").rpartition(".")[2]


def _listing(folder: Path | None, faults: list[str]) -> list[Path]:
    if folder is None:
        return []
    try:
        return sorted(path for path in folder.iterdir() if is_text(path.name) and path.is_file())
    except OSError as fault:
        faults.append(f"{folder}: cannot be read: {_why(fault)}")
        return []


def _read(path: Path) -> str:
    with path.open("rb") as file:
        raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise ValueError(f"longer than {MOST_BYTES} bytes")
    return raw.decode("utf-8").replace("\r\n", "\n")


def _why(fault: OSError | ValueError) -> str:
    if isinstance(fault, UnicodeDecodeError):
        return f"byte {fault.start} is no UTF-8"
    return (fault.strerror if isinstance(fault, OSError) else None) or str(fault)
