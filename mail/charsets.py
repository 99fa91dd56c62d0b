"""Bytes made characters: as declared where that can be true, else UTF-8, else windows-1252."""

import codecs
import re

from mail.charset_names import FALLBACK, codec

# UTF-8, and each byte that cannot be UTF-8 as windows-1252 has it; five bytes mean nothing even there.
_STRAY = {0xDC00 + byte: bytes([byte]).decode(FALLBACK, "replace") for byte in range(0x80, 0x100)}
_TRUE_UTF8 = re.compile("[^\x00-\x7f\udc80-\udcff]")
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_ENOUGH = 3  # letters of East Asia that bytes of another charset do not form as UTF-8 by chance

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WIDE = ("utf-16", "utf-32")
_MULTIBYTE = frozenset({"gb18030", "cp932", "cp949", "big5hkscs", "euc_jp", "euc_jis_2004", "johab"})
_SEVEN_BIT = frozenset(
    {"iso2022_jp_ext", "iso2022_jp_2", "iso2022_jp_3", "iso2022_jp_2004", "iso2022_kr", "hz", "utf-7"}
)
_ANYTHING_IS_UTF8 = frozenset({"cp874"})  # two Thai letters can be one of UTF-8
_DAMAGED = 4  # one foreign character in so many may be unreadable, and the charset is still believed

_JIS = re.compile(rb"\x1b(?:(\$[@B])|\([BJI])([^\x1b]*)")


def decode(data: bytes, declared: str | None) -> tuple[str, str | None]:
    """The text of bytes, and what was wrong with the declared charset, if anything was. NUL is left out."""
    text, fault = _decode(data, declared)
    return text.replace("\0", "").removeprefix("\ufeff"), fault


def _decode(data: bytes, declared: str | None) -> tuple[str, str | None]:
    if (marked := _read_marked(data)) is not None:
        return marked, None
    name = codec(declared) if declared else "utf-8"
    if name is None or not declared:
        return _guess(data, declared)
    if name == FALLBACK and "ascii" in declared.lower():
        return _read_ascii(data, declared)
    if _is_utf8_instead(data, name):
        return data.decode(), f"charset {declared[:64]!r} read as utf-8"
    try:
        return _read_as(data, name), None
    except (UnicodeError, ValueError):
        return _read_damaged(data, declared, name)


def _read_marked(data: bytes) -> str | None:
    """Text that begins with a byte order mark; None for any other."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(name)
            except UnicodeDecodeError:
                return None
    return None


def _is_utf8_instead(data: bytes, name: str) -> bool:
    """The bytes are UTF-8 beyond chance, whatever was declared."""
    if name in _SEVEN_BIT or name in _ANYTHING_IS_UTF8 or name.startswith("utf-8"):
        return False
    is_wide = name.startswith(_WIDE)
    if b"\0" in data if is_wide else data.isascii():
        return False
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return name not in _MULTIBYTE or len(_EAST_ASIAN.findall(text)) >= _ENOUGH


def _read_as(data: bytes, name: str) -> str:
    if name == FALLBACK:
        return data.decode(FALLBACK, "replace")
    if name == "utf-16":  # without a byte order mark: the zeros of plain letters tell the order
        name = "utf-16-be" if data[::2].count(0) > data[1::2].count(0) else "utf-16-le"
    return data.decode(name)


def _read_damaged(data: bytes, declared: str, name: str) -> tuple[str, str | None]:
    """Bytes that are not all of their charset: still of it where most are."""
    if name.startswith("iso2022_jp") and data.isascii():
        return _read_jis(data), f"charset {declared[:64]!r} read with its vendors' characters"
    if not name.startswith("utf-8"):
        text = data.decode(name, "replace")
        foreign = len(text) - len(text.encode("ascii", "ignore"))
        if text.count("\ufffd") * _DAMAGED <= foreign:
            return text, f"charset {declared[:64]!r}: some of it cannot be read"
    return _guess(data, declared)


def _read_ascii(data: bytes, declared: str) -> tuple[str, str | None]:
    text, used = _read_unicode(data)
    if data.isascii():
        return text, None
    return text, f"8-bit text declared as {declared.lower()[:64]}, read as {used}"


def _guess(data: bytes, declared: str | None) -> tuple[str, str | None]:
    text, used = _read_unicode(data)
    if not declared or (data.isascii() and codec(declared) not in {None, "utf-7"}):
        return text, None
    return text, f"charset {declared[:64]!r} read as {used}"


def _read_unicode(data: bytes) -> tuple[str, str]:
    if b"\x1b$" in data and data.isascii():
        return _read_jis(data), "iso-2022-jp"
    text = data.decode("utf-8", "surrogateescape")
    if text.isascii() or not _has_stray(text):
        return text, "utf-8"
    used = "utf-8 and windows-1252" if _TRUE_UTF8.search(text) else "windows-1252"
    return text.translate(_STRAY), used


def _has_stray(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _read_jis(data: bytes) -> str:
    """ISO-2022-JP with what NEC and Microsoft put into it, and with single-byte katakana (RFC 1468 has neither)."""
    start = data.find(b"\x1b")
    out = [data[: max(start, 0)].decode("ascii", "replace")]
    for double, run in _JIS.findall(data, max(start, 0)):
        out.append(_shift(run).decode("cp932", "replace") if double else run.decode("cp932", "replace"))
    return "".join(out)


def _shift(run: bytes) -> bytes:
    """Pairs of JIS X 0208 as Shift_JIS; control characters stand for themselves."""
    out = bytearray()
    place = 0
    while place < len(run):
        first, second = run[place], run[place + 1] if place + 1 < len(run) else 0
        if not (0x21 <= first <= 0x7E and 0x21 <= second <= 0x7E):
            out.append(first)
            place += 1
            continue
        row = (first - 0x21) // 2 + 0x81
        out.append(row if row <= 0x9F else row + 0x40)
        out.append(second + 0x7E if first % 2 == 0 else second + (0x20 if second >= 0x60 else 0x1F))
        place += 2
    return bytes(out)


def decode_raw(data: bytes) -> str:
    """A header field's bytes that nobody encoded: UTF-8, else windows-1252."""
    return _read_unicode(data)[0].replace("\0", "")
