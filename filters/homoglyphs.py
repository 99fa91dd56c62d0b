"""Letters of other scripts, or dressed up, that look like those of a word."""

import re
from collections.abc import Iterator

from filters import Evidence, Hit, Kind, filter_rule
from filters.seeing.letters import ALIKE, is_western

_LIMIT = 20_000
_LEAST = 2  # words of the text; one comes of a wrong keyboard
_ALIKE = f"[{ALIKE}]"
# Within Latin letters or before them: behind them stand endings, in languages that bend foreign words.
_MIXED = re.compile(f"[A-Za-z]{_ALIKE}{{1,3}}[A-Za-z]{{1,9}}|(?<!\\w){_ALIKE}{{1,2}}[A-Za-z]{{2,9}}")
_ALL_ALIKE = re.compile(f"{_ALIKE}{{3,63}}")
_DRESSED = re.compile("[\U0001d400-\U0001d7ff\uff21-\uff3a\uff41-\uff5a\u24b6-\u24e9\U0001f130-\U0001f169]{3,}")


@filter_rule(
    "content",
    Kind("MIXED_SCRIPTS", 3.0, "Latin words hold letters of other scripts that look the same"),
    Kind("DRESSED_LETTERS", 1.5, "words are written in letters of mathematics or in circles"),
)
def homoglyphs(evidence: Evidence) -> Iterator[Hit]:
    """Look-alikes in the sender's name, the subject or the text."""
    mail = evidence.mail
    title = f"{mail.sender.name if mail.sender else ''}\n{mail.subject}"
    text = mail.text[:_LIMIT]
    if is_western(title) and is_western(text):
        return
    mixed = find_mixed(title)
    many = find_mixed(text)
    if mixed or len(set(many)) >= _LEAST:
        yield Hit("MIXED_SCRIPTS", f"letters of another script stand in for Latin ones: {(mixed + many)[0]!a}")
    if _DRESSED.search(title) or len(_DRESSED.findall(text)) > _LEAST:
        yield Hit("DRESSED_LETTERS", "words are written in letters of mathematics, in wide ones or in circles")


def find_mixed(text: str) -> list[str]:
    """Pieces of words in which letters that only look like Latin ones stand among Latin ones."""
    return _MIXED.findall(text)


def is_disguised(label: str) -> bool:
    """Whether a label of a host is not written in the Latin letters that one reads."""
    return bool(find_mixed(label)) or _ALL_ALIKE.fullmatch(label) is not None
