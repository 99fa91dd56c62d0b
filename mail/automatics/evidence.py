"""What the parts of a mail say of who sent it and why."""

import re
from dataclasses import dataclass

from mail.bounce import Report

_METHOD = re.compile(rb"(?im)^METHOD[ \t]*(?:;[^:\r\n]{0,200})?:[ \t]*([A-Za-z]{1,20})[ \t]*\r?$")
_NO_REPORT = Report()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the parts of a mail say of it: types in lower case, methods of invitations in upper case."""

    report_type: str = ""  # of multipart/report (RFC 6522 §3)
    is_report: bool = False  # it is one, whatever its report-type
    types: frozenset[str] = frozenset()
    methods: tuple[str, ...] = ()  # of text/calendar (RFC 5546 §1.4)
    report: Report = _NO_REPORT


def find_method(calendar: bytes) -> str:
    """The METHOD that an iCalendar object carries in its first lines (RFC 5545 §3.7.2), empty where it has none."""
    found = _METHOD.search(calendar[:4096])
    return found[1].decode("ascii").upper() if found else ""
