"""What is taught is learned, once, in its order, and never lost: restarts, kill -9, damage, and one loud sender."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from daemon.sandbox import Limits, Sandbox
from daemon.sifting import teaching
from daemon.sifting.learning import ENOUGH, Knowledge, Mind, Study
from filters.learning.learner import Learner
from filters.learning.state import dump
from filters.learning.traits import read_traits
from mail.parse import parse
from store import journal, learning, lessons
from store.engine import Session, Store, open_store
from tests.store_samples import BOX, NOW, new

HAM = b"From: Ann <ann%d@example.com>\r\nSubject: Login %d\r\n\r\nThe dashboard shows no seats since the upgrade.\r\n"
SPAM = b"From: Bob <bob%d@example.net>\r\nSubject: Casino %d\r\n\r\nJackpot! Cheap pills for every winner.\r\n"


def mail(number: int) -> bytes:
    """Spam where the number is odd."""
    return (SPAM if number % 2 else HAM) % (number, number)


def arrive(store: Store, raws: list[bytes]) -> list[int]:
    def record(session: Session) -> list[int]:
        return [journal.record(session, BOX, [new(None, raw, epoch=None)], None, NOW)[0] for raw in raws]

    return store.write(record).result()


def teach(store: Store, arrivals: list[int], *, spam: bool | None = None, by: str = "train") -> list[bool]:
    """Each arrival is spam where its id is even, as `mail` makes them from 0 on, or all as `spam` says."""

    def work(session: Session) -> list[bool]:
        return [
            teaching.teach(session, one, spam=one % 2 == 0 if spam is None else spam, by=by, actor="cli:root", now=NOW)
            for one in arrivals
        ]

    return store.write(work).result()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox(1, Limits())
    yield made
    made.close()


def study(store: Store, sandbox: Sandbox, mind: Mind | None = None) -> Study:
    return Study(store, mind or Mind(), sandbox, lambda _: None)


def take_up(one: Study) -> Learner:
    """Learn all that there is to learn; the learner as it is then."""
    while one.take_up():
        pass
    return one.store.write(one.mind.copy).result()[1]


def by_hand(numbers: list[int]) -> Learner:
    """What a learner knows that was taught these mails, and read them in this process."""
    learner = Learner()
    for number in numbers:
        learner.learn(read_traits(parse(mail(number))), BOX, spam=number % 2 == 1)
    return learner


def test_what_is_taught_is_learned_in_its_order(store: Store, sandbox: Sandbox) -> None:
    arrivals = arrive(store, [mail(number) for number in range(25)])
    assert all(teach(store, arrivals))
    assert dump(take_up(study(store, sandbox))) == dump(by_hand(list(range(25))))


def test_the_same_said_twice_counts_once_and_the_other_way_counts_again(store: Store, sandbox: Sandbox) -> None:
    [arrival] = arrive(store, [mail(0)])
    assert teach(store, [arrival], spam=False) == [True]
    assert teach(store, [arrival], spam=False, by="release") == [False]
    assert teach(store, [arrival], spam=True) == [True]
    assert teach(store, [arrival + 99], spam=True) == [False]
    learner = take_up(study(store, sandbox))
    assert list(learner.known) == [1.0, 1.0]
    score = learner.judge(read_traits(parse(mail(0))), BOX)
    assert score > 0


def test_a_restart_knows_what_was_kept_and_learns_the_rest_again(store: Store, sandbox: Sandbox) -> None:
    arrivals = arrive(store, [mail(number) for number in range(12)])
    teach(store, arrivals[:7])
    first = study(store, sandbox)
    take_up(first)
    first.keep()
    teach(store, arrivals[7:])
    take_up(first)  # and is killed here: nothing more is kept
    again = study(store, sandbox)
    assert store.write(again.mind.open).result().lesson == 7
    assert dump(take_up(again)) == dump(by_hand(list(range(12))))


@pytest.mark.parametrize("damage", [b"", b"another version\n", dump(Learner())[:-9]])
def test_what_cannot_be_read_is_learned_again_from_the_stored_mail(
    damage: bytes, store: Store, sandbox: Sandbox
) -> None:
    arrivals = arrive(store, [mail(number) for number in range(6)])
    teach(store, arrivals)
    checkpoint = learning.Checkpoint(5, damage)
    store.write(partial(learning.keep, checkpoint=checkpoint, now=NOW)).result()
    assert dump(take_up(study(store, sandbox))) == dump(by_hand(list(range(6))))


def test_a_lesson_whose_transaction_fails_is_never_learned(store: Store, sandbox: Sandbox) -> None:
    [arrival] = arrive(store, [mail(0)])

    def fail(session: Session) -> None:
        teaching.teach(session, arrival, spam=False, by="command", actor="a", now=NOW)
        raise KeyError("a bug")

    with pytest.raises(KeyError):
        store.write(fail).result()
    assert list(take_up(study(store, sandbox)).known) == [0.0, 0.0]


def test_a_mail_whose_bytes_are_gone_is_passed_over(store: Store, sandbox: Sandbox) -> None:
    arrivals = arrive(store, [mail(0), mail(1)])
    teach(store, arrivals)
    store.write(lambda session: session.connection().exec_driver_sql("DELETE FROM raw WHERE arrival = 1")).result()
    one = study(store, sandbox)
    assert list(take_up(one).known) == [0.0, 1.0]
    assert one.mind.knowledge is not None
    assert one.mind.knowledge.lesson == 2


def test_a_mail_that_brings_its_reader_down_teaches_by_its_header(store: Store) -> None:
    short = Sandbox(1, Limits(cpu=0.0))
    try:
        arrivals = arrive(store, [b"Subject: x\r\n\r\n" + b"a" * 100])
        teach(store, arrivals, spam=True)
        assert take_up(study(store, short)).known[1] == 1.0
    finally:
        short.close()


def test_one_senders_thousand_mails_do_not_drown_what_others_taught(store: Store, sandbox: Sandbox) -> None:
    numbers = list(range(320))
    teach(store, arrive(store, [mail(number) for number in numbers]))
    loud = [
        b"From: eve@loud.example\r\nSubject: Login %d\r\n\r\nThe dashboard shows no seats.\r\n" % n for n in range(1000)
    ]
    one = study(store, sandbox)
    question = read_traits(parse(HAM % (9999, 9999)))
    before = take_up(one).judge(question, BOX)
    teach(store, arrive(store, loud), spam=True)
    after = take_up(one).judge(question, BOX)
    assert before < 0
    assert after < 0


def test_nothing_but_the_words_counts_for_genuine_before_enough_is_known() -> None:
    genuine, spam = ENOUGH
    assert not Knowledge(genuine, spam - 1, 9).is_enough
    assert not Knowledge(genuine - 1, spam, 9).is_enough
    assert Knowledge(genuine, spam, 9).is_enough


def test_the_thread_keeps_what_it_learned_when_it_ends(store: Store, sandbox: Sandbox) -> None:
    teach(store, arrive(store, [mail(0)]))
    one = study(store, sandbox)
    one.take_up()
    one.stop()
    one.run()
    with store.read() as session:
        kept = learning.checkpoint(session)
        assert kept is not None
        assert kept.lesson == lessons.last(session) == 1


def test_a_store_that_was_closed_in_between_knows_it_still(tmp_path: Path, sandbox: Sandbox) -> None:
    url = f"sqlite:///{tmp_path}/a.sqlite"
    store = open_store(url, tmp_path / "state")
    teach(store, arrive(store, [mail(number) for number in range(4)]))
    one = study(store, sandbox)
    known = dump(take_up(one))
    one.keep()
    assert store.close(10.0)
    again = open_store(url, tmp_path / "state")
    assert dump(again.write(Mind().copy).result()[1]) == known
    assert again.close(10.0)
