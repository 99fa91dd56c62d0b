"""What an answer to a survey is, decided from values alone: who rates, who ends surveys, what is a mail like others."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.model import Bounce, Level, Mail
from mail.tokens import Keys, Token, make
from tests.tickets_world import (
    ALICE,
    ANN,
    CAROL,
    CEDRIC,
    FORMS,
    KEYS,
    NOW,
    STOLEN,
    SUPPORT,
    WORLD,
    answer,
    automatic,
    mail,
)
from tickets.candidates import Inbound
from tickets.ratings import opt_out_token
from tickets.routes import OptOut, Rate
from tickets.surveys import COMMENT_CHARACTERS


def survey(recipient: str = ANN, *, purpose: str = "s", number: int = 41, keys: Keys = KEYS, days: int = 1) -> Token:
    """The token of a survey that was sent so many days ago."""
    then = NOW - timedelta(days=days)
    return make(keys, purpose=purpose, ticket=number, recipient=recipient, nonce="survey", now=then)


def said(text: str, sender: str = ANN, asked: Token | None = None) -> Mail:
    """An answer to the survey, by Ann unless it is said otherwise."""
    made = answer(sender, parents=(asked or survey()).message_id("acme.test").split())
    return replace(made, reply=text, text=text)


def ending(token: Token, sender: str = ANN) -> Mail:
    return mail(sender, subject=f"unsubscribe {token.local_part()}")


def test_the_asked_requester_rates_with_a_comment() -> None:
    assert WORLD.route(said("5")) == Rate(41, 5, "")
    assert WORLD.route(said("1\nToo slow\n\nfor us"), Level.PROVEN) == Rate(41, 1, "Too slow\n\nfor us")


@pytest.mark.parametrize("level", Level)
def test_only_a_failed_proof_keeps_a_rating_from_counting(level: Level) -> None:
    assert isinstance(WORLD.route(said("5"), level), Rate) == (level is not Level.FAILED)


@pytest.mark.parametrize("sender", [CAROL, ALICE, FORMS, SUPPORT, "ann@gmail.com", "", "@", None])
def test_nobody_else_rates_with_her_token(sender: str | None) -> None:
    made = replace(said("5"), sender=None) if sender is None else said("5", sender)
    assert not isinstance(WORLD.route(made, Level.PROVEN), Rate | OptOut)


def test_staff_who_were_asked_rate_and_agents_never_do() -> None:
    assert WORLD.route(said("4", CEDRIC, survey(CEDRIC))) == Rate(41, 4, "")
    assert not isinstance(WORLD.route(said("4", ALICE, survey(ALICE)), Level.PROVEN), Rate)


@pytest.mark.parametrize(
    "asked",
    [
        survey(purpose="a"),
        survey(purpose="w"),
        survey(purpose="o"),
        survey(number=99),
        survey(keys=STOLEN),
        survey(CAROL),
        survey(days=31),
        survey(days=-3),
        replace(survey(), nonce="aaaaaaaa"),
        replace(survey(), day=survey().day + 1),
    ],
)
def test_no_other_token_rates(asked: Token) -> None:
    assert not isinstance(WORLD.route(said("5", asked=asked)), Rate | OptOut)


def test_a_survey_of_thirty_days_ago_still_counts() -> None:
    assert WORLD.route(said("5", asked=survey(days=30))) == Rate(41, 5, "")


def test_what_no_person_wrote_and_old_mail_that_is_imported_rates_nothing() -> None:
    made = said("5")
    returned = replace(made, bounce=Bounce("bounce", "550", ()))
    for each in (automatic(made), automatic(made, opens=True), automatic(made, kind="bulk"), returned):
        assert not isinstance(WORLD.route(each, Level.PROVEN), Rate)
    assert not isinstance(WORLD.route(made, inbound=Inbound(7, SUPPORT, NOW, imported=True)), Rate)


def test_a_long_comment_is_cut_and_a_million_lines_are_read() -> None:
    way = WORLD.route(said("3\n" + "x " * 500_000 + "\n" * 100_000))
    assert isinstance(way, Rate)
    assert len(way.comment) == COMMENT_CHARACTERS


@given(st.text(max_size=200))
def test_whatever_is_written_rates_exactly_where_its_first_line_is_a_digit(text: str) -> None:
    own = [line.strip() for line in text.splitlines() if not line.startswith(">") and line.strip()]
    way = WORLD.route(said(text))
    assert isinstance(way, Rate) == (bool(own) and own[0] in {"1", "2", "3", "4", "5"})
    if isinstance(way, Rate):
        assert str(way.score) == own[0]


@pytest.mark.parametrize("word", ["stop", "Stop.", "UNSUBSCRIBE", "abmelden", "Abbestellen!", "stopp"])
def test_one_word_alone_ends_surveys(word: str) -> None:
    assert WORLD.route(said(word)) == OptOut(41)
    assert not isinstance(WORLD.route(said(f"{word}\nthe server")), OptOut)
    assert not isinstance(WORLD.route(said(word), Level.FAILED), OptOut)


def test_a_mail_program_ends_them_from_any_address_but_by_no_other_token() -> None:
    token = survey(purpose="o")
    assert WORLD.route(ending(token)) == OptOut(41)
    assert WORLD.route(ending(token, "ann.private@else.test")) == OptOut(41)
    assert WORLD.route(automatic(ending(token))) == OptOut(41)
    others = (survey(), survey(purpose="w"), survey(CAROL, purpose="o"), survey(purpose="o", keys=STOLEN))
    for other in (*others, survey(purpose="o", number=99), survey(purpose="o", days=500)):
        assert not isinstance(WORLD.route(ending(other)), OptOut)
    imported = Inbound(7, SUPPORT, NOW, imported=True)
    assert not isinstance(WORLD.route(ending(token), inbound=imported), OptOut)


@pytest.mark.parametrize(
    "frame", ["Re: unsubscribe {}", "unsubscribe {} now", "{}", "unsubscribe {}{}", "unsubscribe x{}"]
)
def test_a_subject_that_says_more_ends_nothing(frame: str) -> None:
    word = survey(purpose="o").local_part()
    assert opt_out_token(frame.format(word, word)) is None
    assert opt_out_token(f" STOP  {word.upper()} ") == survey(purpose="o")
