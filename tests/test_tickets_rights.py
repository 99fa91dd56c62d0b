"""The table of rights, row by row, and what holds for all of it; a code confirms just the mail it was made for."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.model import Level, Proof
from mail.tokens import Key, Keys, make
from tests.tickets_world import ALICE, ANN, KEYS, NOW, STOLEN, TICKET, address, answer, mail
from tickets.codes import ALPHABET, find_confirmed, make_code, read_code
from tickets.directory import Role
from tickets.rights import (
    NEEDS,
    NOTICE,
    Allowed,
    Attempt,
    Deed,
    NoteAndAsk,
    Refused,
    Unconfirmed,
    answers_own_mail,
    judge,
    level_of,
)

PROVEN, UNPROVEN, FAILED = (Proof(level, "said so") for level in (Level.PROVEN, Level.UNPROVEN, Level.FAILED))
AGENT, CUSTOMER, STAFF = Role.AGENT, Role.CUSTOMER, Role.STAFF
ASKS, WAITS, WAITS_CODELESS = "ask", "code", "no code"

ROWS = [
    ("a customer's new ticket", Attempt(CUSTOMER, Deed.OPEN, UNPROVEN), True),
    ("a customer's new ticket that failed", Attempt(CUSTOMER, Deed.OPEN, FAILED), True),
    ("a notifier's ticket", Attempt(Role.SOURCE, Deed.OPEN, UNPROVEN), True),
    ("a colleague's ticket", Attempt(STAFF, Deed.OPEN, UNPROVEN), True),
    ("a customer's command", Attempt(CUSTOMER, Deed.WORK, PROVEN, token=True), False),
    ("a customer's command with a code", Attempt(CUSTOMER, Deed.WORK, PROVEN, code=True), False),
    ("a customer's note", Attempt(CUSTOMER, Deed.NOTE, PROVEN, token=True), False),
    ("a customer's yes", Attempt(CUSTOMER, Deed.CONFIRM, PROVEN, token=True, code=True), False),
    ("a colleague's command", Attempt(STAFF, Deed.WORK, PROVEN, token=True), False),
    ("a colleague's yes", Attempt(STAFF, Deed.CONFIRM, PROVEN, token=True, code=True), False),
    ("a colleague's answer", Attempt(STAFF, Deed.NOTE, PROVEN, token=True), True),
    ("a colleague's answer, unproven", Attempt(STAFF, Deed.NOTE, UNPROVEN, token=True), False),
    ("a colleague's answer, released", Attempt(STAFF, Deed.NOTE, UNPROVEN, token=True, released=True), False),
    ("a colleague's answer, failed", Attempt(STAFF, Deed.NOTE, FAILED, token=True), False),
    ("a colleague's answer without the token", Attempt(STAFF, Deed.NOTE, PROVEN), False),
    ("a notifier's command", Attempt(Role.SOURCE, Deed.WORK, PROVEN, token=True), False),
    ("our own address's command", Attempt(Role.OWN, Deed.WORK, PROVEN, token=True), False),
    ("a survey's answer", Attempt(CUSTOMER, Deed.RATE, UNPROVEN, token=True), True),
    ("a colleague's survey", Attempt(STAFF, Deed.RATE, UNPROVEN, token=True), True),
    ("a survey's answer without token", Attempt(CUSTOMER, Deed.RATE, PROVEN), False),
    ("a survey's answer that failed", Attempt(CUSTOMER, Deed.RATE, FAILED, token=True), False),
    ("a survey's automatic answer", Attempt(CUSTOMER, Deed.RATE, PROVEN, token=True, automatic=True), False),
    ("an agent's survey", Attempt(AGENT, Deed.RATE, PROVEN, token=True), False),
    ("an agent's answer to a notice", Attempt(AGENT, Deed.WORK, PROVEN, token=True), True),
    ("an agent's mail with its code", Attempt(AGENT, Deed.WORK, UNPROVEN, code=True), True),
    ("an agent's failed mail with its code", Attempt(AGENT, Deed.WORK, FAILED, code=True), True),
    ("an agent's proven mail", Attempt(AGENT, Deed.WORK, PROVEN), ASKS),
    ("an agent's released mail", Attempt(AGENT, Deed.WORK, UNPROVEN, released=True, token=True), ASKS),
    ("an agent's yes to a question", Attempt(AGENT, Deed.CONFIRM, PROVEN, token=True), True),
    ("an agent's yes to nothing", Attempt(AGENT, Deed.CONFIRM, PROVEN), False),
    ("an agent's yes by code", Attempt(AGENT, Deed.CONFIRM, UNPROVEN, code=True), True),
    ("an agent's unproven yes", Attempt(AGENT, Deed.CONFIRM, UNPROVEN, token=True, names_ticket=True), WAITS),
    ("an agent's unproven mail", Attempt(AGENT, Deed.WORK, UNPROVEN, names_ticket=True), WAITS),
    ("an agent's unproven answer", Attempt(AGENT, Deed.WORK, UNPROVEN, token=True, names_ticket=True), WAITS),
    ("an agent's failed answer", Attempt(AGENT, Deed.WORK, FAILED, token=True, names_ticket=True), WAITS),
    ("an agent's unproven mail about nothing", Attempt(AGENT, Deed.WORK, UNPROVEN), WAITS_CODELESS),
    ("an agent's note", Attempt(AGENT, Deed.NOTE, PROVEN), True),
    ("an agent's released note", Attempt(AGENT, Deed.NOTE, UNPROVEN, released=True), True),
    ("an agent's unproven note", Attempt(AGENT, Deed.NOTE, UNPROVEN, names_ticket=True), WAITS),
    ("an agent's unproven ticket", Attempt(AGENT, Deed.OPEN, UNPROVEN), WAITS_CODELESS),
    ("an out-of-office with a token", Attempt(AGENT, Deed.WORK, PROVEN, token=True, automatic=True), False),
    ("an out-of-office with a code", Attempt(AGENT, Deed.CONFIRM, PROVEN, code=True, automatic=True), False),
    ("an unproven out-of-office", Attempt(AGENT, Deed.NOTE, UNPROVEN, automatic=True), WAITS_CODELESS),
]  # fmt: skip


@pytest.mark.parametrize(("attempt", "wanted"), [pytest.param(a, w, id=name) for name, a, w in ROWS])
def test_the_table(attempt: Attempt, wanted: bool | str) -> None:  # noqa: FBT001 a row of the table
    match judge(attempt):
        case Allowed():
            found: bool | str = True
        case Refused():
            found = False
        case NoteAndAsk():
            found = ASKS
        case Unconfirmed() as waits:
            found = WAITS if waits.by_code else WAITS_CODELESS
    assert found == wanted


FLAGS = ("token", "code", "automatic", "released", "names_ticket")
EVERY = [
    Attempt(role, deed, proof, **dict(zip(FLAGS, flags, strict=True)))
    for role, deed, proof in product(Role, Deed, (PROVEN, UNPROVEN, FAILED))
    for flags in product((False, True), repeat=len(FLAGS))
]


def test_whoever_falls_short_is_told_why() -> None:
    told = [verdict.why for attempt in EVERY if not isinstance(verdict := judge(attempt), Allowed)]
    assert told
    assert all(told)


def test_nothing_leaves_or_changes_without_both_proof_and_token_or_the_code() -> None:
    for attempt in EVERY:
        if attempt.deed in {Deed.WORK, Deed.CONFIRM} and judge(attempt) == Allowed():
            assert attempt.role is AGENT
            assert attempt.code or (attempt.token and attempt.proof.holds)
            assert not attempt.automatic
            assert level_of(attempt) is Level.STRONG


def test_nobody_but_an_agent_is_asked_or_mailed_a_code() -> None:
    asked = {attempt.role for attempt in EVERY if isinstance(judge(attempt), NoteAndAsk | Unconfirmed)}
    assert asked == {AGENT}


def test_more_proof_never_gives_less_right() -> None:
    for attempt in EVERY:
        if judge(attempt) == Allowed():
            assert judge(replace(attempt, proof=PROVEN)) == Allowed()
            assert judge(replace(attempt, token=True, code=True)) == Allowed()
            assert judge(replace(attempt, automatic=False)) == Allowed()


def test_the_table_names_each_row_once_and_nothing_for_strangers_to_work_with() -> None:
    assert {role for role, deed in NEEDS if deed in {Deed.WORK, Deed.CONFIRM}} == {AGENT}


def test_an_unproven_agent_is_told_what_was_missing_and_what_to_do() -> None:
    proof = Proof(Level.UNPROVEN, "the signature of us.example does not cover Message-ID")
    verdict = judge(Attempt(AGENT, Deed.WORK, proof, names_ticket=True))
    assert isinstance(verdict, Unconfirmed)
    assert "Message-ID" in verdict.why
    assert "code" in verdict.why


# ---------------------------------------------------------------- the token of a notice
def notice(recipient: str = ALICE, number: int = TICKET, *, keys: Keys = KEYS, purpose: str = NOTICE) -> str:
    token = make(keys, purpose=purpose, ticket=number, recipient=recipient, nonce="n", now=NOW - timedelta(days=1))
    return token.message_id("acme.test")


def is_answer(*parents: str, ticket: int | None = TICKET, addresses: tuple[str, ...] = (ALICE,)) -> bool:
    return answers_own_mail(answer(ALICE, parents=parents), NOTICE, ticket, addresses, KEYS, now=NOW)


def test_an_answer_to_ones_own_notice_is_known_by_its_token() -> None:
    assert is_answer(notice())
    assert is_answer("<x@y.test>", notice())
    assert is_answer(notice(number=9), ticket=None)
    assert is_answer(notice("alice@home.test"), addresses=(ALICE, "alice@home.test"))


@pytest.mark.parametrize(
    "parent",
    [
        notice(ANN),
        notice("bob@acme.test"),
        notice(number=9),
        notice(keys=STOLEN),
        notice(purpose="a"),
        "<first@globex.test>",
    ],
)
def test_another_token_is_no_answer_to_ones_own_notice(parent: str) -> None:
    assert not is_answer(parent)


def test_a_token_in_an_address_is_no_answer() -> None:
    tagged = f"support+{notice().strip('<>').partition('@')[0]}@acme.test"
    for made in (
        replace(mail(ALICE), headers=(("Delivered-To", tagged),)),
        replace(mail(ALICE), to=(address(tagged),)),  # an unsubscribe link can say so
    ):
        assert not answers_own_mail(made, NOTICE, TICKET, (ALICE,), KEYS, now=NOW)


# ---------------------------------------------------------------- codes
CODE = make_code(KEYS, ALICE, 7, NOW)
BARE = CODE.replace("-", "")


def confirmed(
    code: str = BARE,
    *,
    waiting: tuple[int, ...] = (5, 7, 9),
    agents: tuple[str, ...] = (ALICE,),
    now: datetime = NOW,
    keys: Keys = KEYS,
) -> int | None:
    return find_confirmed(code, keys, agents, waiting, now)


def test_a_code_confirms_the_one_mail_that_it_was_made_for() -> None:
    assert confirmed() == 7
    assert confirmed(agents=("alice@home.test", ALICE.upper())) == 7
    assert confirmed(waiting=(5, 9)) is None
    assert confirmed(waiting=()) is None


def test_a_code_is_for_one_agent_and_of_our_key() -> None:
    assert confirmed(agents=("bob@acme.test",)) is None
    assert confirmed(keys=STOLEN) is None
    newer = Keys(Key(2, b"n" * 32, date(2026, 2, 1)), (KEYS.current,))
    assert confirmed(keys=newer) == 7


@pytest.mark.parametrize(("hours", "good"), [(0, True), (12, True), (24, True), (25, False), (-1, False)])
def test_a_code_is_good_for_a_day(hours: int, *, good: bool) -> None:
    assert (confirmed(now=NOW + timedelta(hours=hours)) == 7) is good


@pytest.mark.parametrize(
    "reply",
    [CODE, BARE, BARE.upper(), CODE.capitalize(), f"*{CODE}*", f'"{CODE}".', f"  {CODE}\nthank you", f"<{CODE}>"],
)
def test_a_code_is_read_as_people_type_it(reply: str) -> None:
    assert read_code(reply) == BARE


@pytest.mark.parametrize(
    "reply",
    ["", "yes", f"the code is {CODE}", f"> {CODE}", f"{BARE}x", BARE[:-1], "abcdefgh", "b\u0441dfghjk", "1" * 8],
)
def test_what_is_not_the_first_word_or_no_code_is_none(reply: str) -> None:
    assert read_code(reply) is None


def test_codes_differ_for_each_agent_mail_and_hour() -> None:
    made = {
        make_code(KEYS, agent, arrival, NOW + timedelta(hours=hour))
        for agent in (ALICE, ANN)
        for arrival in range(20)
        for hour in range(5)
    }
    assert len(made) == 200


@given(st.text(max_size=100))
def test_any_text_is_read_and_confirms_nothing_by_chance(text: str) -> None:
    code = read_code(text)
    assert code is None or set(code) <= set(ALPHABET)
    assert confirmed(code or text, waiting=(1,)) is None
