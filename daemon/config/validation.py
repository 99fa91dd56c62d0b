"""From pydantic's errors to sentences that say what to write instead; no value of the file is ever repeated."""

import difflib
import json
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from daemon.config.positions import Place, Step
from daemon.config.secret import Surroundings

Tell = Callable[[Place, str], None]
Settings = TypeVar("Settings", bound=BaseModel)

_WANTED = {
    "bool_type": "true or false is wanted",
    "dict_type": "a table is wanted",
    "float_type": "a number is wanted",
    "int_type": "a whole number is wanted",
    "list_type": "a list is wanted, in square brackets",
    "model_type": "a table is wanted",
    "path_type": "a path in quotes is wanted",
    "string_type": "a text in quotes is wanted",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
    "tuple_type": "a list is wanted, in square brackets",
}


def read_table(
    settings: type[Settings],
    table: Mapping[str, object],
    surroundings: Surroundings,
    tell: Tell,
    *,
    also: Collection[str] = (),
) -> Settings | None:
    """The settings in a table as far as they are sound, `tell` is told of the rest; None where too little is sound.

    What stays can be compared with other tables, so that a fault here hides none there. `also` are keys of the same
    table that somebody else reads; they may be what a misspelt key meant.
    """
    sound = dict(table)
    dropped: set[Step] = set()
    while True:
        try:
            return settings.model_validate_json(_as_json(sound), strict=True, context=surroundings)
        except ValidationError as refused:
            told = _sentences(refused, sound, settings, also)
        for where, sentences in told.items():
            if not dropped.intersection(where[:1]):
                tell(where, ", or ".join(dict.fromkeys(sentences)))
        spoiled = {where[0] for where in told if where} & sound.keys()
        if not spoiled:
            return None
        dropped |= spoiled
        sound = {key: value for key, value in sound.items() if key not in spoiled}


def _as_json(table: Mapping[str, object]) -> str:
    """In JSON pydantic is strict as we want it: no number in quotes, and yet a path is a text and a tuple a list."""
    return json.dumps(table, default=lambda _: [[]])  # a date, which fits no setting, as something that fits none


def _sentences(
    refused: ValidationError, table: Mapping[str, object], settings: type[BaseModel], also: Collection[str]
) -> dict[Place, list[str]]:
    told: dict[Place, list[str]] = {}
    for error in refused.errors(include_url=False, include_input=False):
        told.setdefault(_place_of(error, table), []).append(_sentence(error, settings, also))
    return told


def nearest(word: str, known: Collection[str]) -> str:
    """The end of a sentence about an unknown word: the nearest valid one, else all of them."""
    close = difflib.get_close_matches(word.lower(), sorted(known), n=1)
    return f"did you mean {close[0]}?" if close else f"known here: {', '.join(sorted(known))}"


def _place_of(error: ErrorDetails, table: Mapping[str, object]) -> Place:
    """The place in the file: without the branches of unions that pydantic adds, with a key that is missing."""
    here: Any = table
    way: Place = ()
    for step in error["loc"]:
        try:
            here = here[step]
        except (LookupError, TypeError):
            return (*way, step) if error["type"] == "missing" else way
        way = (*way, step)
    first_word = error["msg"].removeprefix("Value error, ").partition(" ")[0]
    return (first_word,) if not way and first_word in table else way


def _sentence(error: ErrorDetails, settings: type[BaseModel], also: Collection[str]) -> str:
    kind, way = error["type"], error["loc"]
    if kind == "extra_forbidden":
        known = {*_keys_at(settings, way[:-1]), *(also if len(way) == 1 else ())}
        return f"unknown key; {nearest(str(way[-1]), known)}"
    if kind == "missing":
        return "is missing"
    if kind == "literal_error":
        return f"{error['ctx']['expected']} is wanted"
    return _WANTED.get(kind) or error["msg"].removeprefix("Value error, ").removeprefix("Input ")


def _keys_at(settings: type[BaseModel], way: tuple[str | int, ...]) -> Collection[str]:
    """The keys of the table that a way leads to, through tables inside tables."""
    for step in way:
        field = settings.model_fields.get(str(step))
        inner = [kind for kind in (field.annotation, *get_args(field.annotation)) if _is_table(kind)] if field else []
        settings = inner[0] if inner else settings
    return settings.model_fields.keys()


def _is_table(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
