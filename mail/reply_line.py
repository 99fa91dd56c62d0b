"""The line in our notices and mails above which people are asked to write; what is below it is ours."""

import re

from mail.reply_words import LANGUAGES, one_of

_MARK = "-=#=-"
_OURS = re.compile(r"-=#=-.{0,200}-=#=-")
_RULED = re.compile(r"[-#=*_~–—]{2,}.{1,150}|.{1,150}[-#=*_~–—]{2,}")
_ABOVE = re.compile(one_of(words.above for words in LANGUAGES.values()), re.IGNORECASE)


def reply_line(words: str) -> str:
    """Our line with its words in the reader's language; known again in any other."""
    return f"{_MARK} {' '.join(words.split())[:200]} {_MARK}"


def is_reply_line(line: str) -> bool:
    """It is our line, or the like of another helpdesk: "write above this line" with a rule beside it."""
    return bool(_OURS.search(line)) or bool(_RULED.fullmatch(line) and _ABOVE.search(line))
