"""Laws of what is learned: neutral at first, moved by labels, kept as bytes, not to be drowned, explained in words."""

import itertools
import random
import time
from collections.abc import Iterator

import pytest

from filters.learning.evaluation import evaluate, is_learned, measure, without_telltales
from filters.learning.learner import SPAM_AT, Learner
from filters.learning.state import UnknownState, dump, load
from filters.learning.traits import read_traits
from filters.learning.words import read_words
from mail.model import Mail
from mail.parse import parse

WORDS = {
    "ham": "login seat licence upgrade query dashboard version index cluster token export proxy backup restore",
    "spam": "winner casino pills cheap mortgage refinance jackpot offer unsubscribe dollars guarantee miracle",
    "common": "please the and your with have this from about today thanks hello week account",
    "gossip": "neighbour garden picnic weather cousin holiday puppy recipe sunset gallery violin poem",
}
USUAL = "To: support@acme.test\nDate: Fri, 4 Oct 2002 10:00:00 +0000\nMessage-ID: <x@example.net>\n"
HAM = WORDS["ham"].split()
SPAM = WORDS["spam"].split()
COMMON = WORDS["common"].split()
GOSSIP = WORDS["gossip"].split()


def made(dice: random.Random, words: list[str], sender: str = "") -> Mail:
    """A mail of a few of these words among those that everybody writes."""
    said = " ".join(dice.choices(words, k=12) + dice.choices(COMMON, k=20))
    address = sender or f"{dice.randrange(10**6)}@example.net"
    raw = f"{USUAL}From: <{address}>\nSubject: {dice.choice(words)} {dice.choice(COMMON)}\n\n{said}\n"
    return parse(raw.encode())


def taught(count: int, seed: int = 1) -> Learner:
    """A learner that knows so many mails of either kind."""
    dice, learner = random.Random(seed), Learner()
    for _ in range(count):
        learner.learn(read_traits(made(dice, HAM)), spam=False)
        learner.learn(read_traits(made(dice, SPAM)), spam=True)
    return learner


def judge(learner: Learner, mails: list[Mail]) -> list[float]:
    return [learner.judge(read_traits(mail)) for mail in mails]


@pytest.fixture(scope="module")
def learner() -> Learner:
    return taught(250)


def some(words: list[str], count: int = 30, sender: str = "") -> list[Mail]:
    dice = random.Random(99)
    return [made(dice, words, sender) for _ in range(count)]


# ---------------------------------------------------------------- what it says
def test_it_starts_neutral() -> None:
    assert judge(Learner(), [*some(HAM), *some(SPAM), Mail()]) == [0.0] * 61


@pytest.mark.parametrize("spam", [True, False])
def test_a_label_moves_the_mail_to_its_side(*, spam: bool) -> None:
    learner, traits = Learner(), read_traits(some(COMMON, 1)[0])
    learner.learn(traits, spam=spam)
    assert (learner.judge(traits) > 0) is spam


def test_the_kinds_are_told_apart_after_some_hundred_mails(learner: Learner) -> None:
    assert max(judge(learner, some(HAM))) < 0
    assert min(judge(learner, some(SPAM))) >= SPAM_AT


def test_nothing_is_called_spam_before_enough_genuine_mails_are_known() -> None:
    dice, learner = random.Random(3), Learner()
    for number in range(600):
        learner.learn(read_traits(made(dice, SPAM)), spam=True)
        if number % 20 == 0:
            learner.learn(read_traits(made(dice, HAM)), spam=False)
    scores = judge(learner, some(SPAM))
    assert 4 < max(scores) < SPAM_AT
    assert min(scores) > max(judge(learner, some(HAM)))


def test_a_wrong_label_is_taken_back_by_the_right_one(learner: Learner) -> None:
    other, mail = load(dump(learner)), read_traits(some(HAM, 1)[0])
    for spam in (True, True, True, False, False, False):
        other.learn(mail, spam=spam)
    assert other.judge(mail) < 0


# ---------------------------------------------------------------- mailboxes
def test_a_mailbox_profits_from_what_others_learned(learner: Learner) -> None:
    assert all(learner.judge(read_traits(mail), "hi@acme.test") > 0 for mail in some(SPAM))


def test_two_mailboxes_may_differ() -> None:
    dice, learner = random.Random(5), taught(100)
    for _ in range(60):
        mail = read_traits(made(dice, ["course", "teacher", "lesson", "campus"]))
        learner.learn(mail, "school@acme.test", spam=False)
        learner.learn(mail, "hi@acme.test", spam=True)
    mails = [read_traits(mail) for mail in some(["course", "teacher", "lesson", "campus"])]
    assert all(learner.judge(mail, "school@acme.test") < 0 < learner.judge(mail, "hi@acme.test") for mail in mails)


# ---------------------------------------------------------------- what is kept
def test_what_was_learned_says_the_same_after_it_was_bytes(learner: Learner) -> None:
    again, mails = load(dump(learner)), [*some(HAM), *some(SPAM)]
    assert judge(again, mails) == judge(learner, mails)
    extra = read_traits(some(COMMON, 1)[0])
    for each in (other := load(dump(learner)), again):
        each.learn(extra, "hi@acme.test", spam=True)
    assert dump(other) == dump(again) != dump(learner)


def test_the_same_mails_teach_the_same() -> None:
    assert dump(taught(20)) == dump(taught(20)) != dump(taught(20, seed=2))


@pytest.mark.parametrize("harm", [slice(0), slice(0, -9), slice(1, None)])
def test_damaged_bytes_are_refused(harm: slice) -> None:
    with pytest.raises(UnknownState):
        load(dump(Learner())[harm])


def test_bytes_that_unpack_to_more_than_there_can_be_are_refused(learner: Learner) -> None:
    import zlib

    version = dump(learner).partition(b"\n")[0] + b"\n"
    with pytest.raises(UnknownState, match="not whole"):
        load(version + zlib.compress(bytes(50_000_000)))


# ---------------------------------------------------------------- nobody drowns it
def poisoned(learner: Learner, senders: list[str]) -> Learner:
    """The same after each of these has written a mail much like ours that was labelled spam."""
    dice, other = random.Random(7), load(dump(learner))
    for sender in senders:
        other.learn(read_traits(made(dice, HAM + GOSSIP, sender)), spam=True)
    return other


def test_a_thousand_mails_of_one_sender_turn_the_verdict_on_others_less_than_those_of_fifty(learner: Learner) -> None:
    one = judge(poisoned(learner, ["mallory@example.org"] * 1000), some(HAM))
    fifty = judge(poisoned(learner, [f"{number}@example.org" for number in range(50)]), some(HAM))
    assert max(one) < SPAM_AT
    assert sum(one) < sum(fifty)


# ---------------------------------------------------------------- why
def test_it_says_in_words_what_decided(learner: Learner) -> None:
    mail = parse(b"From: a@example.net\nSubject: casino\n\njackpot of a million\n")
    reasons = learner.explain(mail, most=400)
    told = {reason.what: reason.weight for reason in reasons}
    assert told["text: jackpot"] > 0 < told["subject: casino"]
    assert any(what.startswith("letters: ") for what in told)
    assert [abs(reason.weight) for reason in reasons] == sorted((abs(each.weight) for each in reasons), reverse=True)
    assert len(learner.explain(mail, most=3)) == 3


@pytest.mark.parametrize("mailbox", ["", "hi@acme.test"])
def test_the_reasons_add_up_to_the_score(learner: Learner, mailbox: str) -> None:
    for mail in (*some(HAM, 3), *some(SPAM, 3), Mail(), Mail(text="žluťoučký 免费发票 " * 9)):
        total = sum(reason.weight for reason in learner.explain(mail, mailbox, most=10**6))
        assert total == pytest.approx(learner.judge(read_traits(mail), mailbox), abs=1e-3)


def test_a_learner_that_knows_nothing_has_no_reasons() -> None:
    assert Learner().explain(some(SPAM, 1)[0]) == []


# ---------------------------------------------------------------- what a mail is made of
def test_words_stand_behind_their_place() -> None:
    raw = (
        b"Precedence: Bulk\nSubject: Free SEATS\nContent-Type: text/html\n\n"
        b'<p>Hello <a href="https://shop.example.biz/x">shop</a></p>'
    )
    words = read_words(parse(raw))
    assert {"field: precedence", "precedence: bulk", "fields: precedence, subject", "subject: Free"} <= words
    assert {"subject: free seats", "text: hello", "HTML: a", "link: biz"} <= words
    assert "text: biz" not in words


def test_scripts_without_spaces_are_taken_two_letters_at_a_time() -> None:
    assert {"text: 免费", "text: 费发"} <= read_words(Mail(text="免费发票"))


def test_letters_outlast_spaces_and_lookalikes_in_part() -> None:
    whole, split = (read_traits(Mail(text=text)) for text in ("cheap mortgage now", "cheap m0rtgage now"))
    assert len(set(whole.runs) & set(split.runs)) > len(whole.runs) / 2


def test_tell_tales_can_be_left_out() -> None:
    raw = b"From: a@example.net\nX-Mailer: Foo\nList-Id: <l.example>\nReceived: by x\nSubject: Hi\nDate: now\n\nText\n"
    mail = without_telltales(parse(raw))
    assert [name for name, _ in mail.headers] == ["Subject", "Date"]
    assert read_traits(mail).sender == ""


HOSTILE = {
    "words": b"Subject: x\n\n" + b"word " * 200_000,
    "one word": b"Subject: x\n\n" + b"a" * 1_000_000,
    "points": b"Subject: x\n\n" + b"a." * 500_000,
    "tags": b"Content-Type: text/html\n\n" + b"<a " * 300_000,
    "links": b"Subject: x\n\n" + b"http://" * 150_000,
    "fields": b"".join(b"X-%d: y\n" % number for number in range(100_000)) + b"\n\n",
    "a field": b"Subject: " + b"$!" * 500_000 + b"\n\nx",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_costs_no_more_than_its_beginning(name: str) -> None:
    mail, learner = parse(HOSTILE[name]), Learner()
    began = time.process_time()
    traits = read_traits(mail)
    learner.learn(traits, spam=True)
    learner.judge(traits)
    assert time.process_time() - began < 0.5
    assert len(traits.words) + len(traits.runs) < 20_000


# ---------------------------------------------------------------- evaluation
def stream(count: int) -> Iterator[tuple[bool, Mail]]:
    dice = random.Random(11)
    return (
        (spam, made(dice, SPAM if spam else HAM)) for spam in itertools.islice(itertools.cycle((True, False)), count)
    )


def test_a_stream_is_judged_before_it_is_learned() -> None:
    scores = list(evaluate(stream(40)))
    assert scores[0] == 0
    figures = measure([(number % 2 == 0, score) for number, score in enumerate(scores)][10:])
    assert figures.one_minus_roca == 0


def test_late_labels_are_learned_late() -> None:
    scores = list(evaluate(stream(40), delay=25))
    assert set(scores[:26]) == {0.0} != {*scores[26:28]}


@pytest.mark.parametrize(("share", "learned"), [(0.0, 0), (0.1, 10), (0.5, 50), (1.0, 100)])
def test_a_share_of_the_labels_is_learned(share: float, learned: int) -> None:
    assert sum(is_learned(number, share) for number in range(1, 101)) == learned


def test_figures_count_pairs_in_the_wrong_order() -> None:
    figures = measure([(False, 1.0), (False, 6.0), (True, 2.0), (True, 6.0), (True, 9.0)])
    assert figures.one_minus_roca == pytest.approx(100 * 1.5 / 6)
    assert figures.missed == pytest.approx(100 * 2 / 3)
    assert figures.ham_lost == 50
    assert figures.spam_passed == pytest.approx(100 / 3)


def test_one_kind_alone_has_no_figures() -> None:
    assert measure([(True, 1.0)]).one_minus_roca is None
