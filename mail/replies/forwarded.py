"""Mail that was passed on in the text of another: its sender, subject, date and words."""

import re

from mail.addresses import read_addresses
from mail.model import Address, Forwarded
from mail.names import one_line
from mail.replies.boundaries import Boundary
from mail.replies.page import Page

_FORWARD_SUBJECT = re.compile(
    r"(?i)\s*(?:\[[^\]]{0,50}\]\s*)?(?:fwd?|fw|wg|tr|rv|enc|i|vs|vb|vl|pd|doorst|fs|továbbítás|ilt|iletilen|转发|轉寄|전달|转寄|"
    r"転送|пересл|прил|プレ)\s?(?:\[\d+\])?\s?[:\uff1a]"
)
_REPLY_SUBJECT = re.compile(
    r"(?i)\s*(?:\[[^\]]{0,50}\]\s*)?(?:re|aw|antw|sv|odp|rif|ynt|回复|回覆|답장|返信|отв|на)\s?(?:\[\d+\])?\s?[:\uff1a]"
)
_LINKED = re.compile(r"[\[<(]?mailto:([^\s\]>)]{1,300})[\]>)]?")


def read_forwarded(page: Page, boundary: Boundary, subject: str) -> Forwarded | None:
    """The mail that begins at this boundary, where it was passed on; a header alone could be an answer's, too."""
    if boundary.block is None:
        return None
    is_passed_on = boundary.kind == "forwarded" or _FORWARD_SUBJECT.match(subject)
    if not is_passed_on and (boundary.kind != "original" or _REPLY_SUBJECT.match(subject)):
        return None
    fields = boundary.block.fields
    return Forwarded(
        sender=_author(fields["sender"]),
        subject=one_line(fields.get("subject", "").strip("* "), 255),
        date=one_line(fields.get("date", "").strip("* "), 100) or None,
        text=_words(page.lines[boundary.block.end :]),
    )


def _words(lines: list[str]) -> str:
    """The text, one level of quote marks taken off where all of it has one."""
    if all(line.startswith(">") for line in lines if line.strip()):
        lines = [line[1:].removeprefix(" ") for line in lines]
    return "\n".join(lines).strip("\n").rstrip()


def _author(value: str) -> Address | None:
    value = _LINKED.sub(r" <\1>", value.replace("*", ""))
    found, _ = read_addresses(value, 1)
    return found[0] if found and "@" in found[0].address else None
