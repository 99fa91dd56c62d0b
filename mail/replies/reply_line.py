"""The line in our notices and mails above which people are asked to write; what is below it is ours."""

import re

from mail.outgoing.marker import is_marker
from mail.replies.reply_words import LANGUAGES
from mail.replies.word_forms import fold, one_of

_RULES = ("--", "##", "==", "**", "__", "~~", "\u2013\u2013", "\u2014\u2014")
_LONGEST = 200  # characters
_ABOVE = re.compile(one_of(words.above for words in LANGUAGES.values()))


def is_reply_line(line: str) -> bool:
    """It is our line, or the like of another helpdesk: "write above this line" with a rule beside it."""
    if is_marker(line):
        return True
    is_ruled = len(line) <= _LONGEST and (line.startswith(_RULES) or line.endswith(_RULES))
    return is_ruled and bool(_ABOVE.search(fold(line)))
