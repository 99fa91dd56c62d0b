"""The conditions of the admin's rules: where each looks, and that no pattern takes more time than its text is long."""

import time
from dataclasses import replace

import pytest

from filters import Evidence
from filters.rules.conditions import (
    AllOf,
    Among,
    AnyOf,
    Between,
    Condition,
    Found,
    Matches,
    Measure,
    Not,
    Place,
    Present,
    Proven,
)
from filters.rules.holding import holds, read_values
from filters.rules.patterns import BadPattern, Pattern
from mail.model import Level
from tests.filters_world import PROVEN, facts, seen, with_file, written

NOTHING: frozenset[str] = frozenset()
IT = replace(
    seen(
        written(
            cc="Bo <bo@customer.example>",
            reply_to="desk@sub.customer.example",
            return_path="<bounce@customer.example>",
            content_language="de-AT",
            x_kind="=?utf-8?q?F=C3=BCnf?=",
            list_id="<news.customer.example>",
        )
    ),
    facts=facts(account="Customer", tickets=3),
)


def has(place: Place, written: str, header: str = "") -> Condition:
    return Matches(place, Pattern(written), header)


@pytest.mark.parametrize(
    ("place", "values"),
    [
        (Place.SUBJECT, ("Dashboard shows no seats",)),
        (Place.HTML, ()),
        (Place.SENDER, ("ann@customer.example",)),
        (Place.SENDER_NAME, ("Ann Bell",)),
        (Place.SENDER_DOMAIN, ("customer.example",)),
        (Place.REPLY_TO, ("desk@sub.customer.example",)),
        (Place.REPLY_DOMAIN, ("sub.customer.example",)),
        (Place.TO, ("support@acme.test", "bo@customer.example")),
        (Place.TO_DOMAIN, ("acme.test", "customer.example")),
        (Place.RETURN_PATH, ("bounce@customer.example",)),
        (Place.FILE_NAME, ()),
        (Place.LANGUAGE, ("de-at", "de")),
        (Place.ACCOUNT, ()),
        (Place.MAILBOX, ("support@acme.test",)),
        (Place.AUTOMATIC, ("list",)),
    ],
)
def test_a_place_has_what_stands_there(place: Place, values: tuple[str, ...]) -> None:
    assert read_values(place, IT) == values


def test_the_account_is_that_of_a_proven_sender() -> None:
    assert read_values(Place.ACCOUNT, replace(IT, proof=PROVEN)) == ("Customer",)


def test_a_header_is_found_by_its_name_in_any_case_and_decoded() -> None:
    assert read_values(Place.HEADER, IT, "X-KIND") == ("F\u00fcnf",)
    assert holds(Present(Place.HEADER, "list-id"), IT, NOTHING)
    assert not holds(Present(Place.HEADER, "list-post"), IT, NOTHING)


def test_files_have_names_types_and_sizes() -> None:
    it = seen(with_file("invoice.pdf", content="x" * 500, kind="application/pdf"))
    assert read_values(Place.FILE_NAME, it) == ("invoice.pdf",)
    assert read_values(Place.FILE_TYPE, it) == ("application/pdf",)
    assert holds(Between(Measure.FILE_SIZE, 500, 501), it, NOTHING)
    assert holds(Between(Measure.FILES, 1, 1), it, NOTHING)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (has(Place.SUBJECT, "DASHBOARD"), True),
        (has(Place.SUBJECT, "^shows"), False),
        (Matches(Place.SUBJECT, Pattern("DASHBOARD", ignores_case=False)), False),
        (has(Place.TEXT, r"no\s+seats\b"), True),
        (has(Place.TO, "^bo@"), True),
        (Among(Place.SENDER_DOMAIN, frozenset({"customer.example"})), True),
        (Among(Place.SENDER_DOMAIN, frozenset({"*.customer.example"})), False),
        (Among(Place.REPLY_DOMAIN, frozenset({"*.customer.example"})), True),
        (Among(Place.LANGUAGE, frozenset({"de"})), True),
        (Among(Place.SENDER_NAME, frozenset({"ann bell"})), True),
        (Between(Measure.TICKETS, 3), True),
        (Between(Measure.TICKETS, None, 2), False),
        (Between(Measure.RECIPIENTS, 2, 2), True),
        (Between(Measure.SIZE, 10_000), False),
        (Between(Measure.TEXT_LENGTH, 50, 200), True),
        (Proven(frozenset({Level.UNPROVEN, Level.FAILED})), True),
        (Proven(frozenset({Level.PROVEN})), False),
        (Found(frozenset({"NO_DATE", "OTHER"})), True),
        (Found(frozenset({"OTHER"})), False),
        (Not(Found(frozenset({"OTHER"}))), True),
        (AllOf((has(Place.SUBJECT, "seats"), has(Place.TEXT, "upgrade"))), True),
        (AllOf((has(Place.SUBJECT, "seats"), has(Place.TEXT, "casino"))), False),
        (AnyOf((has(Place.SUBJECT, "casino"), has(Place.TEXT, "upgrade"))), True),
        (AnyOf((has(Place.SUBJECT, "casino"), has(Place.TEXT, "casino"))), False),
        (AllOf(()), True),
        (AnyOf(()), False),
    ],
)
def test_a_condition_holds_or_not(*, condition: Condition, expected: bool) -> None:
    assert holds(condition, IT, frozenset({"NO_DATE"})) is expected


@pytest.mark.parametrize("written", ["a(", "(?<=a)b", r"(a)\1", "x" * 2000, "(?:a{50}){900}", "[z-a]", "a{2000}"])
def test_what_is_no_pattern_is_refused_with_a_reason(written: str) -> None:
    with pytest.raises(BadPattern, match=r"\w+"):
        Pattern(written)


@pytest.mark.parametrize("written", [r"(a+)+b", r"(a|aa)+b", r"(.*)(.*)(.*)x$", r"(?:a?){500}a{500}b"])
def test_no_pattern_takes_longer_than_its_text_is_long(written: str) -> None:
    began = time.process_time()
    assert not Pattern(written).is_in(["a" * 1_000_000])
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "raw", [b"", b"\0", b"Subject: \xff\xfe\n\n\xff", b"X-A: =?utf-16?b?2AA=?=\n\n", b"From: @\n\n"]
)
def test_no_content_makes_it_raise(raw: bytes) -> None:
    it: Evidence = seen(raw)
    for place in Place:
        condition = AnyOf((Matches(place, Pattern("^x$"), "x-a"), Among(place, frozenset({"*x"}), "x-a")))
        assert holds(condition, it, NOTHING) is False


def test_half_a_letter_is_searched_like_any_other() -> None:
    assert Pattern("^a.b$").is_in(["a\ud800b"])
