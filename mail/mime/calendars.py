"""Invitations, cancellations and answers of calendars made text: what, when, where and who (RFC 5545, RFC 5546).

Shown are events, to-dos and journal entries; a time is shown in the zone in which it was written. Of a series the rule
is shown, not its days.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from mail.charsets import decode
from mail.names import one_line

LIMIT = 64 * 1024  # characters of a mail that the library is given: it takes ten microseconds for each
_BYTES = 4 * 1024 * 1024  # of a calendar with its attachments
_ENTRIES = 10
_PEOPLE = 50
_RAW = 20_000  # characters that are shown of a calendar that cannot be read
_LINE = 500  # characters

_TITLES = {
    "REQUEST": "Invitation",
    "CANCEL": "Cancelled",
    "REPLY": "Answer to an invitation",
    "COUNTER": "Another time proposed",
    "DECLINECOUNTER": "Proposed time declined",
    "ADD": "Added to a series",
    "REFRESH": "Asks for the invitation again",
}
_UNSEEN = re.compile(r"(?im)^(?:x-|attach[:;])[^\n]*(?:\n[ \t][^\n]*)*\n?")  # files, and HTML twins of descriptions
_LAST = "END:VEVENT\n"
_KINDS = frozenset({"VEVENT", "VTODO", "VJOURNAL"})


def read_calendar(data: bytes, charset: str | None, limit: int = LIMIT) -> tuple[str, str | None]:
    """The text of a calendar, and what is wrong with it; one that cannot be read is shown as it stands.

    Of a longer one than `limit`, in characters, the first entries are read.
    """
    text = _UNSEEN.sub("", decode(data[:_BYTES], charset)[0].replace("\r\n", "\n").replace("\r", "\n"))
    is_cut = len(text) > limit
    try:
        entries = list(_read(_cut(text, limit) if is_cut else text))
    except MemoryError:  # no fault of this reader: whoever limits us must learn of it
        raise
    except Exception as fault:  # noqa: BLE001 - the library raises whatever its code runs into, on a damaged calendar
        return _show_raw(text), f"calendar could not be read: {type(fault).__name__}"
    if not entries:
        return _show_raw(text), "calendar without an entry"
    is_cut |= len(entries) > _ENTRIES
    return "\n\n".join(entries[:_ENTRIES]), "calendar with more than is shown" if is_cut else None


def _cut(text: str, limit: int) -> str:
    """The entries for which there is room."""
    head = text[:limit]
    return head[: head.rfind(_LAST) + len(_LAST)] + "END:VCALENDAR\n" if _LAST in head else head


def _show_raw(text: str) -> str:
    return "\n".join(one_line(line, _LINE) for line in text[:_RAW].splitlines()).strip()


def _read(text: str) -> Iterator[str]:
    from icalendar import Calendar  # noqa: PLC0415 - a fifth of a second, which a mail without a calendar does not pay

    for calendar in Calendar.from_ical(text, multiple=True):
        method = str(calendar.get("method", "")).strip().upper()
        for entry in calendar.walk():
            if entry.name in _KINDS:
                yield "\n".join(_describe(entry, method))


def _describe(entry: Any, method: str) -> Iterator[str]:
    status = str(entry.get("status", "")).upper()
    title = "Cancelled" if status == "CANCELLED" else _TITLES.get(method, "Calendar entry")
    yield f"{title}: {_clean(entry.get('summary')) or 'without a title'}"
    for label, value in (
        ("When", _when(entry)),
        ("Repeats", _rule(entry)),
        ("Where", _clean(entry.get("location"))),
        ("Organiser", ", ".join(_people(entry.get("organizer")))),
        ("Attendees", ", ".join(_people(entry.get("attendee")))),
        ("Link", _clean(entry.get("url"))),
    ):
        if value:
            yield f"{label}: {value}"
    for label in ("comment", "description"):
        for words in _values(entry.get(label))[:3]:
            if shown := "\n".join(one_line(line, 2000) for line in str(words).splitlines()).strip():
                yield f"\n{shown}"


def _values(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _clean(value: Any) -> str:
    return next((shown for one in _values(value) if (shown := one_line(str(one), _LINE))), "")


def _rule(entry: Any) -> str:
    rules = _values(entry.get("rrule"))
    return one_line(rules[0].to_ical().decode("utf-8", "replace"), _LINE) if rules else ""


# ---------------------------------------------------------------- when
def _when(entry: Any) -> str:
    start, zone = _moment(entry.get("dtstart"))
    end, _ = _moment(entry.get("dtend") or entry.get("due"))
    if start is None:
        return f"until {_show(end)}" if end is not None else ""
    if end is None and isinstance(length := getattr(entry.get("duration"), "td", None), timedelta):
        end = start + length
    if end is not None and not isinstance(end, datetime):  # the day behind the last (RFC 5545 §3.6.1)
        end -= timedelta(days=1)
    return one_line(_span(start, end) + zone, _LINE)


def _moment(value: Any) -> tuple[date | None, str]:
    """A date or time as written, and its zone in words."""
    found = next(iter(_values(value)), None)
    try:
        moment = found.dt if found is not None else None
    except Exception:  # noqa: BLE001 - a value that is no date raises what the library makes of it; the entry has more to say
        return None, ""
    if not isinstance(moment, datetime):
        return (moment, "") if isinstance(moment, date) else (None, "")
    if moment.tzinfo is None:
        named = str(found.params.get("TZID", "")) if found is not None else ""
        return moment, f" ({named})" if named else " (local time)"
    offset = moment.strftime("%z")
    name = str(found.params.get("TZID", "")) if found is not None else ""
    return moment, f" ({name}, UTC{offset[:3]}:{offset[3:5]})" if name and name != "UTC" else " (UTC)"


def _span(start: date, end: date | None) -> str:
    if end is None or end == start:
        return _show(start)
    if isinstance(start, datetime) and isinstance(end, datetime) and start.date() == end.date():
        return f"{_show(start)} to {end:%H:%M}"
    return f"{_show(start)} to {_show(end)}"


def _show(moment: date | None) -> str:
    if moment is None:
        return ""
    return f"{moment:%a} {moment.isoformat()[:10]}" + (f" {moment:%H:%M}" if isinstance(moment, datetime) else "")


# ---------------------------------------------------------------- who
def _people(value: Any) -> Iterable[str]:
    people = _values(value)
    shown = [_person(one) for one in people[:_PEOPLE]]
    return [*shown, f"and {len(people) - _PEOPLE} more"] if len(people) > _PEOPLE else shown


def _person(value: Any) -> str:
    address = str(value)
    address = address[7:] if address.lower().startswith("mailto:") else address
    parameters = getattr(value, "params", {})
    name, answer = str(parameters.get("CN", "")), str(parameters.get("PARTSTAT", "")).lower()
    said = f" ({answer.replace('-', ' ')})" if answer and answer != "needs-action" else ""
    return one_line(f"{name} <{address}>" if name and name != address else address, 200) + said
