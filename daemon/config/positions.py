"""Where each key of a TOML document stands: `tomllib` reads values and forgets their lines.

The text has been accepted by `tomllib` before, so nothing is judged here.
"""

import bisect
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

Step = str | int
Place = tuple[Step, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|' + r"'''.*?'{3,5}|" + r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'",
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_SPACE = re.compile(r"[ \t]*")
_SCALAR = re.compile(r"[^,\]}#\n]*")


def lines_of(text: str) -> Mapping[Place, int]:
    """The line, counted from 1, on which each key, table and element of a list stands first."""
    finder = _Finder(text, [match.start() for match in re.finditer("\n", text)])
    finder.read_document()
    return finder.lines


@dataclass(slots=True)
class _Finder:
    text: str
    ends: list[int]
    at: int = 0
    lines: dict[Place, int] = field(default_factory=dict)
    lengths: dict[Place, int] = field(default_factory=dict)  # of arrays of tables, so far

    def read_document(self) -> None:
        table: Place = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            before = self.at
            if self.text.startswith("[", self.at):
                table = self._read_header()
            else:
                self._read_pair(table)
            self._skip(_BLANK)
            if self.at == before:  # not TOML after all
                return

    def _read_header(self) -> Place:
        start = self.at
        is_array = self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        keys = self._read_keys()
        self.at += 2 if is_array else 1
        place: Place = ()
        for number, key in enumerate(keys, start=1):
            place = (*place, key)
            self._note(place, start)
            if is_array and number == len(keys):
                self.lengths[place] = self.lengths.get(place, 0) + 1
            if place in self.lengths:
                place = (*place, self.lengths[place] - 1)
                self._note(place, start)
        return place

    def _read_pair(self, table: Place) -> None:
        place = table
        start = self.at
        for key in self._read_keys():
            place = (*place, key)
            self._note(place, start)
        self.at += 1  # the equals sign
        self._skip(_SPACE)
        self._read_value(place)

    def _read_keys(self) -> list[str]:
        keys = []
        self._skip(_SPACE)
        while True:
            if match := _STRING.match(self.text, self.at):
                keys.append(tomllib.loads(f"key = {match[0]}")["key"])
            elif match := _BARE_KEY.match(self.text, self.at):
                keys.append(match[0])
            else:
                return keys
            self.at = match.end()
            if not (dot := _DOT.match(self.text, self.at)):
                self._skip(_SPACE)
                return keys
            self.at = dot.end()

    def _read_value(self, place: Place) -> None:
        if self.text.startswith("[", self.at):
            self._read_list(place)
        elif self.text.startswith("{", self.at):
            self._read_inline_table(place)
        else:
            self._skip(_STRING) or self._skip(_SCALAR)

    def _read_list(self, place: Place) -> None:
        index = 0
        while self._goes_on("]"):
            self._note((*place, index), self.at)
            self._read_value((*place, index))
            index += 1

    def _read_inline_table(self, place: Place) -> None:
        while self._goes_on("}"):
            self._read_pair(place)

    def _goes_on(self, end: str) -> bool:
        """Step over the opening bracket or a comma; False, and behind the closing bracket, where nothing follows."""
        self._skip(_BLANK)
        self.at += 0 if self.text.startswith(end, self.at) else 1
        self._skip(_BLANK)
        is_over = self.text.startswith(end, self.at) or self.at >= len(self.text)
        self.at += is_over
        return not is_over

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        match = pattern.match(self.text, self.at)
        if match:
            self.at = match.end()
        return bool(match and match[0])

    def _note(self, place: Place, at: int) -> None:
        self.lines.setdefault(place, bisect.bisect_left(self.ends, at) + 1)
