"""What the store tells of a mail's relatives: answers to the same mail, mails that it names, hints of Exchange."""

import base64
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from mail.model import Level, Mail
from store import facts, messages, tickets
from store.engine import Session, open_store
from store.schema.conversations import NAMED
from tests.store_samples import add, letter, questions, ticketed
from tickets.candidates import Candidates, Kin

Do = Callable[[Callable[[Session], Any]], Any]
ABSENT, OTHER = "<never-came@one.example>", "<nor-did-this@one.example>"


def ask(do: Do, mail: Mail, *ids: str) -> Candidates:
    found: Candidates = do(lambda s: facts.candidates(s, questions(mail, *ids), None))
    return found


def kin_of(found: Candidates) -> set[tuple[int, str, Level, Kin]]:
    return {(one.candidate.ticket.number, one.author, one.level, one.kin) for one in found.relatives}


def test_an_answer_to_the_same_absent_mail_is_a_sibling_whatever_reference_names_it(do: Do) -> None:
    other = do(lambda s: ticketed(s, letter("a", parents=[ABSENT, OTHER, "<z@x>"]), level=Level.UNPROVEN))
    found = ask(do, letter("b"), ABSENT, OTHER)
    assert kin_of(found) == {(other.number, "kim@one.example", Level.UNPROVEN, Kin.SIBLING)}
    assert found.by_id == {}


def test_a_mail_that_is_named_is_a_parent_and_known(do: Do) -> None:
    first = do(lambda s: ticketed(s, letter("a")))
    found = ask(do, letter("b"), "<a@one.example>")
    assert kin_of(found) == {(first.number, "kim@one.example", Level.PROVEN, Kin.PARENT)}
    assert found.by_id["<a@one.example>"].ticket.number == first.number


def test_another_mail_with_the_same_id_is_known_but_no_relative(do: Do) -> None:
    first = do(lambda s: ticketed(s, letter("a")))
    found = ask(do, letter("a", content="other"))
    assert found.relatives == ()
    assert found.by_id["<a@one.example>"].ticket.number == first.number


def test_relatives_are_found_where_their_messages_lie_by_now(do: Do) -> None:
    old = do(lambda s: ticketed(s, letter("a", parents=[ABSENT])))
    new = do(lambda s: ticketed(s, letter("b")))
    do(lambda s: tickets.move_messages(s, old.number, new.number))
    do(lambda s: tickets.save(s, replace(old, merged_into=new.number)))
    assert {one.candidate.ticket.number for one in ask(do, letter("c"), ABSENT).relatives} == {new.number}


def test_of_a_long_thread_each_id_is_kept_once(do: Do) -> None:
    ticket = do(lambda s: ticketed(s, letter("0", parents=[ABSENT])))
    for n in range(1, 9):
        named = [ABSENT, *(f"<{earlier}@one.example>" for earlier in range(n))]
        do(partial(add, number=ticket.number, mail=letter(str(n), parents=named)))
    assert do(lambda s: s.connection().execute(select(func.count()).select_from(NAMED)).scalar()) == 9


def test_of_a_thousand_answers_to_one_newsletter_only_some_are_looked_at(do: Do) -> None:
    def answer_all(session: Session) -> None:
        for n in range(300):
            ticketed(session, letter(str(n), sender=f"c{n}@two.example", parents=[ABSENT]))

    do(answer_all)
    assert 50 < len(ask(do, letter("x"), ABSENT).relatives) <= 100


def test_tickets_of_one_requester_with_the_same_thread_index_are_a_hint(do: Do) -> None:
    def indexed(name: str, root: bytes, sender: str = "kim@one.example") -> Mail:
        written = base64.b64encode(b"\x01\xd5\xff\xff\xff\xff" + root * 16).decode()
        return replace(letter(name, sender=sender), headers=(("Thread-Index", written),))

    mails = [indexed("a", b"1"), indexed("b", b"1"), indexed("c", b"2"), indexed("d", b"1", "lee@one.example")]
    first, second, *_ = [do(partial(ticketed, mail=mail)) for mail in [*mails, letter("e")]]
    asker = first.requester
    assert do(lambda s: messages.same_conversation(s, first.number, asker)) == [second.number]
    assert do(lambda s: messages.same_conversation(s, second.number, asker)) == [first.number]
    assert do(lambda s: messages.same_conversation(s, 3, asker)) == []
    assert do(lambda s: messages.same_conversation(s, 5, asker)) == []


def test_what_an_earlier_version_knew_of_parents_is_still_known(tmp_path: Path) -> None:
    shutil.copy(Path(__file__).parent / "stores" / "1.sqlite", tmp_path / "kept.sqlite")
    store = open_store(f"sqlite:///{tmp_path}/kept.sqlite", tmp_path / "state")
    with store.read() as session:
        rows = session.connection().execute(select(NAMED.c.ticket, NAMED.c.message).order_by(NAMED.c.message)).all()
    assert [tuple(row) for row in rows] == [(1, 3), (2, 5)]
    assert store.close(30.0)
