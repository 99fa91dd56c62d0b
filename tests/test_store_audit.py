"""What happened, with who did it and what it changed; what agents learned; which tickets are due or bear a defect."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.model import Address, Level
from store import accounts, history, persons, search, steps, tickets
from store.engine import Session, Store, open_store
from store.eventcodec import decode, encode
from tests.store_samples import NOW, add, at, journaled, letter, ticketed
from tickets.events import Assigned, CustomerWrote, Event, Noted
from tickets.model import Priority, Status, Ticket
from tickets.record import Doer, FieldChange, changed
from tickets.schedule import Timetable, due_step, next_step

T = TypeVar("T")
Do = Callable[[Callable[[Session], T]], T]


@given(st.sampled_from(get_args(Event)).flatmap(st.from_type))
def test_every_event_is_read_back_as_it_was_written(event: Event) -> None:
    assert decode(*encode(event)) == event


def test_an_event_of_an_earlier_version_lacks_what_was_not_known_then() -> None:
    old = decode("CustomerWrote", '{"author": 1, "proof": "proven", "by": "token"}')
    assert old == CustomerWrote(1, Level.PROVEN, "token", thanks=False)


def test_what_changed_is_told_field_by_field() -> None:
    was = Ticket(1, Status.NEW, "s", "m", NOW, NOW)
    now = replace(was, status=Status.OPEN, owner=5, tags=("a", "b"), snoozed_until=NOW, changed_at=at(hours=1))
    assert changed(was, now) == (
        FieldChange("status", "new", "open"),
        FieldChange("owner", None, 5),
        FieldChange("tags", "", "a b"),
        FieldChange("snoozed_until", None, NOW.isoformat()),
    )


def test_who_did_what_by_which_mail_and_how_far_proven_is_kept(do: Do[Any]) -> None:
    def work(session: Session) -> list[history.Happened]:
        [arrival] = journaled(session, 1)
        ticket = ticketed(session, letter("a"))
        alice = persons.person(session, Address("Alice", "alice@us.example"), NOW)
        by_mail = Doer(alice, None, Level.STRONG, arrival)
        changes = (FieldChange("owner", None, alice), FieldChange("status", "new", "open"))
        number = ticket.number
        tickets.add_event(session, number, Assigned(alice, alice), NOW, by_mail, changes=changes)
        tickets.add_event(session, number, Noted(None), NOW, Doer(actor="cli:root"))
        tickets.add_event(session, number, Noted(None), NOW)
        return history.history(session, number)

    first, second, third = do(work)
    assert (first.doer.level, first.doer.arrival, first.doer.actor) == (Level.STRONG, 1, None)
    assert first.changes == (
        FieldChange("owner", None, first.doer.person),
        FieldChange("status", "new", "open"),
    )
    assert (second.doer, second.changes) == (Doer(actor="cli:root"), ())
    assert third.doer == Doer()


def test_tags_priority_and_snooze_are_kept_and_the_clock_finds_the_ticket_when_it_is_due(do: Do[Any]) -> None:
    until = at(days=2)

    def snooze(session: Session) -> Ticket:
        ticket = ticketed(session, letter("a"))
        ticketed(session, letter("b"))
        made = replace(ticket, tags=("a", "b"), priority=Priority.URGENT, snoozed_until=until)
        tickets.save(session, made)
        return made

    made = do(snooze)
    assert do(lambda session: tickets.load(session, made.number)) == made
    assert do(partial(steps.due, now=until - timedelta(seconds=1), limit=10)) == []
    assert do(partial(steps.due, now=until, limit=10)) == [steps.Due(made, until)]
    do(partial(tickets.save, ticket=replace(made, snoozed_until=None)))
    assert do(partial(steps.due, now=until, limit=10)) == []


def test_the_next_step_is_the_end_of_the_snooze() -> None:
    asleep = Ticket(1, Status.OPEN, "s", "m", NOW, NOW, owner=5, snoozed_until=at(hours=1))
    step = next_step(asleep, Timetable())
    assert step is not None
    assert step.at == at(hours=1)
    assert due_step(asleep, Timetable(), NOW) is None
    assert due_step(asleep, Timetable(), at(hours=1)) == step
    assert next_step(replace(asleep, snoozed_until=None), Timetable()) is None


def test_tickets_that_bear_a_defect_are_found_unless_they_are_closed_or_merged(do: Do[Any]) -> None:
    def work(session: Session) -> list[Ticket]:
        made = [ticketed(session, letter(name)) for name in "abcd"]
        held = [replace(ticket, status=Status.ON_HOLD, reference="ACME-7") for ticket in made]
        held[1] = replace(held[1], status=Status.CLOSED, closed_at=NOW)
        held[2] = replace(held[2], reference="ACME-77")
        held[3] = replace(held[3], merged_into=made[0].number)
        for ticket in held:
            tickets.save(session, ticket)
        assert tickets.merged_into(session, made[0].number) == [made[3].number]
        return tickets.bearing(session, "ACME-7")

    assert [ticket.number for ticket in do(work)] == [1]


def test_a_fact_of_an_account_is_learned_corrected_and_forgotten(do: Do[Any]) -> None:
    for name, value in (("version", "5.1"), ("plan", "big"), ("version", "5.2"), ("plan", "")):
        do(partial(accounts.set_fact, account="Globex", name=name, value=value, now=NOW))
    do(partial(accounts.set_fact, account="Initech", name="version", value="1", now=NOW))
    assert do(partial(accounts.facts, account="Globex")) == {"version": "5.2"}


def found(do: Do[Any], *wanted: str) -> list[int]:
    rows: list[tickets.TicketRow] = do(lambda session: search.find(session, wanted, 10))
    return [row.ticket.number for row in rows]


def test_tickets_are_found_by_author_subject_and_text_the_newest_first(do: Do[Any]) -> None:
    def fill(session: Session) -> None:
        one = ticketed(session, replace(letter("a"), subject="Cannot log in", text="The SSO of Köln says 5.2 is out"))
        ticketed(session, replace(letter("b", sender="bill@globex.example"), subject="Slow", text="Search is slow"))
        add(session, one.number, replace(letter("c"), text="It works again"))

    do(fill)
    assert found(do, "sso") == [1]
    assert found(do, "KÖLN", "log") == [1]
    assert found(do, "log", "works") == []  # in one message
    assert found(do, "again") == [1]
    assert found(do, "bill@globex.example") == [2]
    assert found(do, "globex") == [2]
    assert found(do, "5.2") == [1]
    assert found(do, "is") == [2, 1]
    assert found(do, "nothing") == []


@pytest.mark.parametrize(
    "wanted", ['"', "a OR b", "NEAR(", "*", "-z", "z:b", "\0", "\ud800", "'; DROP TABLE words", ""]
)
def test_whatever_is_looked_for_is_only_words(do: Do[Any], wanted: str) -> None:
    do(lambda session: ticketed(session, letter("a")))
    assert found(do, wanted) == []


@pytest.mark.parametrize(
    "text", ["😀-" * 200_000, "a/b.c " * 200_000, "\0\ud800" * 1000, "x" * 1_000_000, "é1-" * 99_999]
)
def test_no_text_is_too_much_for_the_index(do: Do[Any], text: str) -> None:
    do(lambda session: ticketed(session, replace(letter("a"), subject="findme", text=text)))
    assert found(do, "findme") == [1]


def test_mails_of_an_older_store_are_found_too(tmp_path: Path) -> None:
    kept = Path(__file__).parent / "stores" / "1.sqlite"
    copy = tmp_path / "kept.sqlite"
    copy.write_bytes(kept.read_bytes())
    with sqlite3.connect(copy) as before:
        [(subject, number)] = before.execute("SELECT subject, ticket FROM messages ORDER BY id LIMIT 1").fetchall()
    store: Store = open_store(f"sqlite:///{copy}", tmp_path / "state")
    with store.read() as session:
        assert number in [row.ticket.number for row in search.find(session, subject.split(), 50)]
        assert {each.doer for each in history.history(session, 1)} == {Doer()}
    assert store.close(30.0)
