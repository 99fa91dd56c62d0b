"""What may be shown of foreign text, and how the fields of a context become the variables of a template."""

import re
from dataclasses import fields
from typing import Any

from mail.outgoing.marker import disarm

# Controls, halves of characters, line and paragraph separators, characters that turn the direction of what follows
# (they make one thing look like another), and the two marks that render.py sets around values.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ud800-\udfff]")
REPLY_WORDS = re.compile(r"\A(?:(?:re|aw|antw|sv|fw|fwd|wg)\s?(?:\[\d{1,3}\])?\s?:\s{0,9})+", re.IGNORECASE)
TICKET_TAGS = re.compile(r"\[#\d{1,19}\]")
READ_AT_MOST = 4096
TEXT_CHARACTERS = 12_000  # of what a customer wrote, in a notice
TEXT_LINES = 1_500


def words(meaning: str, limit: int) -> dict[str, object]:
    """Say of a field what it means to whoever writes a template, and at how many characters it is cut."""
    return {"meaning": meaning, "limit": limit}


def one_line(text: str, limit: int) -> str:
    """What may be shown of foreign text: one line without control characters, at most `limit` characters."""
    line = " ".join(UNSEEN.sub(" ", text[:READ_AT_MOST]).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def many_lines(text: str, limit: int) -> str:
    """What may be shown of foreign text, line by line, cut at `limit` characters and at TEXT_LINES lines."""
    lines = text[: limit + 1].splitlines()
    clean = "\n".join(UNSEEN.sub("", line.expandtabs()).rstrip() for line in lines[:TEXT_LINES]).strip("\n")
    return clean if len(text) <= limit and len(lines) <= TEXT_LINES else clean[: limit - 2] + "\n…"


def own_subject(subject: str) -> str:
    """A subject without the reply words before it, and without ticket tags: ours is the only one."""
    line = TICKET_TAGS.sub(" ", UNSEEN.sub(" ", subject[:READ_AT_MOST]))
    return REPLY_WORDS.sub("", " ".join(line.split()))


def meanings(text: Any) -> tuple[tuple[str, str], ...]:
    """The variables of a text with what each means, in order."""
    return tuple((each.name, str(each.metadata["meaning"])) for each in fields(text))


def shown(context: Any) -> dict[str, object]:
    """Each field as one clean line, one of several lines and a tuple line by line; what is no text as it is."""
    values: dict[str, object] = {}
    for each in fields(context):
        value = getattr(context, each.name)
        limit = int(each.metadata.get("limit", 0))
        if isinstance(value, str):
            value = many_lines(value, limit) if each.metadata.get("lines") else one_line(value, limit)
        elif isinstance(value, tuple) and limit:
            value = tuple(one_line(line, limit) for line in value)
        values[each.name] = value
    return values


def disarmed(values: dict[str, object]) -> dict[str, object]:
    """The same values, with nothing in any text of theirs that would pass for a line of ours."""
    return {name: _disarm(value) for name, value in values.items()}


def _disarm(value: object) -> object:
    if isinstance(value, str):
        return disarm(value)
    if isinstance(value, tuple) and all(type(each) is str for each in value):
        return tuple(map(disarm, value))
    return value
