"""Letters that look like others, letters that nobody sees, and the text as a person reads it."""

import re
import unicodedata

# Cyrillic and Greek letters that look like Latin ones, and which.
ALIKE = (
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u0410\u0412"
    "\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406\u0408\u0405\u03bf\u03b1"
    "\u03c1\u03bd\u03b9\u03ba\u03c5\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d"
    "\u039f\u03a1\u03a4\u03a5\u03a7"
)
_LATIN = "aeopcyxijsdhABEKMHOPCTXIJSoapvikuABEZHIKMNOPTYX"
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060-\u2064\ufeff]+")
_UNMASKED = dict(zip(map(ord, ALIKE), _LATIN, strict=True))
_WORD = re.compile(r"\w{2,60}")
_PLAIN = re.compile("[A-Za-z]")


def is_western(text: str) -> bool:
    """All of it lies in Latin-1: no other script, nothing unseen but the soft hyphen. Fast, as most texts are."""
    if text.isascii():
        return True
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def as_read(text: str) -> str:
    """The text as a person reads it: nothing unseen, plain letters for dressed ones, Latin ones in Latin words."""
    if text.isascii():
        return text
    if is_western(text):
        return text.replace("\u00ad", "")
    return _WORD.sub(_unmask, unicodedata.normalize("NFKC", _UNSEEN.sub("", text)))


def _unmask(word: re.Match[str]) -> str:
    return word[0].translate(_UNMASKED) if _PLAIN.search(word[0]) else word[0]
