"""Letters of other scripts, or dressed up, that look like those of a word."""

import re
from collections.abc import Iterator

from filters import Evidence, Hit, Kind, filter_rule
from filters.letters import is_western

_LIMIT = 50_000
_LEAST = 2  # words of the text; one comes of a wrong keyboard
_CYRILLIC = "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u0410"
_CYRILLIC += "\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406\u0408\u0405"
_GREEK = "\u03bf\u03b1\u03c1\u03bd\u03b9\u03ba\u03c5\u0391\u0392\u0395\u0396\u0397"
_GREEK += "\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
_ALIKE = f"[{_CYRILLIC}{_GREEK}]"
# Within Latin letters or before them: behind them stand endings, in languages that bend foreign words.
_MIXED = re.compile(f"[A-Za-z]{_ALIKE}{{1,3}}[A-Za-z]{{1,9}}|(?<!\\w){_ALIKE}{{1,2}}[A-Za-z]{{2,9}}")
_ALL_ALIKE = re.compile(f"{_ALIKE}{{3,63}}")
_DRESSED = re.compile("[\U0001d400-\U0001d7ff\uff21-\uff3a\uff41-\uff5a\u24b6-\u24e9\U0001f130-\U0001f169]{3,}")


@filter_rule(
    "content",
    Kind("MIXED_SCRIPTS", 2.0, "Latin words hold letters of other scripts that look the same"),
    Kind("DRESSED_LETTERS", 1.0, "words are written in letters of mathematics or in circles"),
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
