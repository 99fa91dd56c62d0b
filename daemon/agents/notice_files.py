"""What comes along with a notice: the files of the mail at hand, and its text where that is too long to be read."""

from mail.model import Attachment, Mail
from mail.outgoing.body import Enclosure, enclose
from mail.parse import parts_bytes
from templates.wording import TEXT_CHARACTERS, TEXT_LINES

MOST_FILES = 20  # that are named or come along


def choose_files(mail: Mail | None, size: int, room: int) -> tuple[list[Attachment], list[Attachment]]:
    """Those that come along within so many bytes, and those that are named only.

    What was packed in a winmail.dat is no part of its own; a mail (`size` in bytes) of several times the room is not
    taken apart again.
    """
    taken: list[Attachment] = []
    left_out: list[Attachment] = []
    is_small = size <= 3 * room
    for one in mail.attachments[:MOST_FILES] if mail is not None else ():
        if is_small and not one.from_tnef and one.size <= room:
            room -= one.size
            taken.append(one)
        else:
            left_out.append(one)
    return taken, left_out


def enclose_files(raw: bytes, taken: list[Attachment]) -> list[Enclosure]:
    """The chosen files out of the bytes of their mail, which a parse child has read within its limits before."""
    if not taken:
        return []
    found = parts_bytes(raw, {one.part for one in taken})
    return [enclose(one.name, one.type, found[one.part]) for one in taken if one.part in found]


def tell_file(one: Attachment) -> str:
    """A file with its size."""
    kilobytes = -(-one.size // 1000)
    size = f"{kilobytes} kB" if kilobytes < 1000 else f"{one.size / 1_000_000:.1f} MB"
    return f"{one.name} ({size})"


def is_too_long(text: str) -> bool:
    """Whether a notice shows only the beginning of it."""
    return len(text) > TEXT_CHARACTERS or text.count("\n") >= TEXT_LINES


def enclose_text(name: str, text: str) -> list[Enclosure]:
    """The whole text as a file of this name, if there is one."""
    return [enclose(name, "text/plain", text.encode("utf-8", "replace"))] if name else []
