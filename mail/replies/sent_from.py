"""The line that mobile mail apps put below what was written: "Sent from my phone", "Get Outlook for iOS"."""

import re

from mail.replies.signature_words import DEVICES, LANGUAGES
from mail.replies.word_forms import fold, forms, one_of

_LONGEST = 160  # characters without links
_LINK = re.compile(r"[<\[(]?\s?(?:https?://|mailto:)[^\s>\])]*[>\])]?")
_DEVICE = re.compile(rf"(?<![a-z])(?:{'|'.join(map(re.escape, forms([DEVICES])))})")  # any ending may follow
_OUTLOOK = re.compile(one_of(words.outlook for words in LANGUAGES.values()))
_ON_DEVICE = re.compile(r"outlook\b.{0,20}\b(?:ios|android|mac|windows|iphone|mobile)\b")
_SENTENCE = re.compile(r"[,;.!?]\s|[.!?]$")
_NEAR, _SHORT, _MOST = 6, 5, 16  # words: up to the device, of a name that we do not know, with an excuse for typos


def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Forms that tell what they are by their beginning alone, and the others."""
    first, other = [], []
    for form in forms(words.sent for words in LANGUAGES.values()):
        before, _, behind = (re.escape(part.strip()).replace(r"\ ", r"\s") for part in form.partition("…"))
        if behind:
            other.append(rf"{before}\s?.{{1,80}}?\s?{behind}")
        else:
            first.append(before + (r"(?!\w)" if before[-1].isascii() and before[-1].isalpha() else ""))
    return re.compile(f"(?:{'|'.join(first)})(.*)"), re.compile(f"(?:{'|'.join(other)})[.。!]?")


_BEGINS, _WHOLE = _patterns()


def is_sent_from(line: str) -> bool:
    """It is such a line; no sentence that only begins like one."""
    if not line or len(line) > 3 * _LONGEST:
        return False
    text = _LINK.sub("", line).strip(" .<>|*_-\u2014")
    folded = fold(text)
    if len(text) > _LONGEST or len(folded) != len(text):
        return False
    if _ON_DEVICE.search(folded) and _OUTLOOK.search(folded):
        return len(text.split()) <= _SHORT + 3
    if (found := _BEGINS.fullmatch(folded)) and not text[0].islower():  # else it goes on with a wrapped sentence
        return _is_device(text[found.start(1) :])
    return bool(_DEVICE.search(folded)) and len(text.split()) <= _MOST and bool(_WHOLE.fullmatch(folded))


def _is_device(text: str) -> bool:
    words = text.split()
    if _DEVICE.search(fold(" ".join(words[:_NEAR]))):
        return len(words) <= _MOST
    is_name = any(word[0].isupper() or word[0].isdigit() for word in words)
    return is_name and len(words) <= _SHORT and not _SENTENCE.search(text)
