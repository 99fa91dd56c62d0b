"""Patterns of RE2: whatever is written in them, they take time that grows with the text alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

LONGEST = 1000  # characters of one pattern
_STEPS = 5000  # of the program that RE2 makes of it


class BadPattern(ValueError):
    """A pattern that RE2 does not understand, or that is too large; the text says why."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern as it was written; it is found anywhere in a text unless it says ^ or $. Raises BadPattern."""

    written: str
    ignores_case: bool = True

    def __post_init__(self) -> None:
        _compile(self.written, ignores_case=self.ignores_case)

    def is_in(self, texts: Iterable[str]) -> bool:
        """Whether one of these texts has it."""
        compiled = _compile(self.written, ignores_case=self.ignores_case)
        return any(compiled.search(_without_halves(text)) is not None for text in texts)


def _without_halves(text: str) -> str:
    """Halves of surrogate pairs are no characters, and RE2 raises for them."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


@lru_cache(maxsize=4096)
def _compile(written: str, *, ignores_case: bool) -> Any:
    if len(written) > LONGEST:
        raise BadPattern(f"it has more than {LONGEST} characters")
    options = re2.Options()
    options.case_sensitive = not ignores_case
    options.log_errors = False
    try:
        compiled = re2.compile(written, options)
    except re2.error as fault:
        told = fault.args[0] if fault.args else "RE2 does not understand it"
        raise BadPattern(told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)) from None
    if compiled.programsize > _STEPS:
        raise BadPattern("its repetitions make it too large")
    return compiled
