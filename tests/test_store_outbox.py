"""The outbox: put once, claimed by urgency, sent byte for byte again after a crash, braked and paused."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, get_args

import pytest
from sqlalchemy import Engine

from store import facts, outbox, tickets
from store.address import make_engines, read_url
from store.engine import Session, Store
from tests.store_samples import LEASE, NOW, at, item, letter, ticketed
from tickets.candidates import Questions

Do = Callable[[Callable[[Session], Any]], Any]


def keys(claimed: list[outbox.Claimed]) -> list[str]:
    return [one.item.key for one in claimed]


def test_the_same_key_is_put_once_and_its_bytes_stay(do: Do) -> None:
    assert do(lambda s: outbox.put(s, item("a", payload=b"first"), NOW))
    assert not do(lambda s: outbox.put(s, item("a", payload=b"second"), NOW))
    assert do(lambda s: outbox.is_known(s, "a"))
    assert not do(lambda s: outbox.is_known(s, "b"))
    assert [one.item.payload for one in do(lambda s: outbox.claim(s, "mail", 9, NOW, LEASE))] == [b"first"]


def test_claims_go_by_class_then_by_due_time(do: Do) -> None:
    do(lambda s: outbox.put(s, item("survey", "survey"), NOW))
    do(lambda s: outbox.put(s, item("ack2", due=at(seconds=-1)), NOW))
    do(lambda s: outbox.put(s, item("ack1", due=at(seconds=-2)), NOW))
    do(lambda s: outbox.put(s, item("notice", "notice"), NOW))
    do(lambda s: outbox.put(s, item("alert", "alert"), NOW))
    do(lambda s: outbox.put(s, item("later", "answer", due=at(seconds=60)), NOW))
    do(lambda s: outbox.put(s, item("answer", "answer"), NOW))
    do(lambda s: outbox.put(s, item("slack", "answer", channel="slack"), NOW))
    assert keys(do(lambda s: outbox.claim(s, "mail", 3, NOW, LEASE))) == ["answer", "alert", "notice"]
    assert keys(do(lambda s: outbox.claim(s, "mail", 9, NOW, LEASE))) == ["ack1", "ack2", "survey"]
    assert do(lambda s: outbox.claim(s, "mail", 9, NOW, LEASE)) == []


def test_what_was_sent_or_refused_is_not_claimed_again(do: Do) -> None:
    for key in ("sent", "refused"):
        do(partial(outbox.put, item=item(key), now=NOW))
    for one in do(lambda s: outbox.claim(s, "mail", 9, NOW, LEASE)):
        settle = partial(outbox.settle, row=one.id, detail="said so", now=NOW)
        assert do(partial(settle, kind=one.item.key))
        assert not do(partial(settle, kind="sent"))
    assert do(lambda s: outbox.claim(s, "mail", 9, at(days=9), LEASE)) == []
    assert {(c.state, c.many) for c in do(outbox.counts)} == {("sent", 1), ("refused", 1)}


def test_many_that_were_sent_are_settled_at_once_and_none_of_them_twice(do: Do) -> None:
    for key in "abc":
        do(partial(outbox.put, item=item(key), now=NOW))
    first, second, third = do(lambda s: outbox.claim(s, "mail", 9, NOW, LEASE))
    do(lambda s: outbox.settle(s, second.id, "retry", "451 later", NOW, next_due=at(minutes=1)))
    do(lambda s: outbox.settle(s, third.id, "refused", "550 no", NOW))
    said = {one.id: f"250 {one.item.key}" for one in (first, third)}
    do(lambda s: outbox.settle_sent(s, said, at(minutes=2)))
    do(lambda s: outbox.settle_sent(s, said, at(minutes=3)))
    query = "SELECT outbox, number, receipt, detail FROM attempts ORDER BY ended_at, outbox"
    tried = do(lambda s: [tuple(row) for row in s.connection().exec_driver_sql(query)])
    assert tried[2:] == [(first.id, 1, "sent", "250 a")]
    assert {(c.state, c.many) for c in do(outbox.counts)} == {("sent", 1), ("pending", 1), ("refused", 1)}
    (again,) = do(lambda s: outbox.claim(s, "mail", 9, at(days=1), LEASE))
    assert again.id == second.id


def test_a_retry_waits_and_remembers_its_first_attempt(do: Do) -> None:
    do(lambda s: outbox.put(s, item("a"), NOW))
    (first,) = do(lambda s: outbox.claim(s, "mail", 9, NOW, LEASE))
    do(lambda s: outbox.settle(s, first.id, "retry", "451 later", NOW, next_due=at(minutes=10)))
    assert do(lambda s: outbox.claim(s, "mail", 9, at(minutes=9), LEASE)) == []
    (second,) = do(lambda s: outbox.claim(s, "mail", 9, at(minutes=10), LEASE))
    assert (second.attempts, second.first_at, second.resends) == (2, NOW, 0)
    assert second.item == first.item


@pytest.mark.parametrize("how", ["lease", "recover", "unknown"])
def test_an_unknown_result_is_sent_again_byte_for_byte_and_counted(do: Do, how: str) -> None:
    do(lambda s: outbox.put(s, item("a"), NOW))
    (first,) = do(lambda s: outbox.claim(s, "mail", 9, NOW, LEASE))
    if how == "recover":
        assert do(lambda s: outbox.recover(s, NOW)) == 1
    if how == "unknown":
        do(lambda s: outbox.settle(s, first.id, "unknown", "cut off after the dot", NOW, next_due=NOW))
    assert do(lambda s: outbox.claim(s, "mail", 9, NOW, LEASE)) == [] or how != "lease"
    do(lambda s: outbox.recover(s, NOW))
    later = at(minutes=6)
    (again,) = do(lambda s: outbox.claim(s, "mail", 9, later, LEASE))
    assert again.item == first.item
    assert again.resends >= 1
    do(lambda s: outbox.settle(s, again.id, "sent", "250", later))
    query = "SELECT receipt FROM attempts ORDER BY number"
    receipts = do(lambda s: [row[0] for row in s.connection().exec_driver_sql(query)])
    assert receipts == ["unknown"] * (again.attempts - 1) + ["sent"]
    assert [c.resends for c in do(outbox.counts)] == [again.attempts - 1]


def test_a_pause_stops_automatic_mail_to_customers_only(do: Do) -> None:
    for klass in get_args(outbox.Class):
        do(partial(outbox.put, item=item(klass, klass), now=NOW))
    do(lambda s: outbox.pause(s, on=True, now=NOW, actor="ann"))
    assert do(outbox.is_paused)
    assert keys(do(lambda s: outbox.claim(s, "mail", 9, NOW, LEASE))) == ["answer", "alert", "notice"]
    do(lambda s: outbox.pause(s, on=False, now=NOW, actor="ann"))
    assert keys(do(lambda s: outbox.claim(s, "mail", 9, NOW, LEASE))) == ["acknowledgement", "survey"]


def test_what_the_brake_holds_is_let_go_oldest_first(do: Do) -> None:
    for number in (3, 1, 2):
        held = item(str(number), held="too many", unproven=True)
        do(partial(outbox.put, item=held, now=at(minutes=number)))
    assert do(outbox.held) == 3
    assert do(lambda s: outbox.claim(s, "mail", 9, at(hours=1), LEASE)) == []
    assert do(lambda s: outbox.release_held(s, 2, at(hours=1))) == 2
    assert keys(do(lambda s: outbox.claim(s, "mail", 9, at(hours=1), LEASE))) == ["1", "2"]
    assert do(outbox.held) == 1


def test_stale_automatic_mail_is_cancelled_unless_it_was_tried(do: Do) -> None:
    do(lambda s: outbox.put(s, item("tried"), NOW))
    do(lambda s: outbox.claim(s, "mail", 9, NOW, LEASE))
    do(lambda s: outbox.put(s, item("held", held="brake"), NOW))
    do(lambda s: outbox.put(s, item("paused"), NOW))
    do(lambda s: outbox.put(s, item("answer", "answer"), NOW))
    do(lambda s: outbox.put(s, item("young", held="brake"), at(hours=20)))
    assert do(lambda s: outbox.drop_stale(s, at(hours=1), at(days=1))) == 2
    assert do(lambda s: outbox.drop_stale(s, at(hours=1), at(days=1))) == 0
    assert [(c.klass, c.state, c.many) for c in do(outbox.counts)] == [
        ("answer", "pending", 1),
        ("acknowledgement", "cancelled", 2),
        ("acknowledgement", "held", 1),
        ("acknowledgement", "pending", 1),
    ]


def test_counts_for_the_limits(do: Do) -> None:
    do(lambda s: outbox.put(s, item("1", recipient="Kim+tag@One.example"), NOW))
    do(lambda s: outbox.put(s, item("2", recipient="kim@one.example", unproven=True), NOW))
    do(lambda s: outbox.put(s, item("3", recipient="lee@one.example", unproven=True, held="brake"), NOW))
    do(lambda s: outbox.put(s, item("4", "answer", recipient="kim@one.example"), NOW))
    do(lambda s: outbox.put(s, item("5", recipient="kim@two.example"), NOW))
    assert do(lambda s: facts.ack_counts(s, "kim@one.example", "one.example", NOW)) == facts.AckCounts(2, 3, 1)
    assert do(lambda s: facts.ack_counts(s, "kim@one.example", "one.example", at(hours=2))) == facts.AckCounts(2, 0, 0)
    assert do(lambda s: facts.ack_counts(s, "kim@one.example", "one.example", at(days=2))) == facts.AckCounts(0, 0, 0)
    do(lambda s: outbox.release_held(s, 5, at(hours=2)))
    assert do(lambda s: facts.unproven_last_hour(s, at(hours=2))) == 1


def test_a_mail_that_answers_ours_finds_its_ticket(do: Do) -> None:
    ticket = do(lambda s: ticketed(s, letter("a")))
    do(lambda s: outbox.put(s, item("ack", ticket=ticket.number), NOW))
    asked = Questions((), ("<ack@us.example>", "<unknown@x>"), None, None, "")
    found = do(lambda s: facts.candidates(s, asked, None))
    assert {name: c.ticket.number for name, c in found.by_id.items()} == {"<ack@us.example>": ticket.number}
    assert do(lambda s: tickets.load(s, ticket.number)) == ticket


@pytest.fixture
def others(store_url: str, store: Store) -> Iterator[list[Engine]]:
    """Four other ways into the same database, past the writer."""
    store.write(lambda _: None).result()
    made = [make_engines(read_url(store_url)) for _ in range(4)]
    yield [one.writing for one in made]
    for one in made:
        one.dispose()


def test_four_claimers_never_get_the_same_row(others: list[Engine], do: Do) -> None:
    do(lambda s: [outbox.put(s, item(str(n)), NOW) for n in range(400)])

    def claim_all(engine: Engine) -> list[int]:
        mine: list[int] = []
        while True:
            with Session(engine) as session:
                got = [one.id for one in outbox.claim(session, "mail", 7, NOW, LEASE)]
                session.commit()
            if not got:
                return mine
            mine += got

    with ThreadPoolExecutor(4) as pool:
        claimed = [row for rows in pool.map(claim_all, others) for row in rows]
    assert len(claimed) == 400
    assert len(set(claimed)) == 400
