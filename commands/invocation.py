"""One command as somebody wrote it, and what may be wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command's name without its #, the words behind it, and the `name: value` lines below it."""

    name: str
    args: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    where: str = field(default="", compare=False)  # as a person would look for it: "line 2", "the subject"

    def value(self, name: str) -> str:
        """The line of that name below the command, empty where there is none."""
        return dict(self.fields).get(name, "")


@dataclass(frozen=True, slots=True)
class CommandError:
    """A command that cannot run: what is wrong, where, the word that was probably meant, how it is written."""

    what: str
    where: str = ""
    nearest: str | None = None
    expected: str = ""

    def __str__(self) -> str:
        """All of it in one line."""
        said = f"{self.where}: {self.what}" if self.where else self.what
        said += f"; did you mean {self.nearest}?" if self.nearest is not None else ""
        return f"{said} (write: {self.expected})" if self.expected else said


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like this one; None where none is."""
    found = get_close_matches(word.lower()[:100], sorted(known), n=1, cutoff=0.6)
    return found[0] if found else None
