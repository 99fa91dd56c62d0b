"""Filters in the daemon: what they hold, whom they never hold, and what rules make of what passes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from daemon import clock
from daemon.cli import quarantine as verb
from daemon.cli import status
from daemon.control import Trouble
from daemon.sifting import teaching
from store import history, journal, ledger, quarantine, tickets, verdicts
from store.engine import Store
from tests.agents_mail import answer, ticket
from tests.notice_team import ANNA, one
from tests.office import HI, SUPPORT, Office, write
from tests.spam_office import OWNER, STRANGER, adds_up, decided, learned, open_filtered, outcome, taught
from tickets.events import Called, NotAcknowledged, PrioritySet, Tagged
from tickets.model import Outcome, Priority, Reason

HELD = (Outcome.QUARANTINED, Reason.SPAM)
OPENED = (Outcome.TICKETED, None)
PILLS = "Cheap pills for everybody!"
BULK = "List-Unsubscribe: <https://x.example/u>\r\nPrecedence: bulk\r\n"

STRICT_HI = f"""
[thresholds."{HI}"]
spam = 0.5
doubtful = 0.2
[[rules]]
name = "HELPLESS"
reason = "it asks for help"
score = 1.0
when = {{ text = "Help" }}
"""


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    return open_filtered(store, tmp_path)


@pytest.fixture(autouse=True)
def books_add_up(office: Office) -> Iterator[None]:
    yield
    assert adds_up(office)


def release(office: Office, arrival: int) -> None:
    verb.answer(office.desk, {"what": "release", "ids": [arrival]}, "root")


def test_spam_is_put_aside_with_its_reason_and_nobody_hears_of_it(office: Office) -> None:
    arrival = office.receive(write(STRANGER, "a", text=PILLS))
    assert outcome(office, arrival) == HELD
    assert "the rule PILLS decides: it offers pills" in office.arrival(arrival).why
    assert office.leave() == []
    with office.desk.store.read() as session:
        kept = verdicts.verdict(session, arrival)
        assert tickets.tickets(session, limit=9) == []
    assert kept is not None
    assert kept.decision == "spam"
    assert "PILLS" in [symbol.name for symbol in kept.symbols]


def test_what_is_no_spam_opens_its_ticket_and_the_verdict_stays_on_record(office: Office) -> None:
    arrival = office.receive(write(STRANGER, "a"))
    assert outcome(office, arrival) == OPENED
    assert decided(office, arrival) == "genuine"


@pytest.mark.parametrize("sender", ["bill@initech.example", ANNA, "carol@acme-team.example"])
def test_proven_customers_and_our_own_are_never_held(office: Office, sender: str) -> None:
    arrival = office.receive(write(sender, "a", text=PILLS))
    assert office.arrival(arrival).outcome in {Outcome.TICKETED, Outcome.HANDLED}


def test_whoever_only_says_that_they_are_a_customer_is_held(office: Office) -> None:
    assert outcome(office, office.receive(write("bill@initech.example", "a", text=PILLS, proven=False))) == HELD


def test_an_answer_with_our_token_is_not_held_even_where_its_ticket_is_long_closed(office: Office) -> None:
    office.receive(write(STRANGER, "a", proven=False))
    [ack] = office.sent()
    more = f"In-Reply-To: {ack['Message-ID']}\r\n"
    joined = office.receive(write(STRANGER, "b", text=PILLS, proven=False, more=more))
    assert (outcome(office, joined), office.arrival(joined).ticket) == (OPENED, 1)
    assert decided(office, joined) is None
    closed = replace(ticket(office), closed_at=office.now - timedelta(days=20))
    office.write(partial(tickets.save, ticket=replace(closed, status=closed.status.CLOSED)))
    late = office.receive(write(STRANGER, "c", text=PILLS, proven=False, more=more))
    assert (outcome(office, late), office.arrival(late).ticket) == (OPENED, 2)


def test_bulk_that_hi_keeps_without_a_ticket_is_held_where_it_is_spam(office: Office) -> None:
    assert outcome(office, office.receive(write(STRANGER, "a", more=BULK), HI)) == (Outcome.AUTOMATIC, None)
    assert outcome(office, office.receive(write(STRANGER, "b", more=BULK, text=PILLS), HI)) == HELD


def test_old_mail_that_is_imported_is_neither_judged_nor_held(office: Office) -> None:
    new = journal.NewArrival(None, None, office.now, write(STRANGER, "a", text=PILLS), imported=True)
    office.write(partial(journal.record, mailbox=SUPPORT, mails=[new], cursor=None, now=office.now))
    arrival = office.decide()
    assert outcome(office, arrival) == OPENED
    assert decided(office, arrival) is None


def test_a_copy_that_passes_in_its_mailbox_takes_the_place_of_the_held_one(store: Store, tmp_path: Path) -> None:
    office = open_filtered(store, tmp_path, STRICT_HI)
    raw = write("ann@globex.example", "a", to=f"{HI}, {SUPPORT}")
    first = office.receive(raw, HI)
    assert outcome(office, first) == HELD
    again_held = office.receive(raw, HI)
    assert outcome(office, again_held) == (Outcome.DUPLICATE, None)
    second = office.receive(raw, SUPPORT)
    assert outcome(office, second) == OPENED
    assert outcome(office, first) == (Outcome.DUPLICATE, None)
    assert len(office.sent()) == 1


def test_hi_acknowledges_nobody_while_nothing_is_known(office: Office) -> None:
    office.receive(write("ann@globex.example", "a"), HI)
    assert office.sent() == []
    with office.desk.store.read() as session:
        events = [each.event for each in history.history(session, 1)]
    assert NotAcknowledged("this mailbox acknowledges only what is judged genuine") in events


def test_hi_acknowledges_whoever_is_a_proven_customer_or_let_in_by_a_rule(office: Office) -> None:
    office.receive(write("bill@initech.example", "a"), HI)
    office.receive(write("ann@globex.example", "b", text="Hello dear Acme"), HI)
    assert [mail["To"] for mail in office.sent()] == [
        "Somebody <bill@initech.example>",
        "Somebody <ann@globex.example>",
    ]


def test_rules_put_tags_priority_and_team_on_the_ticket_in_the_same_breath(office: Office) -> None:
    office.receive(write("ann@globex.example", "a", text="My invoice is wrong"))
    made = ticket(office)
    assert (made.tags, made.priority, made.touched) == (("billing", "team-accounting"), Priority.HIGH, False)
    with office.desk.store.read() as session:
        happened = history.history(session, 1)
    marks = [each for each in happened if isinstance(each.event, Tagged | PrioritySet)]
    assert [(each.doer.actor, each.doer.person) for each in marks] == [("rule:BILLING", None)] * 2
    assert [change.after for each in marks for change in each.changes] == ["billing team-accounting", "high"]


def test_what_a_rule_calls_automatic_makes_a_ticket_and_is_not_acknowledged(office: Office) -> None:
    arrival = office.receive(write("ann@globex.example", "a", text="The disk is full"))
    assert outcome(office, arrival) == OPENED
    assert office.sent() == []


def test_a_rule_calls_whom_it_names_and_the_ticket_still_moves_by_itself(office: Office) -> None:
    office.receive(write("ann@globex.example", "a", text="The search is down"))
    asked = [each for each in office.leave() if each.item.recipient == OWNER]
    assert len(asked) == 1
    assert b"a rule of the filters" in asked[0].item.payload
    with office.desk.store.read() as session:
        called = [each for each in history.history(session, 1) if isinstance(each.event, Called)]
    assert [(each.event, each.doer.actor) for each in called] == [(Called(None, "product", "search"), "rule:SEARCH")]
    assert not ticket(office).touched


def test_a_release_runs_the_mail_as_if_it_had_just_come_and_teaches(office: Office) -> None:
    arrival = office.receive(write(STRANGER, "a", text=PILLS))
    office.now += timedelta(days=9)
    release(office, arrival)
    assert office.decide() == arrival
    assert outcome(office, arrival) == OPENED
    assert [mail["To"] for mail in office.sent()] == [f"Somebody <{STRANGER}>"]
    assert taught(office) == [(arrival, False, "release")]
    with pytest.raises(Trouble, match="nothing was released"):
        release(office, arrival)


def test_a_release_in_hi_is_acknowledged_because_a_person_judged_it(office: Office) -> None:
    arrival = office.receive(write(STRANGER, "a", text=PILLS), HI)
    release(office, arrival)
    office.decide()
    assert len(office.sent()) == 1
    assert decided(office, arrival) == "genuine"


def test_a_release_is_not_taken_for_a_copy_of_its_own_copy(office: Office) -> None:
    raw = write(STRANGER, "a", text=PILLS)
    first, second = office.receive(raw), office.receive(raw)
    assert outcome(office, second) == (Outcome.DUPLICATE, None)
    release(office, first)
    office.decide()
    assert outcome(office, first) == OPENED


def test_an_agents_answer_teaches_once_that_the_mail_was_genuine(office: Office) -> None:
    arrival = office.receive(write("ann@globex.example", "a"))
    notice = one(office.told(), ANNA)
    office.receive(answer(notice, ANNA, "b", "Try again."))
    office.receive(answer(notice, ANNA, "c", "Did it work?"))
    assert taught(office) == [(arrival, False, "answer")]


def test_notes_teach_nothing_and_neither_do_agents_own_tickets(office: Office) -> None:
    office.receive(write("ann@globex.example", "a"))
    notice = one(office.told(), ANNA)
    office.receive(answer(notice, ANNA, "b", "#note\nOdd."))
    office.receive(write(ANNA, "c", text="#new\nrequester: x@y.example\nsubject: z\n#note\nHello"))
    assert taught(office) == []


def test_the_bytes_of_old_spam_go_and_all_else_of_it_stays(office: Office) -> None:
    old = office.receive(write(STRANGER, "a", text=PILLS))
    named = office.receive(write(STRANGER, "b", text=PILLS + " More."))
    release(office, named)
    office.decide()
    office.now += timedelta(days=20)
    young = office.receive(write(STRANGER, "c", text=PILLS + " Again."))
    office.now += timedelta(days=11)
    office.tick()
    with office.desk.store.read() as session:
        assert quarantine.purged(session) == 1
        assert ledger.raw(session, young)
        assert ledger.raw(session, named)
        with pytest.raises(LookupError):
            ledger.raw(session, old)
    assert (outcome(office, old), decided(office, old)) == (HELD, "spam")
    with pytest.raises(Trouble, match="with its bytes"):
        release(office, old)
    office.now += timedelta(hours=1)
    office.tick()
    office.now += timedelta(days=21)
    office.tick()
    with office.desk.store.read() as session:
        assert quarantine.purged(session) == 2


def test_what_somebody_taught_keeps_its_bytes(office: Office) -> None:
    arrival = office.receive(write(STRANGER, "a", text=PILLS))
    office.write(partial(teaching.teach, arrival=arrival, spam=True, by="train", actor="cli:root", now=office.now))
    office.now += timedelta(days=100)
    office.tick()
    with office.desk.store.read() as session:
        assert ledger.raw(session, arrival)


def test_many_old_mails_go_in_several_ticks(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daemon.sifting.retention.MAILS", 2)
    for name in "abcde":
        office.receive(write(STRANGER, name, text=PILLS + name))
    office.now += timedelta(days=40)
    for gone in (2, 4, 5, 5):
        office.tick()
        with office.desk.store.read() as session:
            assert quarantine.purged(session) == gone


def test_status_tells_what_lies_where_what_was_judged_and_what_is_learned(office: Office) -> None:
    office.now = clock.now()
    held, named = office.receive(write(STRANGER, "a", text=PILLS)), office.receive(write(STRANGER, "b"))
    office.write(partial(teaching.teach, arrival=named, spam=False, by="train", actor="cli:root", now=office.now))
    told = status.answer(office.desk, {}, "root")["filters"]
    assert told["quarantine"] == {"spam": 1, "unreadable": 0, "unconfirmed": 0}
    assert told["judged_this_week"] == {"spam": 1, "genuine": 1}
    assert (told["known"], told["lessons_waiting"]) == ({"genuine": 0.0, "spam": 0.0}, 1)
    learned(office)
    told = status.answer(office.desk, {}, "root")["filters"]
    assert (told["known"], told["lessons_waiting"]) == ({"genuine": 1.0, "spam": 0.0}, 0)
    assert verb.answer(office.desk, {"what": "show", "ids": [held]}, "root")["id"] == held


def test_what_is_shown_of_a_mail_whose_bytes_are_gone_is_why(office: Office) -> None:
    old = office.receive(write(STRANGER, "a", text=PILLS))
    office.now += timedelta(days=40)
    office.tick()
    with pytest.raises(Trouble, match="only its record is kept"):
        verb.answer(office.desk, {"what": "show", "ids": [old]}, "root")
    [row] = verb.answer(office.desk, {"what": "list", "ids": [], "limit": 9}, "root")
    assert row["id"] == old
