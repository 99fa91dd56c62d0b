"""What a file is by its first bytes, whatever a sender declares: enough to tell a picture from a program."""

import re

_HEAD = 4096  # bytes that are looked at

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"PK\3\4", "application/zip"),
    (0, b"PK\5\6", "application/zip"),
    (0, b"Rar!\x1a\7", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\0", "application/x-xz"),
    (0, b"MSCF", "application/vnd.ms-cab-compressed"),
    (0x8001, b"CD001", "application/x-iso9660-image"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"\x7fELF", "application/x-elf"),
    (0, b"\xca\xfe\xba\xbe", "application/java-vm"),
    (0, b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"L\0\0\0\1\x14\2\0", "application/x-ms-shortcut"),
    (0, b"#!", "text/x-script"),
    (0, b"\0asm", "application/wasm"),
    (0, b"ID3", "audio/mpeg"),
    (4, b"ftyp", "video/mp4"),
    (0, b"OggS", "audio/ogg"),
    (0, b"\x78\x9f\x3e\x22", "application/ms-tnef"),
)
_PAGE = re.compile(
    rb"(?i)\A(?:\xef\xbb\xbf)?\s{0,200}(?:<!--[^>]{0,400}-->\s{0,80})?<(?:!doctype html|html|script|body|head)\b"
)
_MACHINES = b"PE\0\0"

# What can harm whoever opens it, in the words that an agent reads.
_HARMFUL = {
    "application/x-msdownload": "a Windows program",
    "application/x-elf": "a Linux program",
    "application/x-mach-binary": "a macOS program",
    "application/java-vm": "a Java program",
    "application/x-ms-shortcut": "a Windows shortcut",
    "text/x-script": "a script",
    "text/html": "a web page",
    "application/vnd.ms-cab-compressed": "a Windows cabinet",
    "application/x-iso9660-image": "a disk image",
}
_NAMES_NOTHING = frozenset({"application/octet-stream", "application/x-unknown", "application/unknown", ""})


def find_kind(data: bytes) -> str:
    """The media type that the bytes themselves show; empty where they show none that we know."""
    for place, magic, kind in _MAGIC:
        if data.startswith(magic, place):
            return kind
    if data.startswith(b"MZ") and _is_program(data):
        return "application/x-msdownload"
    return "text/html" if _PAGE.match(data[:_HEAD]) else ""


def _is_program(data: bytes) -> bool:
    """MZ begins many a text; a program of the last thirty years says where its second header stands."""
    place = int.from_bytes(data[60:64], "little")
    return data.startswith(_MACHINES, place) or (len(data) >= 64 and b"\0" in data[2:64])


def find_lie(declared: str, data: bytes) -> str | None:
    """What a file is that claims to be something harmless; None where its declared type can be true."""
    kind = find_kind(data)
    harmful = _HARMFUL.get(kind)
    if harmful is None or declared in _NAMES_NOTHING or _can_be(declared, kind):
        return None
    return harmful


def _can_be(declared: str, kind: str) -> bool:
    family, _, name = declared.partition("/")
    if kind in {"text/html", "text/x-script"}:
        return family in {"text", "message"} or any(
            word in name for word in ("html", "xml", "script", "x-sh", "perl", "python")
        )
    return family == "application" and not any(
        word in name for word in ("pdf", "word", "excel", "office", "zip", "rtf")
    )
