"""Delivery reports read: who could not be reached and why; standard fields first (RFC 3464), else words."""

from dataclasses import dataclass, replace

from mail.bounces.address import find_addresses, is_full
from mail.bounces.notice import read_notice
from mail.bounces.plain import Named, describe, find_any, find_named, find_reason, refuses_post
from mail.bounces.senders import DAEMON, POSSIBLE, is_nobodys
from mail.bounces.status import RECIPIENT_LIMIT, REPORT_LIMIT, Recipient, read_status, read_status_text
from mail.bounces.text import DETAILS, addressee, cut_returned, ids_returned, returned_block, senders, written_to
from mail.bounces.words import SAYS_FAILED, SAYS_FINAL, SAYS_LATE, SUBJECT
from mail.model import Bounce, Failure, Mail

_NESTED = 3  # returned mails that are looked into for a report that one mail system passed on for another


@dataclass(frozen=True, slots=True)
class Parts:
    """What the parts of a mail hold of a report."""

    declared: bool  # report-type=delivery-status (RFC 6522 §3)
    strength: int  # how surely no person sent it, as bounce_senders says
    statuses: tuple[bytes, ...] = ()  # message/delivery-status
    returned: tuple[bytes, ...] = ()  # the mail that comes back, or its header


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail tells of delivery: actions as in RFC 3464 §2.3.3, or a complaint; the bounce, where there is one."""

    actions: frozenset[str] = frozenset()
    bounce: Bounce | None = None


@dataclass(frozen=True, slots=True)
class _Words:
    """A report's own words, without the mail that they return."""

    told: str
    returned: tuple[bytes, ...]
    failed_field: list[str]
    own: frozenset[str]


def read_report(mail: Mail, parts: Parts) -> Report:
    """What a mail that may be a report tells of delivery."""
    words = _read_words(mail, parts)
    recipients = [one for data in parts.statuses for one in read_status(data)]
    recipients = recipients or list(read_status_text(words.told))
    if not recipients and (notice := read_notice(mail)):
        recipients = list(notice.recipients)
        if notice.action not in {"failed", "delayed"}:
            return Report(frozenset({notice.action}))
    bounce = _from_fields(recipients, words) if recipients else _from_words(mail, words, parts)
    if bounce is not None:
        ids = ids_returned(parts.returned, mail.text[:REPORT_LIMIT])
        bounce = replace(bounce, recipients=_with_original(bounce.recipients, words), returned_ids=ids)
    return Report(frozenset(one.action for one in recipients), bounce)


def _read_words(mail: Mail, parts: Parts) -> _Words:
    told, rest = cut_returned(mail.text[:REPORT_LIMIT])
    returned = parts.returned or ((returned_block(rest),) if rest else ())
    failed = find_addresses(" ".join(mail.header("X-Failed-Recipients"))[:20_000])
    own = {one.address for one in (*mail.to, *mail.cc)} | ({mail.sender.address} if mail.sender else set())
    return _Words(told, returned, failed, frozenset(own))


def _from_fields(recipients: list[Recipient], words: _Words) -> Bounce | None:
    """The bounce that a standard report tells of; None where nothing failed and nothing is late."""
    failed = [one for one in recipients if one.action == "failed"]
    chosen = failed or [one for one in recipients if one.action == "delayed"]
    if not chosen:
        return None
    reason = next((one.reason for one in chosen if one.reason), "")
    failures = _with_addresses([one.failure for one in chosen], words)
    return Bounce("bounce" if failed else "warning", reason, failures)


def _with_addresses(failures: list[Failure], words: _Words) -> tuple[Failure, ...]:
    """Those whose address could be read; where none could, those whom the words name."""
    usable = [one for one in failures if is_full(one.address)]
    if not usable:
        named = _find_recipients(words)
        usable = [replace(failures[0], address=one.address) for one in named if is_full(one.address)]
    chosen = usable or [one for one in failures if one.address]
    return tuple({one.address: one for one in reversed(chosen)}.values())[::-1]


def _with_original(failures: tuple[Failure, ...], words: _Words) -> tuple[Failure, ...]:
    """A single failure with the address that the returned mail names, where others sent that mail on unsaid."""
    if len(failures) != 1 or failures[0].original:
        return failures
    first = written_to(words.returned)
    return (replace(failures[0], original=first),) if first and first != failures[0].address else failures


def _find_recipients(words: _Words) -> list[Named]:
    if words.failed_field:
        lower = words.told.lower()
        places = sorted((max(lower.find(one), 0), one) for one in words.failed_field[:RECIPIENT_LIMIT])
        return [Named(one, place) for place, one in places]
    named = find_named(words.told, words.own) or find_any(words.told, words.own)
    sole = "" if named else addressee(words.returned)
    return [Named(sole, 0)] if sole and sole not in words.own else named


def _from_words(mail: Mail, words: _Words, parts: Parts) -> Bounce | None:
    """The bounce that a mail system tells of in words of its own; None where a person may have written it.

    Two of three must hold: a subject, words and a returned mail that such reports have; to a daemon's words, naming who
    was not reached is as good as either of the others. Where a person could write from the address, somebody must be
    named, too.
    """
    is_late = bool(SAYS_LATE.search(words.told)) and not SAYS_FINAL.search(words.told)
    says = is_late or bool(SAYS_FAILED.search(words.told))
    names = bool(find_named(words.told, words.own))
    marks = [bool(SUBJECT.match(mail.subject)), says, bool(words.returned or DETAILS.search(words.told))]
    if parts.strength == DAEMON:
        marks.append(says and names)
    sure = parts.declared or bool(words.failed_field) or refuses_post(mail, words.told)
    if not sure and (sum(marks) < 2 or (parts.strength == POSSIBLE and not names)):
        return None
    if inner := _read_nested(words):
        return inner
    named = _find_recipients(words)
    failures = describe(named, words.told, hard=not is_late)
    kind = "warning" if is_late else "bounce" if says or named else "unknown"
    return Bounce(kind, find_reason(words.told, named[0].place if named else 0), failures)


def _read_nested(words: _Words) -> Bounce | None:
    """The report within the mail that comes back, where this one only passes it on and names nobody itself."""
    if words.failed_field or find_named(words.told, words.own):
        return None
    reports = (data[:REPORT_LIMIT] for data in words.returned[:_NESTED] if any(map(is_nobodys, senders(data))))
    for data in reports:
        recipients = read_status_text(data.decode("utf-8", "replace").replace("\r\n", "\n"))
        if recipients and (found := _from_fields(list(recipients), words)):
            return found
    return None
