"""Answers to a mail that never came to us: who may write on the ticket of another answer, and which tickets join."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from mail.model import Level, Mail
from tests.tickets_world import (
    ALICE,
    ANN,
    CAROL,
    CEDRIC,
    EMPTY,
    ERIN,
    FIRST_ID,
    MALLORY,
    NOW,
    SUPPORT,
    WORLD,
    World,
    answer,
    candidate,
    mail,
    orphan,
    ticket,
    token_id,
)
from tickets.candidates import Inbound, Kin, Relative
from tickets.model import MessageKind, Status
from tickets.routes import By, Join, Open

PROVEN, UNPROVEN, FAILED = Level.PROVEN, Level.UNPROVEN, Level.FAILED
ABSENT = "<never-came@x>"


def sibling(number: int, author: str = ANN, level: Level = PROVEN, *, touched: bool = False) -> Relative:
    return replace(orphan(number, author, level, touched=touched), kin=Kin.SIBLING)


def parent(number: int, author: str = ANN, level: Level = PROVEN, *, touched: bool = False) -> Relative:
    return replace(orphan(number, author, level, touched=touched), kin=Kin.PARENT)


def about(author: str = ANN) -> Mail:
    return answer(author, parents=[ABSENT])


# ---------------------------------------------------------------- joining
def test_a_second_answer_of_the_requester_to_an_absent_mail_joins_the_first() -> None:
    way = EMPTY.with_orphans(sibling(52, touched=True)).route(about(), PROVEN)
    assert isinstance(way, Join)
    assert (way.number, way.by, way.kind) == (52, By.REFERENCE, MessageKind.CUSTOMER)


@pytest.mark.parametrize(
    ("related", "author", "level"),
    [
        (sibling(52), ANN, UNPROVEN),
        (sibling(52), ANN, FAILED),
        (sibling(52), MALLORY, PROVEN),
        (sibling(52), CAROL, PROVEN),
        (sibling(52, level=UNPROVEN), ANN, PROVEN),
        (sibling(52, level=FAILED), ANN, PROVEN),
        (sibling(52, ERIN), ANN, PROVEN),
    ],
    ids=[
        "unproven",
        "failed",
        "a stranger",
        "a colleague: both may have been sent the same newsletter",
        "the other answer was not proven",
        "the other answer failed",
        "the other answer is of another account",
    ],
)
def test_nobody_else_joins_by_an_absent_mail(related: Relative, author: str, level: Level) -> None:
    way = EMPTY.with_orphans(related).route(about(author), level)
    assert isinstance(way, Open)
    assert way.pulls == ()


def test_of_several_tickets_of_the_requester_the_newest_is_meant() -> None:
    way = EMPTY.with_orphans(sibling(51), sibling(53), sibling(52), sibling(99, ERIN)).route(about(), PROVEN)
    assert isinstance(way, Join)
    assert way.number == 53


def test_a_mail_that_is_here_counts_before_one_that_is_not() -> None:
    way = WORLD.with_orphans(sibling(52, touched=True)).route(answer(parents=[ABSENT, FIRST_ID]), PROVEN)
    assert isinstance(way, Join)
    assert way.number == 41


def test_an_agents_answer_to_a_mail_that_many_answered_is_a_note_on_none_of_their_tickets() -> None:
    clear = EMPTY.with_orphans(sibling(52)).route(about(ALICE), PROVEN)
    assert isinstance(clear, Join)
    assert clear.kind is MessageKind.NOTE
    unclear = EMPTY.with_orphans(sibling(52), sibling(53, ERIN)).route(about(ALICE), PROVEN)
    assert isinstance(unclear, Open)
    assert unclear.linked is None


def test_staff_do_not_write_on_a_customers_ticket_by_an_absent_mail() -> None:
    assert isinstance(EMPTY.with_orphans(sibling(52)).route(about(CEDRIC), PROVEN), Open)


def test_the_agent_sees_the_one_ticket_that_is_meant_the_stranger_does_not_get_there() -> None:
    way = EMPTY.with_orphans(sibling(52)).route(about(MALLORY), PROVEN)
    assert isinstance(way, Open)
    assert way.linked == 52


# ---------------------------------------------------------------- the same Message-ID
def twin(subject: str, author: str = ANN, level: Level = PROVEN) -> Join | Open:
    made = replace(mail(author), subject=subject, message_id=FIRST_ID, fingerprint="other")
    way = WORLD.route(made, level)
    assert isinstance(way, Join | Open)
    return way


def test_another_mail_of_the_same_id_and_subject_is_another_message_on_the_ticket() -> None:
    way = twin("[list] Re: Cannot log in")
    assert isinstance(way, Join)
    assert (way.number, way.by) == (41, By.REFERENCE)


@pytest.mark.parametrize(
    ("subject", "author", "level"),
    [
        ("Disk full", ANN, PROVEN),
        ("Cannot log in", ANN, UNPROVEN),
        ("Cannot log in", MALLORY, PROVEN),
        ("Cannot log in", CAROL, PROVEN),
    ],
    ids=["another subject", "unproven", "a stranger", "a colleague"],
)
def test_the_same_id_alone_says_nothing(subject: str, author: str, level: Level) -> None:
    assert isinstance(twin(subject, author, level), Open)


# ---------------------------------------------------------------- bringing tickets together
def bridging(*relatives: Relative) -> World:
    return WORLD.with_orphans(*relatives)


@pytest.mark.parametrize("kin", [sibling, parent])
def test_a_mail_that_names_two_tickets_of_its_author_brings_them_together(kin: Callable[[int], Relative]) -> None:
    way = bridging(kin(52)).route(answer(parents=[FIRST_ID, ABSENT]), PROVEN)
    assert isinstance(way, Join)
    assert (way.number, way.pulls) == (41, (52,))


@pytest.mark.parametrize(
    "related",
    [
        sibling(52, touched=True),
        sibling(52, level=UNPROVEN),
        sibling(52, CAROL),
        parent(52, CAROL),
        parent(52, ERIN),
        parent(52, level=FAILED),
        replace(parent(52), candidate=candidate(52, ERIN, participants=[ANN])),
    ],
    ids=[
        "touched by our people",
        "not proven",
        "a colleague's answer",
        "a colleague's mail",
        "another account's",
        "failed",
        "the author takes part in another account's ticket",
    ],
)
def test_nothing_else_is_brought_together(related: Relative) -> None:
    way = bridging(related).route(answer(parents=[FIRST_ID, ABSENT]), PROVEN)
    assert isinstance(way, Join)
    assert (way.number, way.pulls) == (41, ())


def test_whoever_joins_by_a_token_without_proof_brings_nothing_together() -> None:
    way = bridging(sibling(52)).route(answer(parents=[token_id(), ABSENT]), UNPROVEN)
    assert isinstance(way, Join)
    assert (way.by, way.pulls) == (By.TOKEN, ())


def test_a_ticket_that_was_closed_long_ago_is_not_reopened_by_an_absent_mail() -> None:
    old = replace(sibling(52), candidate=candidate(of=ticket(52, Status.CLOSED, closed_days=20)))
    way = EMPTY.with_orphans(old).route(about(), PROVEN)
    assert isinstance(way, Open)
    assert way.linked == 52


def test_where_senders_are_trusted_all_that_is_related_is_one() -> None:
    trusted = Inbound(7, SUPPORT, NOW, trust_senders=True)
    way = EMPTY.with_orphans(sibling(52, MALLORY, UNPROVEN), parent(51, ERIN, FAILED)).route(about(), inbound=trusted)
    assert isinstance(way, Join)
    assert (way.number, way.pulls) == (52, (51,))
