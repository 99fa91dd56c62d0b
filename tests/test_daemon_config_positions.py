"""Where keys stand in a TOML file: every key that `tomllib` reads is found on the line where it was written."""

import json
import tomllib
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.config.positions import Place, lines_of

KEYS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=6) | st.from_regex(
    r"[A-Za-z0-9_-]{1,6}", fullmatch=True
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\n'\"#]},=\\"))
VALUES = st.recursive(
    st.integers() | st.booleans() | st.just(1.5) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=5)


@dataclass
class Writer:
    """Writes a document in one of the many ways that TOML allows, and remembers the line of each key."""

    random: Random
    text: str = ""
    lines: dict[Place, int] = field(default_factory=dict)

    def note(self, place: Place) -> None:
        self.lines.setdefault(place, self.text.count("\n") + 1)

    def chance(self) -> bool:
        return self.random.random() < 0.5

    def key(self, key: str) -> str:
        if key and key.isascii() and key.replace("-", "").replace("_", "").isalnum() and self.chance():
            return key
        return f"'{key}'" if "'" not in key and self.chance() else json.dumps(key, ensure_ascii=False)

    def string(self, value: str) -> str:
        if "\n" not in value and "'" not in value and self.chance():
            return f"'{value}'"
        if self.chance():
            opening = '"""\n' if value.startswith("\n") or self.chance() else '"""'  # its first line end counts not
            return opening + self._escaped(value) + '"""'
        return json.dumps(value, ensure_ascii=False)

    def _escaped(self, value: str) -> str:
        return value.replace("\\", "\\\\").replace('"', self.random.choice(['\\"', "\\u0022"]))

    def blank(self) -> None:
        self.text += self.random.choice(["", " ", "\n", "\n\n", " # a = [\n", "\t"])

    def value(self, place: Place, value: Any) -> None:
        if isinstance(value, str):
            self.text += self.string(value)
        elif isinstance(value, list):
            self.list(place, value)
        elif isinstance(value, dict):
            self.inline(place, value)
        else:
            self.text += json.dumps(value)

    def list(self, place: Place, values: list[Any]) -> None:
        self.text += "["
        self.blank()
        for index, value in enumerate(values):
            self.note((*place, index))
            self.value((*place, index), value)
            self.blank()
            if index < len(values) - 1 or self.chance():
                self.text += ","
                self.blank()
        self.text += "]"

    def inline(self, place: Place, table: dict[str, Any]) -> None:
        self.text += "{"
        for index, (key, value) in enumerate(table.items()):
            self.text += ", " if index else " "
            self.pair(place, key, value)
        self.text += " }"

    def pair(self, place: Place, key: str, value: Any) -> None:
        steps = [key]
        while isinstance(value, dict) and len(value) == 1 and self.chance():  # a.b.c = 1
            [(step, value)] = value.items()
            steps.append(step)
        for end in range(1, len(steps) + 1):
            self.note((*place, *steps[:end]))
        self.text += self.random.choice([".", " . "]).join(map(self.key, steps)) + self.random.choice(["=", " = "])
        self.value((*place, *steps), value)

    def table(self, place: Place, path: tuple[str, ...], table: dict[str, Any]) -> None:
        later = {key for key, value in table.items() if self.is_table(value) and self.chance()}
        for key in table.keys() - later:
            self.pair(place, key, table[key])
            self.text += self.random.choice(["\n", " # x\n", "\r\n"])
        for key in later:
            many = isinstance(table[key], list)
            for index, each in enumerate(table[key] if many else [table[key]]):
                inner = (*place, key, index) if many else (*place, key)
                self.note((*place, key))
                self.note(inner)
                self.header((*path, key), "[[" if many else "[", "]]" if many else "]")
                self.table(inner, (*path, key), each)

    def header(self, path: tuple[str, ...], opening: str, closing: str) -> None:
        self.text += f"{opening} " + ".".join(map(self.key, path)) + f" {closing} # [no]\n"

    def is_table(self, value: Any) -> bool:
        return isinstance(value, dict) or (
            isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)
        )


def places(value: Any, at: Place = ()) -> dict[Place, Any]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found: dict[Place, Any] = {}
    for step, each in inner:
        found |= {(*at, step): each} | places(each, (*at, step))
    return found


@settings(deadline=None)
@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_every_key_is_found_on_the_line_where_it_was_written(document: dict[str, Any], random: Random) -> None:
    writer = Writer(random)
    writer.table((), (), document)
    read = tomllib.loads(writer.text)
    assert read == document
    found = lines_of(writer.text)
    assert dict(found) == writer.lines
    assert found.keys() == places(read).keys()


LINES = ["a = 1", "b.c = [", "1,", "]", "[x]", "[[y]]", "[y.z]", '"q" = """', '"""', "'''", "# c", "d = {e = [1, 2]}"]
PIECES = st.sampled_from(LINES) | st.text(alphabet="[]{}=.,\"'#\\ab1 \r", max_size=5)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=8).map("\n".join))
def test_whatever_tomllib_accepts_every_key_is_found(text: str) -> None:
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert places(read).keys() <= lines_of(text).keys()


@pytest.mark.parametrize(
    ("text", "place", "line"),
    [
        ('a = """\n\\""" [b]\n"""\nb = 1', ("b",), 4),
        ("a = '''\n[c]\n''''\nb = 1", ("b",), 4),
        ("a.b = 1\na.c = 2", ("a", "c"), 2),
        ('[x."y.z"]\nk = 1', ("x", "y.z", "k"), 2),
        ("[[x]]\n[[x.y]]\n[[x.y]]\nk = 1\n[[x]]\n[[x.y]]\nk = 1", ("x", 1, "y", 0, "k"), 7),
        ("[[x]]\n[[x.y]]\n[[x.y]]\nk = 1\n[[x]]\n[[x.y]]\nk = 1", ("x", 0, "y", 1, "k"), 4),
        ("a = [ # ]\n 1,\n [2,\n 3]]", ("a", 1, 1), 4),
        ("a = 1979-05-27 07:32:00 # ,\nb = 1", ("b",), 2),
        ('"\\u0061" = 1', ("a",), 1),
        ("\na = { b = { c = [\n1] } }", ("a", "b", "c", 0), 3),
    ],
)
def test_the_harder_ways_to_write_toml(text: str, place: Place, line: int) -> None:
    tomllib.loads(text)
    assert lines_of(text)[place] == line


def test_a_large_file_is_read_in_linear_time() -> None:
    text = "".join(f'[[agents]]\nname = "{number}"\naddresses = ["a", # "\n"b"]\n' for number in range(20_000))
    assert lines_of(text)["agents", 19_999, "addresses", 1] == 80_000
