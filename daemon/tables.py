"""What verbs print: tables for people, JSON for programs; mail content never reaches a terminal unescaped."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mail.names import one_line

CELL = 80  # characters of one value in a table


def show(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    """The rows as one JSON list, else as a table of these columns; without rows there is no table."""
    if as_json:
        say(rows, "", as_json=True)
        return
    if not rows:
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(row.get(column))) for column in columns))
    _console().print(table)


def say(value: object, words: str, *, as_json: bool) -> None:
    """The value as JSON, else these words, line by line without what could steer a terminal."""
    if as_json:
        sys.stdout.write(json.dumps(value, indent=2 if sys.stdout.isatty() else None) + "\n")
        return
    for line in words.split("\n"):
        sys.stdout.write("".join(char if char.isprintable() else " " for char in line) + "\n")


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value)
    return one_line(text, CELL)


def _console() -> Console:
    """As wide as the terminal; without one, as wide as it takes, so that programs like grep see whole lines."""
    return Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=240)
