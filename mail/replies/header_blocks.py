"""A mail's own header as clients write it above what they quote or pass on: From, Sent, To, Subject."""

import re
from dataclasses import dataclass
from functools import lru_cache

from mail.replies.page import Page
from mail.replies.reply_words import LANGUAGES
from mail.replies.word_forms import fold, forms

_MEANINGS = ("sender", "date", "to", "cc", "subject")
_LINES = 40  # of a header with many recipients
_BLANKS = 2  # lines between two fields; paragraphs in HTML
_WRAPPED = {"to": 20, "cc": 20}  # lines; the others are short
_FULL = 55  # characters of a line that is taken to be wrapped
_LONGEST_VALUE = 2000


def _meanings() -> dict[str, str]:
    found: dict[str, str] = {}
    for meaning in _MEANINGS:
        for label in forms(str(getattr(words, meaning)) for words in LANGUAGES.values()):
            found.setdefault(label, meaning)
    return found


_MEANING = _meanings()
_COLON = re.compile("[:\uff1a]")
_INNER = re.compile(r"(?<!\S)([^\W\d_]{1,20}(?: [^\W\d_]{1,20})?) ?\*?[:\uff1a]\*?\s")
_ENOUGH = 3  # fields
_LONGEST_LABEL = 60  # characters
_DRESS = " \t>*|_."


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """Such a header: the line behind it, and what it says; `fields` by meaning (sender, date, to, cc, subject)."""

    end: int
    fields: dict[str, str]


def read_block(page: Page, place: int, *, is_announced: bool = False) -> HeaderBlock | None:
    """The header that begins at this line; one under a ruled line may say less to be believed."""
    first = _read_field(page.bare[place])
    if first is None:
        return None
    end, fields = place + 1, _read_flat(page.bare[place])
    if len(fields) < _ENOUGH:
        end, fields = _read_fields(page, place)
    if "sender" not in fields or len(fields) < (2 if is_announced else _ENOUGH):
        return None
    if not is_announced and not _is_mail(first[0], fields):
        return None
    return HeaderBlock(end, fields)


def _is_mail(first: str, fields: dict[str, str]) -> bool:
    """It is no form or log with a From of its own: it has a subject or addresses."""
    if first not in {"sender", "date"} and len(fields) < 4:
        return False
    return "subject" in fields or any("@" in fields.get(name, "") for name in ("sender", "to"))


@lru_cache(maxsize=256)  # every line that begins like a header has those behind it read again
def _read_field(line: str) -> tuple[str, str] | None:
    """What a line says as a field, by its meaning; emphasis and quote marks do not matter."""
    found = _COLON.search(line, 0, _LONGEST_LABEL)
    if found is None:
        return None
    label = " ".join(fold(line[: found.start()].strip(_DRESS)).split())
    meaning = _MEANING.get(label)
    return (meaning, line[found.end() :].lstrip(_DRESS)) if meaning else None


def _read_flat(line: str) -> dict[str, str]:
    """The fields of a header whose line ends were lost."""
    found = [(one.start(), one.end(), meaning) for one in _INNER.finditer(line) if (meaning := _meaning(one[1]))]
    if len(found) < _ENOUGH:
        return {}
    ends = [*(start for start, _, _ in found[1:]), len(line)]
    fields: dict[str, str] = {}
    for (_, start, meaning), end in zip(found, ends, strict=True):
        fields.setdefault(meaning, line[start:end].strip(_DRESS))
    return fields


def _meaning(label: str) -> str | None:
    """What a label means; the word before it may be the last of the field before."""
    return _MEANING.get(fold(label)) or _MEANING.get(fold(label.rpartition(" ")[2]))


def _read_fields(page: Page, place: int) -> tuple[int, dict[str, str]]:
    """All fields from here on, wrapped ones joined, and the line behind the last."""
    fields: dict[str, str] = {}
    last, wrapped, blanks, end = "", 0, 0, place
    for here in range(place, min(place + _LINES, len(page.bare))):
        line = page.bare[here].lstrip("> ") if page.quoted[here] else page.bare[here]
        if not line:
            blanks += 1
            if blanks > _BLANKS or page.lines[here].strip("> \t"):
                break
            continue
        if field := _read_field(line):
            last, wrapped, blanks, end = field[0], 0, 0, here + 1
            fields.setdefault(*field)
        elif blanks or wrapped >= _WRAPPED.get(last, 2) or (last == "subject" and len(page.bare[here - 1]) < _FULL):
            break
        else:
            wrapped, end = wrapped + 1, here + 1
            fields[last] = f"{fields[last]} {line}"[:_LONGEST_VALUE]
    return end, fields
