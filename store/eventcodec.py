"""Events as rows: the name of the class and its fields as JSON, read back as the very same value."""

import json
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import datetime
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

from tickets.events import Event
from tickets.record import FieldChange, Plain

_CLASSES: dict[str, type[Event]] = {kind.__name__: kind for kind in get_args(Event)}


def _readers_of(kind: type[Event]) -> dict[str, Callable[[Any], object]]:
    """How a field that JSON has no word for is read: those of a closed set, moments, lists that do not change."""
    found: dict[str, Callable[[Any], object]] = {}
    for name, hint in get_type_hints(kind).items():
        for one in get_args(hint) or (hint,):
            if isinstance(one, type) and issubclass(one, Enum):
                found[name] = one
            elif one is datetime:
                found[name] = datetime.fromisoformat
        if get_origin(hint) is tuple:
            found[name] = tuple
    return found


_READERS = {name: _readers_of(kind) for name, kind in _CLASSES.items()}
_FIELDS = {name: tuple(field.name for field in fields(kind)) for name, kind in _CLASSES.items()}


def encode(event: Event) -> tuple[str, str]:
    """Kind and payload of an event; the payload is ASCII, whatever a stranger's text holds."""
    kind = type(event).__name__
    return kind, json.dumps({name: getattr(event, name) for name in _FIELDS[kind]}, default=datetime.isoformat)


def encode_changes(changes: Iterable[FieldChange]) -> str | None:
    """The changes as JSON: field → before and after; nothing where nothing changed."""
    pairs = {each.field: (each.before, each.after) for each in changes}
    return json.dumps(pairs) if pairs else None


def decode_changes(written: str | None) -> tuple[FieldChange, ...]:
    """The changes of a row; none where an earlier version wrote it."""
    pairs: dict[str, list[Plain]] = json.loads(written) if written is not None else {}
    return tuple(FieldChange(name, before, after) for name, (before, after) in pairs.items())


def decode(kind: str, payload: str) -> Event:
    """The event of a row, which an earlier version may have written without fields that have a default.

    Raises LookupError for a kind that this version does not know.
    """
    values: dict[str, Any] = json.loads(payload)
    for name, read in _READERS[kind].items():
        if values.get(name) is not None:
            values[name] = read(values[name])
    return _CLASSES[kind](**values)
