"""The line in our notices and mails above which people are asked to write; what is below it is ours."""

import re

from mail.reply_words import LANGUAGES
from mail.word_forms import fold, one_of

_MARK = "-=#=-"
_OURS = re.compile(r"-=#=-.{0,250}-=#=-")
_RULES = ("--", "##", "==", "**", "__", "~~", "\u2013\u2013", "\u2014\u2014")
_LONGEST = 200  # characters
_ABOVE = re.compile(one_of(words.above for words in LANGUAGES.values()))


def reply_line(words: str) -> str:
    """Our line with its words in the reader's language; known again in any other."""
    return f"{_MARK} {' '.join(words.split())[:200]} {_MARK}"


def is_reply_line(line: str) -> bool:
    """It is our line, or the like of another helpdesk: "write above this line" with a rule beside it."""
    if _MARK in line and _OURS.search(line):
        return True
    is_ruled = len(line) <= _LONGEST and (line.startswith(_RULES) or line.endswith(_RULES))
    return is_ruled and bool(_ABOVE.search(fold(line)))
