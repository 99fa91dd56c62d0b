"""docs/configuration.md tells of every key, with its type, its default and what it means, in the words of its class."""

import json
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from daemon.config import load
from daemon.config.reading import LISTS, TABLES, channel_kinds, mailbox_kinds
from daemon.config.secret import Secret

DOCS = Path(__file__).parent.parent / "docs" / "configuration.md"
WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false", Path: "path", Secret: "secret"}
BOUNDS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}


def tables() -> dict[str, type[BaseModel]]:
    """Every heading of the manual with the class that it documents."""
    found: dict[str, type[BaseModel]] = {f"[{name}]": section for name, section in TABLES.items()}
    found |= {f"[[{name}]]": section for name, section in LISTS.items()}
    found |= {f'[[mailboxes]] with kind = "{name}"': section for name, section in mailbox_kinds().items()}
    found |= {f'[outgoing] with kind = "{name}"': section for name, section in channel_kinds().items()}
    return found


def rows(section: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """The manual's lines on the keys of one class."""
    for name, field in section.model_fields.items():
        if name == "kind" and "host" in section.model_fields:
            continue  # told with the table itself
        inner = [kind for kind in (field.annotation, *get_args(field.annotation)) if is_table(kind)]
        for table in inner:
            yield from rows(table, f"{prefix}{name}.")
        if not inner:
            yield f"| `{prefix}{name}` | {words(field)} | {default(field)} | {sentence(field)} |"


def is_table(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def words(field: FieldInfo) -> str:
    kind = " or ".join(dict.fromkeys(_words(field.annotation)))
    limits = ((words, getattr(bound, name, None)) for bound in field.metadata for name, words in BOUNDS.items())
    return kind + "".join(f", {words} {limit}" for words, limit in limits if limit is not None)


def _words(kind: Any) -> Iterator[str]:
    origin = get_origin(kind)
    if origin is Literal:
        yield from (f"`{json.dumps(value)}`" for value in get_args(kind))
    elif origin in {Union, types.UnionType}:
        for each in get_args(kind):
            yield from _words(each)
    elif origin is tuple:
        yield "list of " + " or ".join(f"{word}s" for word in _words(get_args(kind)[0]))
    elif origin is dict:
        yield "table of " + " or ".join(f"{word}s" for word in _words(get_args(kind)[1]))
    elif hasattr(kind, "__metadata__"):
        yield from _words(kind.__origin__)
    elif kind is not type(None):
        yield WORDS[kind]


def default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    return "" if field.default in (None, "") else f"`{json.dumps(field.default)}`"


def sentence(field: FieldInfo) -> str:
    text = (field.description or "").replace("|", "\\|")
    return text[:1].upper() + text[1:].removesuffix(".")


@pytest.mark.parametrize("heading", tables())
def test_every_key_is_documented_with_type_default_and_meaning(heading: str) -> None:
    _, _, behind = DOCS.read_text("utf-8").partition(f"\n## `{heading}`\n")
    told = behind.partition("\n## ")[0]
    missing = [row for row in rows(tables()[heading]) if row not in told]
    assert not missing, f"under {heading} belongs:\n" + "\n".join(missing)


@pytest.mark.parametrize("heading", tables())
def test_every_class_of_settings_is_frozen_refuses_what_it_does_not_know_and_says_what_each_key_means(
    heading: str,
) -> None:
    section = tables()[heading]
    assert section.model_config.get("frozen")
    assert section.model_config.get("extra") == "forbid"
    assert all(field.description for field in section.model_fields.values())


@pytest.mark.parametrize("page", ["README.md", "docs/configuration.md"])
def test_the_examples_in_our_pages_are_good(page: str, tmp_path: Path) -> None:
    text = (DOCS.parent.parent / page).read_text("utf-8")
    for number, block in enumerate(text.split("```toml\n")[1:]):
        file = tmp_path / f"{number}.toml"
        file.write_text(block.partition("```")[0], "utf-8")
        assert load(file, {}).mailboxes
