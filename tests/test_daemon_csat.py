"""What `helpdeskd csat` counts: asked, answered, the share of the content, by agent, account, mailbox and week."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from daemon.cli import csat, main
from daemon.control import Trouble
from mail.model import Address
from store import persons, surveys, tickets
from store.engine import Session, Store
from tests.office import SUPPORT, Office
from tests.survey_world import open_surveyed
from tickets.model import Status, Ticket

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANNA = Address("Anna", "anna@acme-team.example")


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    return open_surveyed(store, tmp_path)


def put(session: Session, score: int | None, days: int, owner: Address | None, account: str | None) -> None:
    at = MONDAY + timedelta(days=days)
    asked = persons.person(session, Address("", f"c{days}@globex.example"), at)
    ticket = tickets.open_ticket(session, Ticket(0, Status.CLOSED, "s", SUPPORT, at, at, requester=asked, closed_at=at))
    person = persons.person(session, owner, at) if owner is not None else None
    survey = surveys.Survey(ticket.number, asked, at, SUPPORT, owner=person, account=account)
    surveys.ask(session, survey)
    if score is not None:
        surveys.rate(session, survey, score=score, comment="", way="mail", now=at)


ASKED = [
    (5, 0, ANNA, "Globex"),
    (4, 1, ANNA, "Globex"),
    (1, 2, ANNA, None),
    (None, 3, ANNA, None),
    (None, 7, None, "Globex"),
    (3, 8, None, None),
]


def count(office: Office, **request: Any) -> list[dict[str, Any]]:
    for row in ASKED:
        office.write(partial(put, score=row[0], days=row[1], owner=row[2], account=row[3]))
    found: list[dict[str, Any]] = csat.answer(office.desk, request, "ops")
    return found


def test_all_of_them_in_one_line(office: Office) -> None:
    assert count(office) == [
        {"all": "all", "asked": 6, "answered": 4, "rate": 0.6667, "score": 0.5, "mean": 3.25},
    ]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("agent", [("Anna <anna@acme-team.example>", 4, 3, 0.6667), ("nobody", 2, 1, 0.0)]),
        ("account", [("Globex", 3, 2, 1.0), ("nobody", 3, 2, 0.0)]),
        ("mailbox", [(SUPPORT, 6, 4, 0.5)]),
        ("week", [("2026-W10", 4, 3, 0.6667), ("2026-W11", 2, 1, 0.0)]),
    ],
)
def test_one_line_for_each(office: Office, by: str, expected: list[tuple[str, int, int, float]]) -> None:
    assert [(row[by], row["asked"], row["answered"], row["score"]) for row in count(office, by=by)] == expected


def test_only_since_a_day(office: Office) -> None:
    [row] = count(office, since="2026-03-09")
    assert (row["asked"], row["answered"]) == (2, 1)
    [last] = csat.answer(office.desk, {"since": "2026-03-10"}, "ops")
    assert (last["asked"], last["score"], last["mean"]) == (1, 0.0, 3.0)


def test_nobody_asked_is_no_line_and_nobody_answered_no_score(office: Office) -> None:
    assert csat.answer(office.desk, {}, "ops") == []
    office.write(partial(put, score=None, days=0, owner=None, account=None))
    [row] = csat.answer(office.desk, {}, "ops")
    assert (row["rate"], row["score"], row["mean"]) == (0.0, None, None)


def test_a_day_that_is_none_is_refused(office: Office) -> None:
    with pytest.raises(Trouble, match="yesterday is no date"):
        csat.answer(office.desk, {"since": "yesterday"}, "ops")


def test_the_verb_prints_shares_as_percent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSWORD", "x")
    rows = [{"agent": "Anna", "asked": 3, "answered": 2, "rate": 0.6667, "score": 0.5, "mean": 3.5}]
    monkeypatch.setattr("daemon.control.ask", lambda *_: rows)
    monkeypatch.setattr("daemon.config.load", lambda _: None)
    assert main(["--config", str(tmp_path), "csat", "--by", "agent"]) == 0
    assert "67%" in (said := capsys.readouterr().out)
    assert "50%" in said
    rows.clear()
    assert main(["csat"]) == 1
