"""Notices of what became of a mail that come as JSON in a mail of their own, as Amazon's services send them."""

import json
import re
from dataclasses import dataclass
from typing import cast

from mail.bounces.address import read_field_address
from mail.bounces.status import RECIPIENT_LIMIT, REPORT_LIMIT, Recipient, is_lasting, read_codes, reason_of
from mail.model import Failure, Mail

_SENDERS = re.compile(r"(?i)[^@]{1,200}@(?:[a-z0-9-]{1,63}\.){0,5}(?:amazonaws|amazonses)\.com")
_BROKEN_LINE = re.compile(r"!\r?\n ?")  # where a relay cut a line of more than 998 characters
_DEPTH = 50
_KINDS = {"bounce": "failed", "deliverydelay": "delayed", "delivery": "delivered", "complaint": "complaint"}
_LISTS = {"bounce": "bouncedRecipients", "deliverydelay": "delayedRecipients"}

Object = dict[str, object]


@dataclass(frozen=True, slots=True)
class Notice:
    """What became of a mail: failed, delayed, delivered or complaint; and of whom it is told."""

    action: str
    recipients: tuple[Recipient, ...]


def read_notice(mail: Mail) -> Notice | None:
    """The notice that a mail is; None where it is none or somebody else sent it."""
    text = mail.text[:REPORT_LIMIT].lstrip()
    if not text.startswith("{") or mail.sender is None or not _SENDERS.fullmatch(mail.sender.address):
        return None
    whole = _load(text)
    inner = whole.get("Message")
    notice = _load(inner) if isinstance(inner, str) else whole
    kind = str(notice.get("notificationType") or notice.get("eventType") or "").lower().replace(" ", "")
    if kind not in _KINDS:
        return None
    told = _object(notice.get("bounce" if kind == "bounce" else "deliveryDelay"))
    listed = told.get(_LISTS.get(kind, ""))
    found = [_object(one) for one in listed[:RECIPIENT_LIMIT]] if isinstance(listed, list) else []
    passing = str(told.get("bounceType", "")).lower() == "transient"
    return Notice(_KINDS[kind], tuple(_read(one, _KINDS[kind], passing=passing) for one in found))


def _load(text: str) -> Object:
    """The first object in a text; an empty one where it is damaged or nested as no notice is."""
    joined = _BROKEN_LINE.sub("", text)
    if joined.count("{") > _DEPTH * 20 or joined.count("[") > _DEPTH * 20:
        return {}
    try:
        return _object(json.JSONDecoder(strict=False).raw_decode(joined)[0])
    except ValueError:
        return {}


def _object(value: object) -> Object:
    return cast(Object, value) if isinstance(value, dict) else {}


def _read(one: Object, action: str, *, passing: bool) -> Recipient:
    said = str(one.get("diagnosticCode") or "")
    code, detail = read_codes(said)
    status = str(one.get("status") or detail)[:16]
    hard = action == "failed" and not passing and is_lasting(status, code)
    failure = Failure(read_field_address(str(one.get("emailAddress") or "")), status, code, hard)
    return Recipient(failure, action, reason_of(said))
