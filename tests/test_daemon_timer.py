"""The clock and a customer who does not answer: each step once, whatever was killed when, and nothing in a burst."""

import email
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage, Message
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from daemon.cli import show
from daemon.due import reminding, rescheduling
from daemon.due.stepping import Stumbled
from mail.model import Address
from store import history, imports, ledger, outbox, persons, sites, steps, tickets
from store.engine import Session, Store
from tests.agents_mail import CE, CUSTOMER, answer, first_notice, ticket
from tests.notice_team import ANNA, again, open_team, text_of, words_of
from tests.office import NOW, Office, write
from tickets.events import Event, NotNudged, Nudged, NudgesUnanswered, StaysPending, StillPending, SurveyDue
from tickets.model import Resolution, Rung, Status, Ticket

OPS = "ops@elsewhere.example"
TABLE = "[schedule]\nsurvey_hours = 0\n"


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    return open_team(store, tmp_path, more=TABLE)


@pytest.fixture(autouse=True)
def books_add_up(store: Store) -> Iterator[None]:
    yield
    with store.read() as session:
        assert ledger.ledger(session).adds_up


def answered(office: Office, name: str = "b") -> EmailMessage:
    """Carl asks, Anna answers on a Monday at ten; her answer as it reaches Carl a minute later."""
    notice = first_notice(office)
    office.receive(answer(notice, ANNA, name, "Please try again."))
    office.now += timedelta(minutes=3)
    [mail] = [mail for mail in passed(office) if CUSTOMER in mail["To"]]
    return mail


def passed(office: Office) -> list[EmailMessage]:
    """What the clock lets leave now."""
    office.tick()
    return [again(mail) for mail in sent(office)]


def sent(office: Office) -> list[Message]:
    return [email.message_from_bytes(each.item.payload) for each in office.leave()]


def days(office: Office, last: date, hour: int = 11) -> list[tuple[str, str, str]]:
    """Each mail until that day, looked for every day: its day, reader and what it is."""
    found = []
    while office.now.date() < last:
        office.now = datetime.combine(office.now.date() + timedelta(days=1), datetime.min.time(), UTC)
        office.now += timedelta(hours=hour)
        for mail in passed(office):
            what = mail["X-Helpdeskd-Occasion"] or mail["Subject"]
            found.append((f"{office.now:%m-%d}", str(mail["To"].addresses[0].addr_spec), str(what)))
    return found


def events(office: Office, *kinds: type[Event], number: int = 1) -> list[Event]:
    with office.desk.store.read() as session:
        return [each.event for each in history.history(session, number) if isinstance(each.event, kinds)]


def due_at(office: Office, number: int = 1) -> datetime | None:
    with office.desk.store.read() as session:
        return steps.turn_of(session, number)


def test_a_customer_who_does_not_answer_is_reminded_twice_then_the_ticket_closes_by_itself(office: Office) -> None:
    answered(office)
    about = "Re: About a [#1]"
    assert days(office, date(2026, 4, 1)) == [
        ("03-04", ANNA, "nudging"),
        ("03-05", CUSTOMER, about),
        ("03-11", CUSTOMER, about),
        ("03-16", CE, "[#1] About a: the customer does not answer"),
        ("03-18", ANNA, "closing"),
        ("03-19", CUSTOMER, about),
    ]
    closed = ticket(office)
    assert (closed.status, closed.resolution) == (Status.CLOSED, Resolution.NO_RESPONSE)
    assert events(office, StillPending, NudgesUnanswered)[-1] == NudgesUnanswered(2)
    assert due_at(office) is None


def test_a_reminder_stands_below_our_answer_says_whose_turn_it_is_and_that_nobody_wrote_it(office: Office) -> None:
    reply = answered(office)
    office.now = datetime(2026, 3, 4, 11, tzinfo=UTC)
    assert len(passed(office)) == 1
    office.now = datetime(2026, 3, 5, 11, tzinfo=UTC)
    [mail] = passed(office)
    assert mail["In-Reply-To"] == reply["Message-ID"]
    assert mail["References"].split()[0] == "<a@initech.example>"
    assert mail["References"].split()[-2:] == [reply["Message-ID"], mail["Message-ID"]]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "de"  # the account's
    assert mail["From"].addresses[0].addr_spec == "support@acme.example"
    assert mail["Message-ID"].startswith("<hd-q1-")
    assert "Der nächste Schritt liegt bei Ihnen" in words_of(mail)
    office.now = datetime(2026, 3, 11, 11, tzinfo=UTC)
    [second] = passed(office)
    assert second["In-Reply-To"] == mail["Message-ID"]
    assert "am 2026-03-19" in words_of(second)


def test_an_answer_of_the_customer_ends_it_and_the_next_reply_begins_it_anew(office: Office) -> None:
    answered(office)
    office.now = datetime(2026, 3, 4, 11, tzinfo=UTC)
    passed(office)
    office.now = datetime(2026, 3, 5, 11, tzinfo=UTC)
    [nudge] = [mail for mail in passed(office) if CUSTOMER in mail["To"]]
    office.receive(answer(nudge, CUSTOMER, "c", "Still broken."))
    assert ticket(office).status is Status.OPEN
    assert due_at(office) is None
    [notice] = [again(mail) for mail in office.told() if ANNA in mail["To"]]
    office.receive(answer(notice, ANNA, "d", "And now?"))
    assert ticket(office).pending_since == office.now
    assert ticket(office).rung is None
    assert [day for day, who, _ in days(office, date(2026, 4, 1)) if who == CUSTOMER] == [
        "03-06",  # Anna's answer, which had waited
        "03-10",
        "03-16",
        "03-24",
    ]


@pytest.mark.parametrize("words", ["#snooze 2d", "#open", "#hold ACME-7"])
def test_what_agents_say_ends_it_too(office: Office, words: str) -> None:
    notice = first_notice(office)
    office.receive(answer(notice, ANNA, "b", "Please try again."))
    office.receive(answer(notice, ANNA, "c", f"#note\n{words}\nLater."))
    assert ticket(office).pending_since is None
    assert [who for _, who, _ in days(office, date(2026, 4, 1)) if who == CUSTOMER] == [CUSTOMER]  # Anna's answer


def test_fewer_than_two_reminders_that_left_close_nothing_and_the_owner_hears_of_it_once(office: Office) -> None:
    answered(office)
    for day in (4, 5, 11):
        office.now = datetime(2026, 3, day, 11, tzinfo=UTC)
        office.tick()
        if day != 11:
            office.leave()
    office.write(partial(outbox.drop_stale, older_than=office.now + timedelta(days=1), now=office.now))
    told = days(office, date(2026, 4, 20))
    assert [(day, what) for day, who, what in told if who == ANNA] == [("03-18", "closing"), ("03-19", "unclosed")]
    assert ticket(office).status is Status.PENDING
    assert events(office, StaysPending) == [StaysPending("1 of 2 reminders to the customer were sent")]
    assert [who for _, who, _ in told if who == CUSTOMER] == []


def test_a_requester_whom_mail_does_not_reach_is_not_reminded_and_the_ticket_stays(office: Office) -> None:
    answered(office)
    office.write(partial(persons.mark_undeliverable, address=CUSTOMER, now=office.now, why="no such user"))
    told = days(office, date(2026, 4, 20))
    assert CUSTOMER not in [who for _, who, _ in told]
    assert [event.which for event in events(office, NotNudged) if isinstance(event, NotNudged)] == [1, 2]
    [stays] = events(office, StaysPending)
    assert "comes back" in str(stays)
    assert ticket(office).status is Status.PENDING
    assert [(day, what) for day, who, what in told if who == ANNA] == [("03-19", "unclosed")]  # and nothing foretold


def test_who_was_never_proven_is_reminded_without_their_own_words_and_counts_for_the_brake(office: Office) -> None:
    office.receive(write(CUSTOMER, "a", proven=False))
    [notice] = [again(mail) for mail in office.told() if ANNA in mail["To"]]
    office.receive(answer(notice, ANNA, "b", "Please try again."))
    office.now = datetime(2026, 3, 4, 11, tzinfo=UTC)
    passed(office)
    office.now = datetime(2026, 3, 5, 11, tzinfo=UTC)
    [mail] = passed(office)
    assert mail["Subject"] == "Re: Ihre Nachricht [#1]"
    assert "Somebody" not in text_of(mail)


def test_who_had_enough_automatic_mail_today_is_reminded_tomorrow(office: Office) -> None:
    answered(office)
    office.now = datetime(2026, 3, 4, 11, tzinfo=UTC)
    passed(office)
    office.now = datetime(2026, 3, 5, 9, tzinfo=UTC)
    for name in "xyz":
        office.receive(write(CUSTOMER, name))
    office.leave()
    office.now = datetime(2026, 3, 5, 11, tzinfo=UTC)
    assert [mail for mail in passed(office) if CUSTOMER in mail["To"]] == []
    assert events(office, Nudged, NotNudged) == []
    office.now = datetime(2026, 3, 6, 11, 1, tzinfo=UTC)
    assert len([mail for mail in passed(office) if CUSTOMER in mail["To"]]) == 1
    assert events(office, Nudged, NotNudged) == [Nudged(1, CUSTOMER)]


def test_a_pause_holds_reminders_and_afterwards_they_come_one_by_one(office: Office) -> None:
    answered(office)
    office.write(partial(outbox.pause, on=True, now=office.now, actor="root"))
    told = days(office, date(2026, 3, 9))
    assert [(who, what) for _, who, what in told] == [(ANNA, "nudging")]
    assert events(office, Nudged) == []
    office.write(partial(outbox.pause, on=False, now=office.now, actor="root"))
    turn = due_at(office)
    assert turn is not None
    assert turn > office.now
    office.now = turn + timedelta(seconds=20)
    assert [str(mail["To"].addresses[0].addr_spec) for mail in passed(office)] == [CUSTOMER]
    assert events(office, Nudged) == [Nudged(1, CUSTOMER)]
    assert ticket(office).slipped > 0


def test_the_survey_comes_once_a_day_after_closing(store: Store, tmp_path: Path) -> None:
    office = open_team(store, tmp_path)
    notice = first_notice(office)
    office.receive(answer(notice, ANNA, "b", "#close confirmed"))
    assert due_at(office) == office.now + timedelta(days=1)
    office.now += timedelta(days=1)
    for _ in range(3):
        office.tick()
    assert events(office, SurveyDue) == [SurveyDue()]
    assert due_at(office) is None


def test_show_says_what_comes_next_and_when(office: Office) -> None:
    answered(office)
    said = show.answer(office.desk, {"number": 1}, "root")
    assert said["next"] == {"at": "2026-03-04T10:00:00+00:00", "what": "the owner is told that a reminder comes"}


def make_pending(session: Session, many: int, since: datetime) -> None:
    """So many tickets whose customers owe an answer since then."""
    agent = persons.person(session, Address("Anna", ANNA), since)
    for each in range(many):
        asks = persons.person(session, Address("", f"c{each}@shop{each}.example"), since)
        tickets.open_ticket(
            session,
            Ticket(
                *(0, Status.PENDING, f"About {each}", "support@acme.example", since, since),
                requester=asks,
                owner=agent,
                pending_since=since,
                rung=Rung.FORETELL,
            ),
        )


def test_after_a_long_silence_the_admins_hear_of_it_first_and_nothing_goes_out_in_a_burst(
    store: Store, tmp_path: Path
) -> None:
    office = open_team(store, tmp_path, more="[schedule]\ncatch_up_hour = 30\n")
    office.write(partial(make_pending, many=70, since=NOW))
    office.now = NOW + timedelta(days=14)
    begin = office.now
    alerts: list[tuple[datetime, EmailMessage]] = []
    nudges: list[tuple[datetime, EmailMessage]] = []
    while office.now < begin + timedelta(hours=4):
        for mail in passed(office):
            (alerts if OPS in mail["To"] else nudges).append((office.now, mail))
        office.now += timedelta(seconds=20)
    assert len(nudges) == 70
    [(told, alert)] = alerts
    assert told == begin
    assert "70 steps of tickets" in words_of(alert)
    assert nudges[0][0] >= begin + timedelta(minutes=15)
    hours = ([at for at, _ in nudges if begin <= at < begin + timedelta(hours=1)] for begin, _ in nudges)
    assert max(map(len, hours)) <= 31


def test_what_is_overdue_by_less_than_a_day_goes_out_at_once(office: Office) -> None:
    answered(office)
    office.now = datetime(2026, 3, 5, 9, 59, tzinfo=UTC)
    assert [str(mail["X-Helpdeskd-Occasion"]) for mail in passed(office)] == ["nudging"]


def test_a_step_that_fails_by_a_bug_is_named_so_that_it_can_be_put_off(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.write(partial(make_pending, many=3, since=NOW))
    office.now = NOW + timedelta(days=3, hours=1)
    nudge = reminding.nudge

    def stumble(*given: Any) -> Nudged | NotNudged:
        if given[2].number == 1:
            raise ZeroDivisionError
        return nudge(*given)

    monkeypatch.setattr("daemon.due.reminding.nudge", stumble)
    with pytest.raises(Stumbled) as stumbled:
        office.tick()
    assert stumbled.value.number == 1
    office.write(partial(steps.put_off, turns=[(1, office.now + timedelta(hours=1))]))
    office.tick()
    assert [number for number in (1, 2, 3) if not events(office, Nudged, number=number)] == [1]


def test_a_second_silence_in_the_middle_of_it_makes_no_burst_either(store: Store, tmp_path: Path) -> None:
    office = open_team(store, tmp_path, more="[schedule]\ncatch_up_hour = 30\n")
    office.write(partial(make_pending, many=70, since=NOW))
    office.now = NOW + timedelta(days=14)
    assert [OPS in mail["To"] for mail in passed(office)] == [True]
    office.now += timedelta(hours=20)
    assert len([mail for mail in passed(office) if OPS not in mail["To"]]) <= 30


def test_another_calendar_moves_the_next_steps_of_all_that_wait_batch_by_batch(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.due.rescheduling.TOGETHER", 4)
    office = open_team(store, tmp_path)
    office.write(partial(make_pending, many=10, since=NOW))
    office.tick()
    before = due_at(office, 10)
    again_open = open_team(store, tmp_path, more='[[calendars]]\nname = "default"\nclosed = ["2026-03-03"]\n')
    for _ in range(3):
        assert due_at(again_open, 10) == before
        again_open.write(partial(rescheduling.go_on, desk=again_open.desk))
    assert [due_at(again_open, number) for number in (1, 10)] == [NOW + timedelta(days=4)] * 2
    with store.read() as session:
        assert sites.get(session, "timetable") == again_open.desk.config.timetable.fingerprint()


def test_old_mail_that_is_imported_reminds_nobody(store: Store, tmp_path: Path) -> None:
    office = open_team(store, tmp_path)
    raw = write(ANNA, "old", to="carl@initech.example", more="Cc: support@acme.example\r\n")
    old = imports.OldMail("support@acme.example", NOW - timedelta(days=90), raw)
    office.write(partial(imports.place, mails=[old], now=NOW))
    office.decide()
    assert ticket(office).status is Status.PENDING
    assert ticket(office).pending_since is None
    assert due_at(office) is None


def test_what_comes_late_on_a_weekend_waits_for_the_hours_and_then_goes_out_by_and_by(
    store: Store, tmp_path: Path
) -> None:
    office = open_team(store, tmp_path, more="[schedule]\ncatch_up_hour = 30\n")
    office.write(partial(make_pending, many=40, since=NOW + timedelta(days=2, hours=4)))  # due on Monday at two
    office.now = datetime(2026, 3, 14, 10, tzinfo=UTC)  # a Saturday
    alert, *others = passed(office)
    assert OPS in alert["To"]
    assert "within the hours of their calendar alone" in words_of(alert)
    assert others == []
    office.now = datetime(2026, 3, 16, 8, 59, tzinfo=UTC)
    assert passed(office) == []
    office.now += timedelta(minutes=1)
    moments = []
    while office.now < datetime(2026, 3, 16, 12, tzinfo=UTC):
        moments += [office.now] * len(passed(office))
        office.now += timedelta(seconds=20)
    assert len(moments) == 40
    assert moments[0] == datetime(2026, 3, 16, 9, tzinfo=UTC)
    assert moments[-1] >= moments[0] + timedelta(minutes=78)


def test_what_is_overdue_by_less_than_a_day_waits_for_the_hours_and_no_admin_is_told(office: Office) -> None:
    answered(office)
    office.now = datetime(2026, 3, 4, 20, tzinfo=UTC)
    assert passed(office) == []
    office.now = datetime(2026, 3, 5, 9, tzinfo=UTC)
    assert [str(mail["X-Helpdeskd-Occasion"]) for mail in passed(office)] == ["nudging"]


def test_a_step_of_the_last_minute_is_taken_after_it(office: Office) -> None:
    office.now = datetime(2026, 3, 2, 16, 59, 59, tzinfo=UTC)
    answered(office)
    office.now = datetime(2026, 3, 4, 17, 0, 10, tzinfo=UTC)
    assert [str(mail["X-Helpdeskd-Occasion"]) for mail in passed(office)] == ["nudging"]
