"""Delivery reports read: who could not be reached and why (RFC 3464), and the plain forms of older mail systems."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from mail.headers import read_block
from mail.ids import read_ids
from mail.model import Bounce, Failure, Mail
from mail.names import one_line

REPORT_LIMIT = 256 * 1024  # bytes of one report that are read
RECIPIENT_LIMIT = 500
_REASON_LIMIT = 255

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'|=]{1,64}@[A-Za-z0-9.-]{1,253}[A-Za-z0-9]")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.:-])([45]\d\d)(?=[ -])")
_DAEMON = re.compile(
    r"(?i)(?:mailer-?daemon|mail-?daemon|postmaster|mmdf|mail-?delivery|mdaemon|maildelivery|bounces?|mailer|no-?reply)[^@]{0,64}@?"
)
_DAEMON_NAME = re.compile(
    r"(?i)mail(?:er)? ?(?:delivery|deliver|daemon|system)|postmaster|delivery (?:subsystem|system)"
)
_SUBJECT = re.compile(
    r"(?i)\s*(?:\[[^\]]{1,60}\]\s*)?(?:undeliver|un-?deliverable|undelivered|unable to deliver|unzustellbar|"
    r"user unknown|returned mail|return(?:ed)? to sender|mail delivery (?:fail|error|problem)|mail system error|"
    r"mail could not be|mail non-remis|mail not delivered|mail status report|email not delivered|"
    r"delivery (?:status notif|fail|report|error|notif|problem|delay)|delivery.{0,30}fail|failure notice|"
    r"failure delivery|failed (?:delivery|mail)|non[- ]?deliver|message delivery fail|could not deliver|"
    r"message (?:status|undeliver|not deliver|refused|delivery)|delayed mail|problem delivering|"
    r"warning: (?:message|could not|e-?mail)|notification: (?:undeliver|delivery)|"
    r"permanent (?:delivery )?fail|dsn:|ndn:|ndr:)"
)
_SAYS_FAILED = re.compile(
    r"(?i)(?:could not|couldn't|can ?not|can't|wasn't able to|was not able to|unable to|failed to|were? not|was not) "
    r"(?:be )?(?:deliver|sen[dt])|undeliverable|delivery (?:to the following|failed|errors?)|user unknown|unknown user|"
    r"mailbox (?:is )?full|permanent(?: fatal)? error|does not exist|no such user|not delivered|failed recipient|"
    r"address(?:es)? (?:had|failed)|returned (?:mail|message|to)"
)
_SAYS_LATE = re.compile(
    r"(?i)(?:has not (?:yet )?been delivered|not yet been delivered|delayed|will (?:continue|keep) (?:to try|trying)|"
    r"still being retried|do not need to resend|no action is required|temporar(?:y|ily) (?:fail|non-fatal)|"
    r"warning message only)"
)
_SAYS_FINAL = re.compile(r"(?i)permanent|given up|giving up|user unknown|could not be delivered|has failed|returned to")
_RETURNED = re.compile(
    r"(?im)^(?:[-=*# ]{0,80}(?:below this line|this is a copy|original message|returned message|unsent message|"
    r"message header|undelivered message|your message follows|message follows|text of (?:the )?message|"
    r"the (?:original )?message (?:header|was)|body of message|headers? of the)|(?:return-path|received): )"
)
_IN_TEXT = re.compile(
    r"(?im)^[ \t>]{0,4}(message-id|references|in-reply-to):([^\n]{1,4000}(?:\n[ \t][^\n]{1,4000}){0,50})"
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """What a report says of one recipient (RFC 3464 §2.3); the action is lower-cased."""

    failure: Failure
    action: str
    reason: str


def read_status(data: bytes) -> tuple[Recipient, ...]:
    """The recipients of a message/delivery-status part; what cannot be read is left out."""
    blocks = re.split(rb"\r?\n(?:[ \t]*\r?\n)+", data[:REPORT_LIMIT].strip())
    found = (_read_recipient(block) for block in blocks[: RECIPIENT_LIMIT + 1])
    return tuple(one for one in found if one is not None)


def _read_recipient(block: bytes) -> Recipient | None:
    fields = {name.lower(): value for name, value in reversed(read_block(block + b"\n").fields)}
    action = _read_action(fields.get("action", ""))
    written = (
        fields.get("final-recipient") or fields.get("original-recipient") or fields.get("x-actual-recipient") or ""
    )
    if not action and not written:
        return None
    said = fields.get("diagnostic-code", "")
    status = next(iter(_STATUS.findall(fields.get("status", ""))), "")
    hard = action == "failed" and not status.startswith("4.")
    address = _read_address(written) or _read_address(fields.get("original-recipient", ""))
    failure = Failure(address, status, next(iter(_CODE.findall(said + " ")), ""), hard)
    return Recipient(failure, action or "failed", _reason(said or fields.get("status", "")))


def _read_action(value: str) -> str:
    """One of RFC 3464 §2.3.3, also where it is written a little otherwise."""
    word = value.strip().lower().partition(" ")[0]
    return "failed" if word.startswith("fail") else "delayed" if word.startswith("delay") else word


def _read_address(value: str) -> str:
    found = _ADDRESS.search(value.rpartition(";")[2][:1000]) or _ADDRESS.search(value[:1000])
    return found[0].lower() if found else ""


def _reason(text: str) -> str:
    return one_line(re.sub(r"(?i)^\s*(?:smtp|x-[a-z0-9-]{1,40})\s*;\s*", "", text[:2000]), _REASON_LIMIT)


def from_status(recipients: tuple[Recipient, ...]) -> Bounce | None:
    """The bounce that a standard report tells of; None where nothing failed and nothing is late."""
    failed = [one for one in recipients if one.action == "failed"]
    late = [one for one in recipients if one.action == "delayed"]
    chosen = failed or late
    if not chosen:
        return None if recipients else Bounce("unknown", "", ())
    reason = next((one.reason for one in chosen if one.reason), "")
    return Bounce(
        "bounce" if failed else "warning", reason, tuple(one.failure for one in chosen if one.failure.address)
    )


def read_plain(mail: Mail, *, returns_mail: bool) -> Bounce | None:
    """The bounce that a mail system tells of in words of its own; None where a person may have written it.

    Two of three must hold beside the sender: a subject, a text and a returned mail that such reports have.
    """
    if not _is_from_daemon(mail):
        return None
    failed_field = " ".join(mail.header("X-Failed-Recipients"))[:20_000]
    report = mail.text[:REPORT_LIMIT]
    told, _, _ = _cut_returned(report)
    marks = (
        bool(_SUBJECT.match(mail.subject)),
        bool(_SAYS_FAILED.search(told) or _SAYS_LATE.search(told)),
        returns_mail or len(told) < len(report) or bool(failed_field),
    )
    needed = 1 if failed_field else 2
    if sum(marks) < needed:
        return None
    is_late = bool(_SAYS_LATE.search(told)) and not _SAYS_FINAL.search(told)
    recipients = _find_recipients(mail, told, failed_field, hard=not is_late)
    kind = "warning" if is_late else "bounce" if marks[1] or recipients else "unknown"
    return Bounce(kind, _find_reason(told), recipients)


def _is_from_daemon(mail: Mail) -> bool:
    """Nobody's own address: the null sender, a mail daemon's, or a name that only mail systems bear."""
    if mail.return_path == "" or mail.sender is None:
        return True
    return bool(_DAEMON.match(mail.sender.address) or _DAEMON_NAME.search(mail.sender.name))


def _cut_returned(text: str) -> tuple[str, str, str]:
    """What the report says, without the mail that it returns."""
    found = _RETURNED.search(text)
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")


def _find_recipients(mail: Mail, told: str, failed_field: str, *, hard: bool) -> tuple[Failure, ...]:
    """Addresses in the report's own words, but for its sender's, its readers' and those of whoever can be asked."""
    left_out = {one.address for one in (*mail.to, *mail.cc)} | ({mail.sender.address} if mail.sender else set())
    found = dict.fromkeys(address.lower() for address in _ADDRESS.findall(failed_field or told[:REPORT_LIMIT]))
    status = next(iter(_STATUS.findall(told)), "")
    code = next(iter(_CODE.findall(told)), "")
    lasting = hard and not status.startswith("4.")
    chosen = (one for one in found if failed_field or (one not in left_out and not _DAEMON.match(one)))
    return tuple(Failure(one, status, code, lasting) for one in list(chosen)[:RECIPIENT_LIMIT])


def _find_reason(told: str) -> str:
    lines = [line.strip() for line in told.split("\n") if line.strip()]
    telling = (line for line in lines if _CODE.search(line + " ") or _STATUS.search(line))
    return _reason(next(telling, "") or next((line for line in lines if _SAYS_FAILED.search(line)), ""))


def with_returned(bounce: Bounce, returned: Iterable[bytes], text: str) -> Bounce:
    """The bounce with the ids of the mail that it returns, attached or in its text; nothing vouches for them."""
    ids: list[str] = []
    for data in returned:
        fields = read_block(data.lstrip(b"\r\n")).fields
        for wanted in ("message-id", "references", "in-reply-to"):
            ids += [one for name, value in fields if name.lower() == wanted for one in read_ids(value)]
    if not ids:
        ids = [one for found in _IN_TEXT.finditer(text[:REPORT_LIMIT]) for one in read_ids(found[2])]
    return replace(bounce, returned_ids=tuple(dict.fromkeys(ids)))
