"""What senders declare as a charset and which codec they mean by it."""

import codecs
import re
from functools import lru_cache

FALLBACK = "cp1252"

# Their programs write the larger set under the smaller one's name, as browsers have long read it.
_MEANT = {
    "iso8859-1": FALLBACK,
    "ascii": FALLBACK,
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "iso2022_jp": "iso2022_jp_ext",
    "iso2022_jp_1": "iso2022_jp_ext",
}
# Names that Python does not know, without the prefix "x-" and with neither underscores nor blanks.
_NAMES = {
    "8859-1": FALLBACK,
    "8859-15": "iso8859-15",
    "ansi": FALLBACK,
    "big5-eten": "big5hkscs",
    "cn-big5": "big5hkscs",
    "cn-gb": "gb18030",
    "cp20127": "ascii",
    "cp20866": "koi8-r",
    "cp20932": "euc_jp",
    "cp21866": "koi8-u",
    "cp28591": FALLBACK,
    "cp28592": "iso8859-2",
    "cp28605": "iso8859-15",
    "cp50220": "iso2022_jp_ext",
    "cp50221": "iso2022_jp_ext",
    "cp50222": "iso2022_jp_ext",
    "cp51932": "euc_jp",
    "cp51949": "cp949",
    "cp52936": "hz",
    "cp54936": "gb18030",
    "cp65000": "utf-7",
    "cp65001": "utf-8",
    "cp936": "gb18030",
    "euc-cn": "gb18030",
    "gb-2312-80": "gb18030",
    "gb2312-80": "gb18030",
    "iso-10646-ucs-2": "utf-16",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "iso-8859-1:1987": FALLBACK,
    "iso-8859-6-e": "iso8859-6",
    "iso-8859-6-i": "iso8859-6",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-8-i": "iso8859-8",
    "koi": "koi8-r",
    "koi8": "koi8-r",
    "koi8-ru": "koi8-u",
    "ks-c-5601-1987": "cp949",
    "ks-c-5601-1989": "cp949",
    "ksc-5601": "cp949",
    "ksc5601": "cp949",
    "latin-1": FALLBACK,
    "logical": "iso8859-8",
    "mac": "mac-roman",
    "mac-ce": "mac-latin2",
    "mac-centraleurroman": "mac-latin2",
    "mac-ukrainian": "mac-cyrillic",
    "ms-ansi": FALLBACK,
    "sjis": "cp932",
    "tis620": "cp874",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "unicode": "utf-16",
    "us": "ascii",
    "us-acsii": "ascii",
    "ucs-2": "utf-16",
    "uft-8": "utf-8",
    "utf": "utf-8",
    "utf-8-mb4": "utf-8",
    "utf-8mb4": "utf-8",
    "utf-8n": "utf-8",
    "utf8-mb4": "utf-8",
    "utf8mb3": "utf-8",
    "utf8mb4": "utf-8",
    "visual": "iso8859-8",
    "windows-31j": "cp932",
}
# Codecs that are no character sets, or take more than linear time.
_REFUSED = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
_WINDOWS = re.compile(r"(?:windows|win|cp|ms|ibm|dos|oem)-?(\d{3,5})(?:[^\d].*)?")


@lru_cache(maxsize=512)
def codec(declared: str) -> str | None:
    """The codec to read a declared charset with; None where nothing of that name is to be used."""
    name = declared.partition("(")[0].strip(" \t\r\n\"'<>;,\\").lower()[:64].replace("_", "-").replace(" ", "-")
    found = next((one for spelling in _spellings(name) if (one := _look_up(spelling))), None)
    return _MEANT.get(found, found) if found else None


def _spellings(name: str) -> list[str]:
    bare = name.removeprefix("x-").removeprefix("x-")
    numbered = _WINDOWS.fullmatch(bare)
    tries = [_NAMES.get(name, name), _NAMES.get(bare, bare)]
    if numbered:
        page = f"cp{numbered[1]}"
        tries.insert(0, _NAMES.get(page, page))
    return tries


def _look_up(name: str) -> str | None:
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        return None
    if found.name.replace("-", "_") in _REFUSED or not found._is_text_encoding:  # noqa: SLF001 - the only word on whether it gives text
        return None
    return found.name
