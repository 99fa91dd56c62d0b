"""Words of a mail made safe to show on one line, and names of attachments made safe for any file system."""

import re
import unicodedata

# C0 and C1 controls, line and paragraph separators, and what turns the direction of the text around.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
_UNSEEN = re.compile(
    "[\xad\u115f\u1160\u180e\u200b\u2060-\u2064\u206a-\u206f\u3164\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]+"
)
_BREAKS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_BLANKS = re.compile(r"\s+")
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|]')
# Letters that look like a divider or a dot, and that some file system or program takes for one.
_LOOKALIKES = str.maketrans(
    dict.fromkeys("\u2044\u2215\u29f8\uff0f\u2216\u29f5\ufe68\uff3c", "_") | dict.fromkeys("\u2024\uff0e\ufe52", ".")
)
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[\d\u00b9\u00b2\u00b3])\s*(?:\.|$)")
_NAME_BYTES = 150
_ENDING_BYTES = 16

_EXTENSIONS = {
    "application/ics": ".ics",
    "application/json": ".json",
    "application/ms-tnef": ".dat",
    "application/msword": ".doc",
    "application/pdf": ".pdf",
    "application/pgp-encrypted": ".asc",
    "application/pgp-keys": ".asc",
    "application/pgp-signature": ".asc",
    "application/pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/rtf": ".rtf",
    "application/x-pkcs7-mime": ".p7m",
    "application/x-pkcs7-signature": ".p7s",
    "application/xml": ".xml",
    "application/zip": ".zip",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "image/bmp": ".bmp",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/rtf": ".rtf",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
}


def one_line(text: str, limit: int) -> str:
    """The text on one line of at most `limit` characters, without control characters and direction overrides."""
    shown = _UNSAFE.sub("", _BREAKS.sub(" ", text[: limit * 8])).strip()
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def safe_name(written: str, part: str, kind: str) -> str:
    """A file name that no file system takes for anything else; made from the part's number where none is written.

    All of its endings stay to be seen: nothing unseen, no run of blanks and no shortening hides the last one.
    """
    name = _UNSAFE.sub("", _UNSEEN.sub("", _BREAKS.sub(" ", written[-2000:])))
    name = unicodedata.normalize("NFC", name).translate(_LOOKALIKES).replace("\\", "/").rstrip("/").rpartition("/")[2]
    name = _tidy(_BLANKS.sub(" ", _NOT_IN_NAMES.sub("_", name)))
    if not name:
        return f"part-{part}{extension(kind)}"
    return _shorten("_" + name if _RESERVED.match(name) else name)


def extension(kind: str) -> str:
    """The usual ending of a file of that type, `.bin` where we know none."""
    if kind.startswith("message/"):
        return ".txt" if kind == "message/delivery-status" else ".eml"
    return _EXTENSIONS.get(kind, ".txt" if kind.startswith("text/") else ".bin")


def _tidy(name: str) -> str:
    """Without what Windows drops from a name's end, and without what a shell takes for an option or hides."""
    return name.lstrip(" .-").rstrip(" .")


def _shorten(name: str) -> str:
    if len(name.encode()) <= _NAME_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending.encode()) > _ENDING_BYTES:
        stem, ending = name, ""
    room = _NAME_BYTES - len(ending.encode()) - 1
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + (dot and ending and "." + ending)
