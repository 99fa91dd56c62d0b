"""Whether an answer only says thank you: such a one asks nothing of anybody, so it opens no closed ticket."""

import re

from mail.replies.thanks_words import FILLING_UNSPACED, LANGUAGES, THANKS_UNSPACED, Thanks
from mail.replies.word_forms import fold, forms

_LONGEST = 300  # characters
_MOST_WORDS = 30
_ASKS = re.compile(r"[?\uff1f\u061f\u037e\d@#]|://")
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_UNSPACED = re.compile("[\u2e80-\u9fff\uac00-\ud7af]")
_PUNCTUATION = re.compile(r"[\W_]+")
_NAME_WORDS = 3


def is_thanks(reply: str, name: str = "") -> bool:
    """It thanks, and all its words are such as thanks are made of; `name` is the sender's, which may stand below.

    In doubt it is not: a question, a figure, a link, one word more that nobody expects.
    """
    if len(reply) > _LONGEST or _ASKS.search(reply):
        return False
    if _UNSPACED.search(reply):
        return _is_unspaced_thanks(fold(reply), fold(name))
    lines = _without_name([line.strip() for line in reply.split("\n") if line.strip()])
    return any(_is_thanks_in(words, list(map(fold, lines)), fold(name)) for words in LANGUAGES.values())


def _is_thanks_in(language: Thanks, lines: list[str], name: str) -> bool:
    lines = [*_without_greeting(lines[:1], language), *lines[1:]]
    words = [word for line in lines for word in _WORD.findall(line)]
    plain = f" {' '.join(words)} "
    if len(words) > _MOST_WORDS or not any(f" {phrase} " in plain for phrase in language.thanks.split("|")):
        return False
    may = {*language.words.split(), *language.thanks.replace("|", " ").split(), *_WORD.findall(name)}
    return may.issuperset(words)


def _without_greeting(lines: list[str], language: Thanks) -> list[str]:
    """The first line without "Hello Ann," at its start."""
    for line in lines:
        for greeting in language.greetings.split("|"):
            if line.startswith(greeting) and not line[len(greeting) : len(greeting) + 1].isalpha():
                called, mark, more = re.split(r"([,!.]|$)", line[len(greeting) :], maxsplit=1)
                if len(called.split()) <= _NAME_WORDS and (mark or not more):
                    return [more]
    return lines


def _without_name(lines: list[str]) -> list[str]:
    """Without a last line that signs: one name below a comma, or behind a dash."""
    if len(lines) < 2 or not (lines[-2].endswith(",") or lines[-1].startswith(("-", "/"))):
        return lines
    last = lines[-1].strip("-/ .")
    return lines[:-1] if _WORD.fullmatch(last) and last[0].isupper() else lines


def _is_unspaced_thanks(text: str, name: str) -> bool:
    has_thanks = False
    for phrase in forms([THANKS_UNSPACED]):
        has_thanks |= phrase in text
        text = text.replace(phrase, " ")
    for phrase in (*forms([FILLING_UNSPACED]), *name.split()):
        text = text.replace(phrase, " ")
    return has_thanks and not _PUNCTUATION.sub("", text)
