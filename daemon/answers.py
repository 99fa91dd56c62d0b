"""Values of the rooms as what JSON can say: the answers of verbs, on the socket and for `--json`."""

from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any


def plain(value: object) -> Any:
    """Dataclasses as objects, times in ISO 8601 (UTC), enums by value, sets in order; bytes have no place here."""
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    match value:
        case Enum():
            plainly: Any = value.value
        case datetime():
            plainly = value.isoformat(timespec="seconds")
        case dict():
            plainly = {str(key): plain(each) for key, each in value.items()}
        case set() | frozenset():
            plainly = sorted(plain(each) for each in value)
        case list() | tuple():
            plainly = [plain(each) for each in value]
        case None | bool() | int() | float() | str():
            plainly = value
        case _:
            raise TypeError(f"{type(value).__name__} cannot be an answer")
    return plainly
