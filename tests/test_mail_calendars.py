"""Invitations made text: what, when, where and who; one that cannot be read is shown as it stands."""

import pytest

from mail.mime.calendars import read_calendar
from mail.parse import parse

ZONE = """BEGIN:VTIMEZONE
TZID:Our Zone
BEGIN:STANDARD
DTSTART:20001029T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""
EVENT = """SUMMARY:Review\\, monthly
DTSTART;TZID=Our Zone:20260302T100000
DTEND;TZID=Our Zone:20260302T113000
RRULE:FREQ=WEEKLY;COUNT=4
LOCATION:Room Grün
ORGANIZER;CN="Ann Doe":MAILTO:ann@example.com
ATTENDEE;CN=Bob;PARTSTAT=ACCEPTED:mailto:bob@example.org
ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:cy@example.org
DESCRIPTION:first line\\nsecond line
X-ALT-DESC;FMTTYPE=text/html:<p>first
 line</p>
"""


def calendar(event: str = EVENT, method: str = "REQUEST", zone: str = ZONE) -> bytes:
    head = f"BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:{method}\n{zone}"
    return f"{head}BEGIN:VEVENT\n{event}END:VEVENT\nEND:VCALENDAR\n".encode()


def shown(event: str = EVENT, method: str = "REQUEST") -> list[str]:
    return read_calendar(calendar(event, method), "utf-8")[0].split("\n")


def test_an_invitation_tells_what_when_where_and_who() -> None:
    assert shown() == [
        "Invitation: Review, monthly",
        "When: Mon 2026-03-02 10:00 to 11:30 (Our Zone, UTC+01:00)",
        "Repeats: FREQ=WEEKLY;COUNT=4",
        "Where: Room Grün",
        "Organiser: Ann Doe <ann@example.com>",
        "Attendees: Bob <bob@example.org> (accepted), cy@example.org",
        "",
        "first line",
        "second line",
    ]


@pytest.mark.parametrize(
    ("method", "title"),
    [
        ("REPLY", "Answer to an invitation"),
        ("CANCEL", "Cancelled"),
        ("COUNTER", "Another time proposed"),
        ("x", "Calendar entry"),
    ],
)
def test_the_method_says_what_it_is(method: str, title: str) -> None:
    assert shown(method=method)[0] == f"{title}: Review, monthly"


@pytest.mark.parametrize(
    ("times", "when"),
    [
        ("DTSTART;VALUE=DATE:20260302\nDTEND;VALUE=DATE:20260304\n", "Mon 2026-03-02 to Tue 2026-03-03"),
        ("DTSTART;VALUE=DATE:20260302\nDTEND;VALUE=DATE:20260303\n", "Mon 2026-03-02"),
        ("DTSTART:20260302T100000Z\nDURATION:PT90M\n", "Mon 2026-03-02 10:00 to 11:30 (UTC)"),
        ("DTSTART:20260302T100000\n", "Mon 2026-03-02 10:00 (local time)"),
        ("DTSTART:20260302T230000Z\nDTEND:20260303T010000Z\n", "Mon 2026-03-02 23:00 to Tue 2026-03-03 01:00 (UTC)"),
        ("DTSTART;TZID=Nowhere/None:20260302T100000\n", "Mon 2026-03-02 10:00 (Nowhere/None)"),
    ],
)
def test_a_time_is_shown_in_the_zone_in_which_it_was_written(times: str, when: str) -> None:
    assert shown("SUMMARY:x\n" + times)[1] == f"When: {when}"


def test_a_damaged_time_hides_nothing_else() -> None:
    assert shown("SUMMARY:x\nDTSTART:soon\nLOCATION:here\n") == ["Invitation: x", "Where: here"]


def test_what_cannot_be_read_is_shown_as_it_stands_with_a_remark() -> None:
    text, fault = read_calendar(b"BEGIN:VCALENDAR\r\nhalf a line\x1b[31m\r\n", "utf-8")
    assert (text, fault) == ("BEGIN:VCALENDAR\nhalf a line[31m", "calendar could not be read: ValueError")


def test_of_a_year_of_events_the_first_are_shown() -> None:
    year = calendar("SUMMARY:one\n" + "END:VEVENT\nBEGIN:VEVENT\nSUMMARY:more\n" * 5000)
    text, fault = read_calendar(year, "utf-8")
    assert (text.count("Invitation"), fault) == (10, "calendar with more than is shown")


def test_files_within_a_calendar_do_not_count() -> None:
    text, fault = read_calendar(calendar("ATTACH;ENCODING=BASE64:" + "QUJD\n " * 100_000 + "\n" + EVENT), "utf-8")
    assert (text.split("\n")[0], fault) == ("Invitation: Review, monthly", None)


# ---------------------------------------------------------------- in a mail
HEAD = b"From: ann@example.com\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n"
PART = b"--b\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\n\n" + calendar() + b"\n--b--\n"


def test_an_invitation_is_shown_below_the_text_and_attached() -> None:
    mail = parse(HEAD + b"--b\nContent-Type: text/plain\n\nPlease come.\n" + PART)
    assert mail.text.startswith("Please come.\n\nInvitation: Review, monthly\nWhen: ")
    assert mail.reply == "Please come."
    assert [(one.name, one.type) for one in mail.attachments] == [("part-2.ics", "text/calendar")]


def test_an_invitation_alone_is_what_the_mail_says() -> None:
    mail = parse(HEAD + PART)
    assert mail.reply == mail.text
    assert mail.text.startswith("Invitation: Review, monthly")


def test_a_calendar_that_is_a_file_is_not_shown() -> None:
    file = PART.replace(b"charset=utf-8\n", b"charset=utf-8\nContent-Disposition: attachment; filename=a.ics\n")
    mail = parse(HEAD + b"--b\nContent-Type: text/plain\n\nSee file.\n" + file)
    assert (mail.text, [one.name for one in mail.attachments]) == ("See file.", ["a.ics"])
