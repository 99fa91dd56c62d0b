"""Letters that nobody sees, put into words so that no filter knows them."""

import re
from collections.abc import Iterator

from filters import Evidence, Hit, Kind, filter_rule
from filters.seeing.letters import is_western

_LIMIT = 20_000
_LEAST = 3  # places; one or two come with copied text
# Between letters of scripts that never need them: Persian, Hindi and emoji do.
_LETTER = "[A-Za-z\u00c0-\u024f\u0370-\u052f]"
_BETWEEN = re.compile(f"{_LETTER}[\u200b-\u200d\u2060-\u2064\ufeff\u180e]+(?={_LETTER})")
_SHY = re.compile("(?:[A-Za-z]\u00ad){2}[A-Za-z]")  # a soft hyphen behind each letter


@filter_rule("content", Kind("ZERO_WIDTH", 3.0, "words are broken up by letters that nobody sees"))
def zero_width(evidence: Evidence) -> Iterator[Hit]:
    """Unseen letters within words of the subject or the text."""
    text = f"{evidence.mail.subject}\n{evidence.mail.text[:_LIMIT]}"
    if is_western(text) and "\u00ad" not in text:
        return
    places = len(_BETWEEN.findall(text)) + len(_SHY.findall(text))
    if places >= _LEAST:
        yield Hit("ZERO_WIDTH", f"letters that nobody sees break up words in {places} places")
