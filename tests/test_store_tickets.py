"""Tickets, their messages and events, and what routing is told of them."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.model import Address, Attachment, Level
from mail.tokens import Token
from store import facts, journal, persons, tickets
from store.engine import Session, StoreFault, open_store
from store.eventcodec import decode, encode
from tests.store_samples import NOW, add, at, end, journaled, letter, questions, ticketed
from tickets.candidates import Kin, Questions
from tickets.events import Event, MovedAway, NotAcknowledged, PulledIn
from tickets.model import Outcome, Reason, Resolution, Status

Do = Callable[[Callable[[Session], Any]], Any]


def number_of(found: Any) -> int:
    return int(found.ticket.number)


def test_a_ticket_is_loaded_as_it_was_saved(do: Do) -> None:
    ticket = do(lambda s: ticketed(s, letter("a")))
    assert do(lambda s: tickets.load(s, ticket.number)) == ticket
    changed = replace(
        ticket, status=Status.CLOSED, resolution=Resolution.SPAM, closed_at=at(hours=1), touched=True, language="de"
    )
    do(lambda s: tickets.save(s, changed))
    assert do(lambda s: tickets.load(s, ticket.number)) == changed
    assert do(lambda s: tickets.load(s, 99)) is None
    assert do(lambda s: tickets.load(s, 10**40)) is None
    with pytest.raises(LookupError):
        do(lambda s: tickets.save(s, replace(ticket, number=99)))


def test_messages_keep_text_proof_and_attachments(do: Do) -> None:
    view = Attachment("2", "log.txt", "text/plain", 12, "0" * 64, inline=False, cid="x", from_tnef=True)
    mail = replace(letter("a"), attachments=(view, replace(view, name="more.txt")))
    (arrival,) = do(lambda s: journaled(s, 1))
    ticket = do(lambda s: ticketed(s, mail, arrival, Level.UNPROVEN))
    (row,) = do(lambda s: tickets.messages(s, ticket.number))
    assert (row.author, row.level, row.arrival, row.reply) == ("kim@one.example", Level.UNPROVEN, arrival, mail.reply)
    assert row.attachments == mail.attachments


def test_text_that_no_database_can_hold_is_kept_readable(do: Do) -> None:
    mail = replace(letter("a"), subject="a\0b\ud800", text="\0", message_id="<" + "x" * 5000 + "@y>")
    ticket = do(lambda s: ticketed(s, mail))
    assert ticket.subject == "a\0b\ud800"
    assert do(lambda s: tickets.load(s, ticket.number)).subject == "a\ufffdb\ufffd"
    found = do(lambda s: facts.candidates(s, Questions((), (str(mail.message_id),), None, None, ""), None))
    assert list(found.by_id) == [mail.message_id]


def test_lists_show_addresses_and_counts(do: Do) -> None:
    first = do(lambda s: ticketed(s, letter("a")))
    second = do(lambda s: ticketed(s, letter("b", sender="lee@two.example")))
    do(lambda s: tickets.save(s, replace(first, status=Status.OPEN, owner=second.requester)))
    rows = do(tickets.tickets)
    assert [row.ticket.number for row in rows] == [second.number, first.number]
    assert [(row.requester, row.owner) for row in rows] == [
        ("lee@two.example", None),
        ("kim@one.example", "lee@two.example"),
    ]
    assert [row.messages for row in do(lambda s: tickets.tickets(s, Status.OPEN))] == [1]


def test_persons_are_found_again_by_address(do: Do) -> None:
    kim = do(lambda s: persons.person(s, Address("Kim", "kim@one.example"), NOW))
    assert do(lambda s: persons.person(s, Address("K", "kim@one.example"), NOW)) == kim
    assert do(lambda s: persons.addresses(s, [kim, 99])) == {kim: Address("Kim", "kim@one.example")}
    assert not do(lambda s: persons.is_undeliverable(s, "kim@one.example"))
    do(lambda s: persons.mark_undeliverable(s, "kim@one.example", NOW, "550 gone"))
    assert do(lambda s: persons.is_undeliverable(s, "kim@one.example"))


@pytest.mark.parametrize("kind", get_args(Event), ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_every_event_is_read_back_as_the_same_value(kind: type[Event], data: st.DataObject) -> None:
    anything = st.text(st.characters(codec=None))
    event = cast("Event", data.draw(st.builds(kind, **{"why": anything} if "why" in kind.__slots__ else {})))
    name, payload = encode(event)
    assert payload.isascii()
    assert decode(name, payload) == event


def test_events_come_back_in_order(do: Do) -> None:
    ticket = do(lambda s: ticketed(s, letter("a")))
    happened: list[Event] = [PulledIn(7), NotAcknowledged("older than \0 three days"), MovedAway(9)]
    for hour, event in enumerate(happened):
        do(partial(tickets.add_event, number=ticket.number, event=event, now=at(hours=hour)))
    assert do(lambda s: tickets.events(s, ticket.number)) == [(at(hours=h), e) for h, e in enumerate(happened)]


def test_candidates_by_token_tag_and_known_id(do: Do) -> None:
    one, two = (do(partial(ticketed, mail=letter(name))) for name in "ab")
    extra = do(lambda s: persons.person(s, Address("Lee", "lee@one.example"), NOW))
    do(lambda s: tickets.set_participants(s, one.number, [extra, extra]))
    token = Token("a", one.number, 1, "n", "m")
    huge = replace(token, ticket=10**30)
    asked = Questions((token, huge), ("<b@one.example>", "<no@one.example>"), 10**25, "<c@x>", "c")
    found = do(lambda s: facts.candidates(s, asked, "kim@one.example"))
    assert {n: number_of(c) for n, c in found.by_number.items()} == {one.number: one.number}
    assert found.by_number[one.number].people.requester == {"kim@one.example"}
    assert found.by_number[one.number].people.participants == {"lee@one.example"}
    assert {n: number_of(c) for n, c in found.by_id.items()} == {"<b@one.example>": two.number}
    do(lambda s: tickets.set_participants(s, one.number, []))
    alone = do(lambda s: facts.candidates(s, asked, None)).by_number[one.number]
    assert alone.people.participants == frozenset()


def test_merged_tickets_are_resolved_along_the_chain(do: Do) -> None:
    one, two, three = (do(partial(ticketed, mail=letter(name))) for name in "abc")
    do(lambda s: tickets.save(s, replace(one, merged_into=two.number)))
    do(lambda s: tickets.save(s, replace(two, merged_into=three.number)))
    found = do(lambda s: facts.candidates(s, questions(letter("x"), "<a@one.example>", tag=two.number), None))
    assert number_of(found.by_id["<a@one.example>"]) == three.number
    assert number_of(found.by_number[two.number]) == three.number
    do(lambda s: tickets.save(s, replace(three, merged_into=one.number)))  # a ring must not hang anybody
    assert do(lambda s: facts.candidates(s, questions(letter("x"), tag=one.number), None)).by_number


def test_the_older_of_two_messages_with_one_id_is_known(do: Do) -> None:
    first = do(lambda s: ticketed(s, letter("a")))
    do(lambda s: ticketed(s, letter("a", sender="thief@two.example", content="other")))
    found = do(lambda s: facts.candidates(s, questions(letter("x"), "<a@one.example>"), None))
    assert number_of(found.by_id["<a@one.example>"]) == first.number


def test_a_late_parent_finds_its_answer_and_takes_the_messages(do: Do) -> None:
    child = do(lambda s: ticketed(s, letter("b", parents=["<zero@one.example>", "<a@one.example>"])))
    touched = do(lambda s: ticketed(s, letter("c", parents=["<a@one.example>"])))
    do(lambda s: tickets.save(s, replace(touched, touched=True)))
    mail = letter("a")
    found = do(lambda s: facts.candidates(s, questions(mail), "kim@one.example")).relatives
    (orphan,) = (one for one in found if not one.candidate.ticket.touched)
    assert (number_of(orphan.candidate), orphan.author, orphan.level) == (child.number, "kim@one.example", Level.PROVEN)
    assert orphan.kin is Kin.CHILD
    parent = do(lambda s: ticketed(s, mail))
    do(lambda s: tickets.move_messages(s, child.number, parent.number))
    do(lambda s: tickets.save(s, replace(child, merged_into=parent.number)))
    assert [m.message_id for m in do(lambda s: tickets.messages(s, parent.number))] == [
        "<b@one.example>",
        "<a@one.example>",
    ]
    assert do(lambda s: tickets.messages(s, child.number)) == []
    answer = do(lambda s: facts.candidates(s, questions(letter("x"), "<b@one.example>"), None))
    assert number_of(answer.by_id["<b@one.example>"]) == parent.number
    (grandchild,) = do(lambda s: facts.candidates(s, questions(letter("zero")), None)).relatives
    assert (number_of(grandchild.candidate), grandchild.kin) == (parent.number, Kin.CHILD)


def test_copies_share_content_id_and_sender(do: Do) -> None:
    ids = do(lambda s: journaled(s, 1, 2, 3, 4))
    mail = letter("a")
    ticket = do(lambda s: ticketed(s, mail, ids[0]))
    do(lambda s: end(s, ids[1], replace(mail, fingerprint="other"), Outcome.HANDLED))
    do(lambda s: end(s, ids[2], replace(mail, sender=Address("", "thief@two.example")), Outcome.HANDLED))
    do(lambda s: end(s, ids[3], replace(mail, message_id=None), Outcome.HANDLED))
    (copy,) = do(lambda s: facts.candidates(s, questions(mail), "kim@one.example")).copies
    assert (copy.arrival, copy.outcome, copy.ticket) == (ids[0], Outcome.TICKETED, ticket.number)
    (nameless,) = do(lambda s: facts.candidates(s, questions(replace(mail, message_id=None)), "x@y")).copies
    assert nameless.arrival == ids[3]


def test_a_released_mail_is_no_copy_of_itself(do: Do) -> None:
    (arrival,) = do(lambda s: journaled(s, 1))
    mail = letter("a")
    reason: dict[str, Any] = {"reason": Reason.SPAM, "now": NOW, "fingerprint": "a", "sender": "kim@one.example"}
    do(lambda s: journal.finish(s, arrival, Outcome.QUARANTINED, message_id=mail.message_id, **reason))
    assert do(lambda s: facts.candidates(s, questions(mail), "kim@one.example")).copies
    assert not do(lambda s: facts.candidates(s, questions(mail), "kim@one.example", arrival)).copies


def test_an_answer_that_joined_is_an_orphan_too_while_its_parent_is_missing(do: Do) -> None:
    ticket = do(lambda s: ticketed(s, letter("c", parents=["<b@one.example>"])))
    do(lambda s: add(s, ticket.number, letter("b", sender="lee@one.example", parents=["<a@one.example>"])))
    (orphan,) = do(lambda s: facts.candidates(s, questions(letter("a")), None)).relatives
    assert (number_of(orphan.candidate), orphan.author) == (ticket.number, "lee@one.example")


def test_numbers_begin_where_told_and_are_never_given_twice(store_url: str, state: Path) -> None:
    store = open_store(store_url, state, first_ticket=1000)

    def spoiled(session: Session) -> None:
        ticketed(session, letter("x"))
        raise RuntimeError

    first = store.write(lambda s: ticketed(s, letter("a"))).result().number
    with pytest.raises(RuntimeError):
        store.write(spoiled).result()
    second = store.write(lambda s: ticketed(s, letter("b"))).result().number
    assert first == 1000
    assert second > first
    assert store.close(30.0)
    (state / "highest-ticket").write_text(f"{5000:020}\n")  # a database that was restored is older than the file
    store = open_store(store_url, state, first_ticket=1000)
    assert store.write(lambda s: ticketed(s, letter("c"))).result().number == 5001
    assert store.close(30.0)
    (state / "highest-ticket").unlink()  # and one that was moved has none
    store = open_store(store_url, state)
    assert store.write(lambda s: ticketed(s, letter("d"))).result().number == 5002
    assert store.close(30.0)


def test_a_number_file_that_cannot_be_read_gives_no_number(store_url: str, state: Path) -> None:
    state.mkdir()
    (state / "highest-ticket").write_text("forty-two")
    store = open_store(store_url, state)
    with pytest.raises(StoreFault, match="does not hold a number") as caught:
        store.write(lambda s: ticketed(s, letter("a"))).result()
    assert caught.value.permanent
    assert store.close(30.0)
