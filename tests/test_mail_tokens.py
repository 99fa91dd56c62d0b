"""Tokens prove who was written to, and nothing else does."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.domains import ascii_address, ascii_domain
from mail.tokens import MAX_FOUND, Key, Keys, Token, find, is_for, make

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KEYS = Keys(Key(1, bytes(range(32)), date(2026, 1, 1)))
OTHER = Keys(Key(2, bytes(range(1, 33)), date(2026, 2, 1)))
ALICE = "alice@customer.example"

locals_ = st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9.+_-]{0,20}", fullmatch=True)
addresses = st.builds(
    lambda local, tld: f"{local}@{tld}", locals_, st.sampled_from(["a.example", "b.example", "bücher.example"])
)
tickets = st.integers(0, 10**10 - 1)
purposes = st.sampled_from("abcxyz")


def token_for(recipient: str = ALICE, *, keys: Keys = KEYS, ticket: int = 123, now: datetime = NOW) -> Token:
    return make(keys, purpose="a", ticket=ticket, recipient=recipient, nonce="ack:ticket:123", now=now)


@given(
    recipient=addresses,
    stranger=addresses,
    ticket=tickets,
    purpose=purposes,
    nonce=st.text(max_size=40),
    seed=st.integers(0, 2**64),
)
def test_a_token_is_for_its_recipient_and_for_nobody_else_whatever_the_case(
    *, recipient: str, stranger: str, ticket: int, purpose: str, nonce: str, seed: int
) -> None:
    token = make(KEYS, purpose=purpose, ticket=ticket, recipient=recipient, nonce=nonce, now=NOW)
    chance = random.Random(seed)
    shouted = "".join(chance.choice((c.lower(), c.upper())) for c in token.message_id("helpdesk.example"))
    assert find([shouted]) == (token,)
    assert is_for(token, recipient.swapcase() if recipient.isascii() else recipient, KEYS, NOW)
    assert is_for(token, stranger, KEYS, NOW) == (ascii_address(stranger) == ascii_address(recipient))
    assert not is_for(token, recipient, OTHER, NOW)


@given(tickets, purposes, st.text(max_size=100))
def test_a_token_fits_behind_the_plus_of_support(ticket: int, purpose: str, nonce: str) -> None:
    token = make(KEYS, purpose=purpose, ticket=ticket, recipient=ALICE, nonce=nonce, now=NOW)
    address = f"support+{token.local_part()}"
    assert len(address) <= 64
    assert find([f"{address}@helpdesk.example"]) == (token,)


def test_a_token_changed_in_any_of_its_fields_is_worth_nothing() -> None:
    token = token_for()
    changed = (
        replace(token, purpose="x"),
        replace(token, ticket=124),
        replace(token, day=token.day - 1),
        replace(token, nonce="aaaaaaaa"),
        replace(token, mac="a" * 26),
        replace(token, mac=token.mac[:-1]),
        replace(token, mac=""),
        replace(token, mac="ü\ud800"),
    )
    assert is_for(token, ALICE, KEYS, NOW)
    assert not any(is_for(other, ALICE, KEYS, NOW) for other in changed)


def test_a_hundred_thousand_guesses_hit_nothing() -> None:
    token, chance = token_for(), random.Random(7)
    guesses = ("".join(chance.choices("abcdefghijklmnopqrstuvwxyz234567", k=26)) for _ in range(100_000))
    assert not any(is_for(Token("a", 123, token.day, token.nonce, guess), ALICE, KEYS, NOW) for guess in guesses)


@pytest.mark.parametrize(
    ("days", "holds"), [(0, True), (400, True), (401, False), (-1, True), (-2, False), (4000, False)]
)
def test_a_token_holds_for_400_days(days: int, *, holds: bool) -> None:
    assert is_for(token_for(), ALICE, KEYS, NOW + timedelta(days=days)) is holds


def test_the_day_is_counted_in_utc_whatever_the_zone_of_now() -> None:
    east = datetime.fromisoformat("2026-03-02T01:00:00+14:00")
    assert token_for(now=east) == token_for(now=east.astimezone(UTC))


def test_a_former_key_still_counts_and_a_dropped_one_does_not() -> None:
    token = token_for()
    assert is_for(token, ALICE, Keys(OTHER.current, former=(KEYS.current,)), NOW)
    assert not is_for(token, ALICE, Keys(OTHER.current), NOW)


def test_the_same_mail_has_the_same_token_and_another_nonce_another() -> None:
    assert token_for() == token_for()
    other = make(KEYS, purpose="a", ticket=123, recipient=ALICE, nonce="ack:ticket:123:2", now=NOW)
    assert other.message_id("h.example") != token_for().message_id("h.example")


def test_the_tag_of_an_address_counts_as_we_wrote_to_that_one() -> None:
    assert not is_for(token_for("alice+news@customer.example"), ALICE, KEYS, NOW)


def test_either_spelling_of_a_domain_is_the_same_recipient() -> None:
    assert is_for(token_for("a@bücher.example"), "A@XN--bcher-KVA.example", KEYS, NOW)
    assert not is_for(token_for("a@straße.example"), "a@strasse.example", KEYS, NOW)


@given(st.lists(st.text(max_size=200), max_size=10))
def test_garbage_holds_no_token_and_raises_nothing(texts: list[str]) -> None:
    assert find(texts) == ()


@pytest.mark.parametrize(
    "text",
    [
        "hd-a0123-20513-aaaaaaaa-" + "a" * 26,  # a second spelling of a number
        "hd-a123-00513-aaaaaaaa-" + "a" * 26,
        "xhd-a123-20513-aaaaaaaa-" + "a" * 26,
        "hd-a123-20513-aaaaaaaa-" + "a" * 27,
        "hd-a123-20513-aaaaaaaa-" + "a" * 25 + "1",
        "hd-a12345678901-20513-aaaaaaaa-" + "a" * 26,
        "hd-\u017f123-20513-aaaaaaaa-" + "a" * 26,
        "hd-a\u0661\u0662-20513-aaaaaaaa-" + "a" * 26,
    ],
)
def test_what_is_almost_a_token_is_none(text: str) -> None:
    assert find([f"<{text}@h.example>"]) == ()


def test_tokens_come_in_their_order_once_each_and_not_without_end() -> None:
    tokens = [token_for(ticket=number) for number in range(1, MAX_FOUND + 50)]
    ids = [token.message_id("h.example") for token in tokens]
    assert find([ids[2] + ids[0], ids[2], ids[1]]) == (tokens[2], tokens[0], tokens[1])
    assert find(ids) == tuple(tokens[:MAX_FOUND])


def test_a_hostile_megabyte_is_read_like_any_other() -> None:
    assert find(["hd-a1-20513-aaaaaaaa-" * 50_000, "hd-" * 300_000, "-" * 1_000_000]) == ()


@pytest.mark.parametrize(("purpose", "ticket"), [("", 1), ("A", 1), ("ab", 1), ("ä", 1), ("a", -1), ("a", 10**10)])
def test_what_could_not_be_found_again_is_not_made(purpose: str, ticket: int) -> None:
    with pytest.raises(ValueError, match="no token for"):
        make(KEYS, purpose=purpose, ticket=ticket, recipient=ALICE, nonce="1", now=NOW)


def test_a_key_never_shows_its_secret() -> None:
    keys = Keys(Key(1, b"canary-canary-canary", date(2026, 1, 1)))
    assert "canary" not in f"{keys!r} {keys}"


@pytest.mark.parametrize(
    ("domain", "spelt"),
    [
        ("Example.COM.", "example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("\uff45xample.com", None),
        ("example\u212a.com", None),
        ("", None),
        ("a..b", None),
        ("-a.b", None),
        ("a b.c", None),
        ("a\n.c", None),
        ("ü\u202e.c", None),
        ("[127.0.0.1]", None),
        ("a" * 64 + ".c", None),
        (".".join(["abcdefgh"] * 40), None),
    ],
)
def test_a_domain_has_one_spelling_or_is_none(domain: str, spelt: str | None) -> None:
    assert ascii_domain(domain) == spelt


@given(st.text(max_size=80))
def test_any_text_is_a_domain_or_none_and_its_spelling_is_stable(text: str) -> None:
    spelt = ascii_domain(text)
    assert spelt is None or (spelt.isascii() and ascii_domain(spelt) == spelt)
