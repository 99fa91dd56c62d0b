"""Arrivals: recorded once, claimed in order, finished once; the books add up."""

from collections.abc import Callable
from typing import Any

import pytest

from store import journal, persons, quarantine
from store.engine import Session
from tests.store_samples import BOX, LEASE, NOW, at, end, journaled, letter, new, ticketed
from tickets.model import Outcome, Reason

Do = Callable[[Callable[[Session], Any]], Any]


def test_the_same_uid_twice_is_ignored_and_the_cursor_moves_on(do: Do) -> None:
    first = do(lambda s: journal.record(s, BOX, [new(1, b"one"), new(2, b"two")], (7, 2), NOW))
    again = do(lambda s: journal.record(s, BOX, [new(2, b"other"), new(3)], (7, 3), NOW))
    assert (len(first), len(again)) == (2, 1)
    assert do(lambda s: journal.cursor(s, BOX)) == (7, 3)
    assert do(lambda s: journal.raw(s, first[1])) == b"two"


def test_another_mailbox_or_epoch_has_uids_of_its_own(do: Do) -> None:
    do(lambda s: journal.record(s, BOX, [new(1)], (1, 1), NOW))
    assert len(do(lambda s: journal.record(s, "hi@us.example", [new(1)], (1, 1), NOW))) == 1
    assert len(do(lambda s: journal.record(s, BOX, [new(1, epoch=2)], (2, 1), NOW))) == 1
    assert do(lambda s: journal.ledger(s).arrivals) == 3


def test_a_batch_that_names_a_uid_twice_records_it_once(do: Do) -> None:
    assert len(do(lambda s: journal.record(s, BOX, [new(1), new(1)], (1, 1), NOW))) == 1
    assert do(journal.ledger).adds_up


def test_sources_without_uids_record_all_they_bring(do: Do) -> None:
    ids = do(lambda s: journal.record(s, BOX, [new(None, epoch=None), new(None, epoch=None)], None, NOW))
    assert len(ids) == 2
    assert do(lambda s: journal.cursor(s, BOX)) is None


def test_no_cursor_leaves_the_one_that_is_there(do: Do) -> None:
    do(lambda s: journal.record(s, BOX, [], (5, 9), NOW))
    do(lambda s: journal.record(s, BOX, [new(None, epoch=None)], None, NOW))
    assert do(lambda s: journal.cursor(s, BOX)) == (5, 9)


def test_the_first_start_and_since_are_remembered_for_ever(do: Do) -> None:
    assert do(lambda s: journal.first_start(s, NOW)) == NOW
    assert do(lambda s: journal.first_start(s, at(days=9))) == NOW
    assert do(lambda s: journal.since(s, BOX, at(days=-3))) == at(days=-3)
    assert do(lambda s: journal.since(s, BOX, at(days=5))) == at(days=-3)
    assert do(lambda s: journal.since(s, "hi@us.example", NOW)) == NOW


def test_claims_come_oldest_first_and_only_once(do: Do) -> None:
    do(lambda s: journal.record(s, BOX, [new(1, b"b", minutes=2), new(2, b"a", minutes=1)], (1, 2), NOW))
    do(lambda s: journal.record(s, "hi@us.example", [new(1, b"c", minutes=3)], (1, 1), NOW))
    first = do(lambda s: journal.claim(s, 2, NOW, LEASE))
    assert [one.raw for one in first] == [b"a", b"b"]
    assert [one.attempt for one in first] == [1, 1]
    assert [one.raw for one in do(lambda s: journal.claim(s, 2, NOW, LEASE))] == [b"c"]
    assert do(lambda s: journal.claim(s, 2, NOW, LEASE)) == []


def test_a_lease_that_ended_is_claimed_again_and_counts(do: Do) -> None:
    do(lambda s: journaled(s, 1))
    assert do(lambda s: journal.claim(s, 5, NOW + LEASE, LEASE)) == []
    again = do(lambda s: journal.claim(s, 5, at(minutes=6), LEASE))
    assert [one.attempt for one in again] == [2]


def test_recovery_ends_the_leases_of_the_dead_and_keeps_their_attempts(do: Do) -> None:
    do(lambda s: journaled(s, 1, 2))
    do(journal.recover)
    assert [one.attempt for one in do(lambda s: journal.claim(s, 5, NOW, LEASE))] == [2, 2]


@pytest.mark.parametrize(("uncount", "attempt"), [(False, 2), (True, 1)])
def test_given_back_claims_count_unless_they_were_not_begun(do: Do, *, uncount: bool, attempt: int) -> None:
    ids = do(lambda s: journaled(s, 1))
    do(lambda s: journal.release_claims(s, ids, uncount=uncount))
    do(lambda s: journal.release_claims(s, ids, uncount=uncount))  # not held any more: changes nothing
    assert [one.attempt for one in do(lambda s: journal.claim(s, 5, NOW, LEASE))] == [attempt]


def test_an_arrival_has_one_outcome(do: Do) -> None:
    (arrival,) = do(lambda s: journaled(s, 1))
    mail = letter("a")
    do(lambda s: end(s, arrival, mail, Outcome.HANDLED))
    with pytest.raises(journal.AlreadyFinished):
        do(lambda s: end(s, arrival, mail, Outcome.DUPLICATE))
    with pytest.raises(journal.AlreadyFinished):
        do(lambda s: end(s, 99, mail, Outcome.DUPLICATE))
    (row,) = do(lambda s: journal.arrivals(s, 10))
    assert (row.outcome, row.subject, row.sender) == (Outcome.HANDLED, mail.subject, "kim@one.example")
    assert do(lambda s: journal.claim(s, 5, at(days=1), LEASE)) == []


def test_what_a_second_outcome_would_have_brought_is_rolled_back(do: Do) -> None:
    (arrival,) = do(lambda s: journaled(s, 1))
    do(lambda s: ticketed(s, letter("a"), arrival))
    with pytest.raises(journal.AlreadyFinished):
        do(lambda s: ticketed(s, letter("a", sender="new@one.example"), arrival))
    assert not do(lambda s: persons.is_undeliverable(s, "new@one.example"))
    assert do(lambda s: len(persons.addresses(s, range(10)))) == 1


def test_quarantine_is_shown_released_and_finished_anew(do: Do) -> None:
    (arrival,) = do(lambda s: journaled(s, 1))
    spam: dict[str, Any] = {"reason": Reason.SPAM, "why": "lure", "now": NOW}
    do(lambda s: journal.finish(s, arrival, Outcome.QUARANTINED, **spam))
    assert [row.reason for row in do(lambda s: quarantine.waiting(s, 5))] == [Reason.SPAM]
    assert do(lambda s: quarantine.show(s, arrival)).why == "lure"
    with pytest.raises(journal.AlreadyFinished):
        do(lambda s: journal.finish(s, arrival, Outcome.QUARANTINED, **spam))
    assert do(lambda s: quarantine.release(s, arrival, "ann", NOW))
    assert not do(lambda s: quarantine.release(s, arrival, "ann", NOW))
    assert do(lambda s: quarantine.show(s, arrival)) is None
    assert do(journal.ledger).in_work == 1
    (claimed,) = do(lambda s: journal.claim(s, 5, NOW, LEASE))
    assert (claimed.released, claimed.attempt) == (True, 1)
    do(lambda s: end(s, arrival, letter("a"), Outcome.HANDLED))
    assert do(journal.ledger).adds_up


def test_a_copy_may_take_the_place_of_a_quarantined_arrival(do: Do) -> None:
    (arrival,) = do(lambda s: journaled(s, 1))
    do(lambda s: journal.finish(s, arrival, Outcome.QUARANTINED, reason=Reason.SPAM, now=NOW, sender="a@b.example"))
    do(lambda s: journal.finish(s, arrival, Outcome.DUPLICATE, now=NOW, why="its copy passed"))
    row = do(lambda s: journal.arrival(s, arrival))
    assert (row.outcome, row.reason, row.sender) == (Outcome.DUPLICATE, None, "a@b.example")


def test_only_done_mails_are_settled_and_only_once(do: Do) -> None:
    ids = do(lambda s: journaled(s, 1, 2, 3))
    do(lambda s: end(s, ids[2], letter("c"), Outcome.HANDLED))
    do(lambda s: end(s, ids[0], letter("a"), Outcome.HANDLED))
    assert do(lambda s: journal.done_uids(s, BOX, 1, 10)) == [1, 3]
    assert do(lambda s: journal.done_uids(s, BOX, 2, 10)) == []
    do(lambda s: journal.mark_settled(s, BOX, 1, [1]))
    assert do(lambda s: journal.done_uids(s, BOX, 1, 10)) == [3]


def test_arrivals_are_listed_newest_first_in_pages(do: Do) -> None:
    ids = do(lambda s: journaled(s, 1, 2, 3))
    page = do(lambda s: journal.arrivals(s, 2))
    assert [row.id for row in page] == [ids[2], ids[1]]
    assert [row.id for row in do(lambda s: journal.arrivals(s, 2, before=page[-1].id))] == [ids[0]]


def test_the_books_do_not_add_up_when_an_arrival_vanishes(do: Do) -> None:
    do(lambda s: journaled(s, 1, 2))
    do(lambda s: s.connection().exec_driver_sql("DELETE FROM raw WHERE arrival = 1"))
    do(lambda s: s.connection().exec_driver_sql("DELETE FROM arrivals WHERE id = 1"))
    assert not do(journal.ledger).adds_up


def test_bytes_of_an_unknown_arrival_are_a_look_up_error(do: Do) -> None:
    with pytest.raises(LookupError):
        do(lambda s: journal.raw(s, 1))
