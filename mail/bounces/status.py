"""The fields of standard delivery reports (RFC 3464), also where they stand in the text of a broken one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mail.bounces.address import first_full, read_field_address
from mail.headers import read_block
from mail.model import Failure
from mail.names import one_line

REPORT_LIMIT = 256 * 1024  # bytes of one report that are read
RECIPIENT_LIMIT = 500
REASON_LIMIT = 255

STATUS = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
CODE = re.compile(r"(?<![\d.:=/-])([45]\d\d)(?=[\s:,-]|$)")
_BOTH = re.compile(r"(?<![\d.:=-])([45]\d\d)[ -]{1,3}(?:#|\(#)?([45]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_TYPED = re.compile(r"(?i)^\s*(?:smtp|lmtp|dns|unknown|x-[a-z0-9-]{1,40})\s*;\s*")
_NAMING = ("final-recipient", "original-recipient", "x-actual-recipient")
_STARTING = frozenset({*_NAMING, "action"})
_FIELD_LINE = re.compile(
    r"(?im)^[ \t]{0,8}(?:final-recipient|original-recipient|x-actual-recipient|action|status|diagnostic-code|"
    r"remote-mta|last-attempt-date)[ \t]?:"
)
_NAMING_LINE = re.compile(r"(?im)^[ \t]{0,8}(?:final|original|x-actual)-recipient[ \t]?:")
_BLANK = re.compile(r"\n(?:[ \t]*\n)+")
_BLANK_BYTES = re.compile(rb"\r?\n(?:[ \t]*\r?\n)+")
_SUCCESS = ("deliver", "relay", "expand")


@dataclass(frozen=True, slots=True)
class Recipient:
    """What a report says of one recipient (RFC 3464 §2.3); the action is one of §2.3.3."""

    failure: Failure
    action: str
    reason: str


def read_status(data: bytes) -> tuple[Recipient, ...]:
    """The recipients of a message/delivery-status part; what cannot be read is left out."""
    return _read_blocks(_BLANK_BYTES.split(data[:REPORT_LIMIT].strip()))


def read_status_text(text: str) -> tuple[Recipient, ...]:
    """The recipients of a report whose fields stand in a text, because its parts are not marked as what they are."""
    blocks = (block for block in _BLANK.split(text[:REPORT_LIMIT]) if _NAMING_LINE.search(block))
    return _read_blocks(_fields_of(block) for block in blocks)


def _fields_of(block: str) -> bytes:
    """The block from its first field of a report on, as its header would have been."""
    found = _FIELD_LINE.search(block)
    lines = block[found.start() if found else 0 :].split("\n")
    margin = len(lines[0]) - len(lines[0].lstrip())
    return "\n".join(line[margin:] if not line[:margin].strip() else line for line in lines).encode()


def _read_blocks(blocks: Iterable[bytes]) -> tuple[Recipient, ...]:
    found: list[Recipient] = []
    for block in blocks:
        for fields in _groups(read_block(block + b"\n").fields):
            if (one := _read_recipient(fields)) is not None:
                found.append(one)
            if len(found) == RECIPIENT_LIMIT:
                return tuple(found)
    return tuple(found)


def _groups(fields: Iterable[tuple[str, str]]) -> Iterator[dict[str, str]]:
    """The fields of each recipient, also where no blank line parts one from the next: the first field comes again."""
    group: dict[str, str] = {}
    for name, value in fields:
        lower = name.lower()
        if group and lower in _STARTING and lower == next(iter(group)):
            yield group
            group = {}
        if group or lower not in {"reporting-mta", "arrival-date"}:
            group.setdefault(lower, value)
    yield group


def _read_recipient(fields: dict[str, str]) -> Recipient | None:
    written = [fields[name] for name in _NAMING if fields.get(name)]
    if not written and not fields.get("action"):
        return None
    addresses = [read_field_address(value) for value in written]
    original = read_field_address(fields.get("original-recipient", ""))
    said = fields.get("diagnostic-code", "")
    code, detail = read_codes(said)
    status = _status(next(iter(STATUS.findall(fields.get("status", ""))), ""), detail)
    action = _read_action(fields.get("action", ""), fields.get("status", ""))
    hard = action == "failed" and is_lasting(status, code)
    address = first_full(addresses)
    failure = Failure(address, status, code, hard, original if original != address else "")
    return Recipient(failure, action, reason_of(said or fields.get("status", "")))


def _status(written: str, detail: str) -> str:
    """The report's own status, but for one that says nothing where the other side's answer says more."""
    says_nothing = not written or written.endswith(".0.0")
    return detail if detail and says_nothing and written[:1] in {"", detail[0]} else written


def _read_action(value: str, status: str) -> str:
    """One of RFC 3464 §2.3.3, also where it is missing or is written a little otherwise."""
    word = value.strip().lower()
    if word.startswith("delay"):
        return "delayed"
    if word.startswith(_SUCCESS) or (not word and status.strip().startswith("2.")):
        return next((f"{one}ed" for one in _SUCCESS if word.startswith(one)), "delivered")
    return "failed"


def read_codes(said: str) -> tuple[str, str]:
    """The SMTP reply and the enhanced status (RFC 3463) of an answer, preferably two that stand together."""
    if both := _BOTH.search(said):
        return both[1], both[2]
    return next(iter(CODE.findall(said)), ""), next(iter(STATUS.findall(said)), "")


def is_lasting(status: str, code: str) -> bool:
    """Whether trying again is of no use (RFC 3463 §2), as far as the numbers say."""
    return not (status or code).startswith("4")


def reason_of(said: str) -> str:
    """The words of an answer on one line, without the type before it."""
    return one_line(_TYPED.sub("", said[:2000]), REASON_LIMIT)
