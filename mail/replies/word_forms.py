"""Words of many languages made ready to be looked for: their forms, parted by "|", and patterns of them."""

import re
from collections.abc import Iterable

_NO_BLANKS = "\u2e80"  # the scripts from here on put no blanks between words


def forms(written: Iterable[str]) -> tuple[str, ...]:
    """The forms of one subject in all languages, each once, the longest first."""
    found = {form for one in written for form in one.split("|") if form}
    return tuple(sorted(found, key=lambda form: (-len(form), form)))


def fold(text: str) -> str:
    """Lower case and a plain apostrophe, as forms are written; the capital of Turkish i would become two characters."""
    return text.replace("\u0130", "i").replace("\u2019", "'").lower()


def one_of(written: Iterable[str]) -> str:
    """A pattern of all forms, for text in lower case; where a script parts its words, a form is whole words."""
    whole: list[str] = []
    parts: list[str] = []
    for form in forms(written):
        pattern = r"\s{1,3}".join(re.escape(word) for word in form.split(" "))
        (whole if form[-1].isalpha() and form[-1] < _NO_BLANKS else parts).append(pattern)
    return rf"(?:(?<!\w)(?:{'|'.join(whole)})(?!\w)|{'|'.join(parts) or '(?!)'})"
