"""Words of a mail made safe to show on one line, and names of attachments made safe for any file system."""

import re
import unicodedata

# C0 and C1 controls, line and paragraph separators, and what turns the direction of the text around.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
_BREAKS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|]')
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")
_NAME_BYTES = 150

_EXTENSIONS = {
    "application/ics": ".ics",
    "application/json": ".json",
    "application/ms-tnef": ".dat",
    "application/msword": ".doc",
    "application/pdf": ".pdf",
    "application/pgp-signature": ".asc",
    "application/pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/zip": ".zip",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/vcard": ".vcf",
}


def one_line(text: str, limit: int) -> str:
    """The text on one line of at most `limit` characters, without control characters and direction overrides."""
    shown = _UNSAFE.sub("", _BREAKS.sub(" ", text[: limit * 8])).strip()
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def safe_name(written: str, part: str, kind: str) -> str:
    """A file name that no file system takes for anything else; made from the part's number where none is written."""
    name = unicodedata.normalize("NFC", _UNSAFE.sub("", _BREAKS.sub(" ", written[-2000:])))
    name = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    name = _NOT_IN_NAMES.sub("_", name).strip(" .")
    if not name:
        return f"part-{part}{extension(kind)}"
    if _RESERVED.match(name):
        name = "_" + name
    return _shorten(name)


def extension(kind: str) -> str:
    """The usual ending of a file of that type, `.bin` where we know none."""
    if kind.startswith("message/"):
        return ".txt" if kind == "message/delivery-status" else ".eml"
    return _EXTENSIONS.get(kind, ".txt" if kind.startswith("text/") else ".bin")


def _shorten(name: str) -> str:
    if len(name.encode()) <= _NAME_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending.encode()) > 16:
        stem, ending = name, ""
    room = _NAME_BYTES - len(ending.encode()) - 1
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + (dot and ending and "." + ending)
