"""Real delivery reports, absences and complaints of eighty mail systems: what of them is known and what mistaken."""

import json
import tarfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from mail.model import Mail
from mail.parse import parse
from tests.servers.lanes import corpus

pytestmark = pytest.mark.corpus

FLOORS = {"bounce": 0.98, "feedback-report": 1.0, "delivered-notice": 1.0, "auto-reply": 1.0}
KINDS = {"bounce": {"bounce", "delay"}, "feedback-report": {"feedback-report"}, "delivered-notice": {"delivered"}}
NOT_A_PERSONS = frozenset({"bounce", "delay", "auto-reply", "receipt", "challenge", "calendar", "delivered"})


def rows() -> Iterator[tuple[dict[str, Any], Mail]]:
    for line in (corpus() / "bounce.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        yield row, parse((corpus() / row["file"]).read_bytes())


def test_each_kind_is_known() -> None:
    known, all_of = Counter[str](), Counter[str]()
    for row, mail in rows():
        wanted = row["expect"].get("class")
        if wanted in FLOORS:
            all_of[wanted] += 1
            found = mail.automatic.kind if mail.automatic else ""
            known[wanted] += found in KINDS.get(wanted, {"auto-reply", "challenge", "receipt", "bulk"})
    assert {wanted: floor for wanted, floor in FLOORS.items() if known[wanted] < floor * all_of[wanted]} == {}


def test_a_report_names_as_many_as_failed() -> None:
    reports = [(row["expect"]["reports"], mail) for row, mail in rows() if row["expect"].get("class") == "bounce"]
    exact = sum(mail.bounce is not None and len(mail.bounce.recipients) == len(wanted) for wanted, mail in reports)
    assert exact >= 0.98 * len(reports)


def test_what_is_no_bounce_is_not_called_one() -> None:
    for row, mail in rows():
        if row["expect"].get("class") in {"feedback-report", "delivered-notice", "auto-reply"}:
            assert mail.bounce is None


def test_nobodys_own_mail_is_taken_for_a_programs() -> None:
    """Ham of a public list of people; a tenth of it, for it is large."""
    taken = []
    with tarfile.open(corpus() / "thread" / "usrp-users.tar.xz") as archive:
        for number, member in enumerate(archive):
            content = archive.extractfile(member) if number % 10 == 0 else None
            if content is not None and (found := parse(content.read()).automatic) and found.kind in NOT_A_PERSONS:
                taken.append((member.name, found))
    assert taken == []
