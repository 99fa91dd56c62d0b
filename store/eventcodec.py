"""Events as rows: the name of the class and its fields as JSON, read back as the very same value."""

import json
from dataclasses import fields
from enum import Enum
from typing import Any, get_args, get_type_hints

from tickets.events import Event

_CLASSES: dict[str, type[Event]] = {kind.__name__: kind for kind in get_args(Event)}


def _words_of(kind: type[Event]) -> dict[str, type[Enum]]:
    """The fields that hold a word of a closed set, each with that set."""
    found = {}
    for name, hint in get_type_hints(kind).items():
        for one in get_args(hint) or (hint,):
            if isinstance(one, type) and issubclass(one, Enum):
                found[name] = one
    return found


_WORDS = {name: _words_of(kind) for name, kind in _CLASSES.items()}
_FIELDS = {name: tuple(field.name for field in fields(kind)) for name, kind in _CLASSES.items()}


def encode(event: Event) -> tuple[str, str]:
    """Kind and payload of an event; the payload is ASCII, whatever a stranger's text holds."""
    kind = type(event).__name__
    return kind, json.dumps({name: getattr(event, name) for name in _FIELDS[kind]})


def decode(kind: str, payload: str) -> Event:
    """The event of a row. Raises LookupError for a kind that this version does not know."""
    values: dict[str, Any] = json.loads(payload)
    for name, words in _WORDS[kind].items():
        if values[name] is not None:
            values[name] = words(values[name])
    return _CLASSES[kind](**values)
