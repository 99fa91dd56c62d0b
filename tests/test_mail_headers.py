"""The header block read strictly: who wrote, to whom, which mail it answers, and whether two readers would agree."""

from datetime import UTC, datetime

import pytest

from mail.headers import CUT, sole_author
from mail.ids import read_ids
from mail.parse import parse


def sender(value: str) -> tuple[str, str] | None:
    found = parse(f"From: {value}\r\n\r\nx".encode()).sender
    return (found.name, found.address) if found else None


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("Ann <Ann@Example.COM>", "Ann", "ann@example.com"),
        ("ann@example.com", "", "ann@example.com"),
        ("ann@example.com (Ann)", "Ann", "ann@example.com"),
        ('"Doe, Ann" <ann@example.com>', "Doe, Ann", "ann@example.com"),
        ('"Ann \\"A\\" Doe" <ann@example.com>', 'Ann "A" Doe', "ann@example.com"),
        ("=?utf-8?q?J=C3=B6rg?= <j@x.de>", "Jörg", "j@x.de"),
        ("=?utf-8?b?SsO2?= =?utf-8?b?cmc=?= <j@x.de>", "Jörg", "j@x.de"),
        ("=?utf-8?b?SsM=?= =?utf-8?b?tnJn?= <j@x.de>", "Jörg", "j@x.de"),
        ("Jörg <j@x.de>", "Jörg", "j@x.de"),
        ("Team: ann@example.com, bob@example.com;", "", "ann@example.com"),
        ("<@relay.test:ann@example.com>", "", "ann@example.com"),
        ("Ann\u202ednE <ann@example.com>", "AnndnE", "ann@example.com"),
        ("'Ann' via Support <support@acme.test>", "'Ann' via Support", "support@acme.test"),
        ("Ann ann@example.com", "Ann", "ann@example.com"),
        ("MAILER-DAEMON", "", "mailer-daemon"),
    ],
)
def test_senders_are_read_as_people_write_them(written: str, name: str, address: str) -> None:
    assert sender(written) == (name, address)


@pytest.mark.parametrize("written", ["<>", "", "undisclosed recipients:;", "no address here", "()"])
def test_nobody_is_nobody(written: str) -> None:
    assert sender(written) is None


def test_all_recipients_of_repeated_fields_and_groups_are_read() -> None:
    mail = parse(b'To: A <a@x>, "b, c" <b@x>\r\nTo: g: c@x, d@x;, e@x\r\nCc: f@x\r\nReply-To: <>, r@x\r\n\r\n')
    assert [one.address for one in mail.to] == ["a@x", "b@x", "c@x", "d@x", "e@x"]
    assert [one.address for one in (*mail.cc, *mail.reply_to)] == ["f@x", "r@x"]


@pytest.mark.parametrize(
    "value", ["agent@us.test", "Agent <agent@us.test>", '"x@y" <Agent@us.test>', "agent@us.test (Agent)"]
)
def test_one_author_whom_two_readers_see_is_the_sole_one(value: str) -> None:
    found = sole_author(parse(f"From: {value}\r\n\r\n".encode()))
    assert found is not None
    assert found.address == "agent@us.test"


@pytest.mark.parametrize(
    "head",
    [
        "From: agent@us.test <evil@x.test>\r\n",
        "From: agent@us.test:evil@x.test;\r\n",
        "From: agent@us.test, evil@x.test\r\n",
        "From: agent@us.test\r\nFrom: evil@x.test\r\n",
        "From: <agent@us.test> <evil@x.test>\r\n",
        "From: agent@us.test\\r\r\n",
        "From: agent@us.test@x.test\r\n",
        "From: agent@us.test(\r\n",
        "From: agent@us.test\r\nSubject: x\rFrom: evil@x.test\r\n",
        "From: agent@us.test\r\nSubject: x\0\r\n",
        "From: agent@us .test\r\n",
        "From: ag\r\n ent@us.test, x\r\n",
        "To: agent@us.test\r\n",
        "From: agent@us.test\r\nX: " + "x " * 70_000 + "\r\n",
    ],
)
def test_whoever_two_readers_could_see_differently_is_no_sole_author(head: str) -> None:
    assert sole_author(parse((head + "\r\n").encode())) is None


def test_a_bare_carriage_return_makes_no_field_and_is_told() -> None:
    mail = parse(b"From: a@x\r\nSubject: x\rAuthentication-Results: mx.us; dmarc=pass\r\n\r\nbody")
    assert mail.bare_control
    assert mail.header("authentication-results") == ()
    assert mail.text == "body"


def test_the_body_may_hold_what_the_header_may_not() -> None:
    assert not parse(b"From: a@x\r\n\r\nbody \r with \0 controls").bare_control


def test_a_mail_of_bare_carriage_returns_is_still_read() -> None:
    mail = parse(b"From: a@x\rSubject: old\r\rbody\rlines")
    assert (mail.subject, mail.text, mail.bare_control) == ("old", "body\nlines", True)


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ("<a@x> <b@x>", ("<a@x>", "<b@x>")),
        ("<a@x>\r\n\t<b@x>", ("<a@x>", "<b@x>")),
        ("a@x", ("<a@x>",)),
        ("bare-id", ("<bare-id>",)),
        ('Your message of "Monday" <a@x>', ("<a@x>",)),
        ("<a@x> (comment <b)", ("<a@x>",)),
        ("<a@x><a@x>", ("<a@x>",)),
        ("", ()),
    ],
)
def test_message_ids_are_read_tolerantly(written: str, ids: tuple[str, ...]) -> None:
    assert read_ids(written) == ids


def test_of_very_many_references_the_first_and_the_newest_are_kept() -> None:
    ids = read_ids(" ".join(f"<{n}@x>" for n in range(1000)))
    assert (len(ids), ids[0], ids[-1]) == (200, "<0@x>", "<999@x>")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("=?utf-8?q?hi=0D=0ABcc=3A_evil@x?=", "hi Bcc: evil@x"),
        ("a\u202eb\u2066c\x07", "abc"),
        ("x" * 300, "x" * 254 + "…"),
        ("=?iso-8859-1?q?=93quoted=94?=", "“quoted”"),
        ("=?nonsense?x?y?=", "=?nonsense?x?y?="),
        ("50% =?", "50% =?"),
    ],
)
def test_the_subject_is_one_harmless_line(written: str, shown: str) -> None:
    assert parse(f"Subject: {written}\r\n\r\n".encode()).subject == shown


def test_raw_8_bit_fields_are_read_as_utf8_else_as_windows_1252() -> None:
    assert parse("Subject: Grüße\n\n".encode()).subject == "Grüße"
    assert parse("Subject: Grüße\n\n".encode("cp1252")).subject == "Grüße"


def test_of_repeated_subjects_the_first_that_says_anything_counts() -> None:
    assert parse(b"Subject:\nSubject: one\nSubject: two\n\n").subject == "one"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Mon, 02 Mar 2026 11:00:00 +0100", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("2 Mar 2026 10:00:00", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("Mon, 32 Mar 2026 10:00:00 +0000", None),
        ("garbage", None),
        ("Mon, 02 Mar 0000 10:00:00 +9999", None),
    ],
)
def test_dates_are_utc_or_none(written: str, read: datetime | None) -> None:
    assert parse(f"Date: {written}\r\n\r\n".encode()).date == read


@pytest.mark.parametrize(
    ("written", "read"),
    [("<>", ""), ("< >", ""), ("<Bob@X.test>", "bob@x.test"), ("bob@x.test (comment)", "bob@x.test (comment)")],
)
def test_the_null_sender_is_told_from_no_sender(written: str, read: str) -> None:
    assert parse(f"Return-Path: {written}\r\n\r\n".encode()).return_path == read
    assert parse(b"Subject: x\r\n\r\n").return_path is None


def test_a_huge_field_is_cut_and_does_not_push_out_those_behind_it() -> None:
    to = ", ".join(f"a{n}@x.test" for n in range(200_000))
    mail = parse(f"To: {to}\r\nFrom: ann@x.test\r\nSubject: still here\r\n\r\nbody".encode())
    assert mail.subject == "still here"
    assert len(mail.to) == 500
    assert CUT in mail.defects
    assert {one.address for one in mail.to} <= {f"a{n}@x.test" for n in range(200_000)}


def test_a_second_from_with_a_space_before_its_colon_is_a_second_from() -> None:
    mail = parse(b"From : evil@x.example\r\nFrom: agent@us.example\r\nSubject: x\r\n\r\nhi")
    assert len(mail.header("from")) == 2
    assert sole_author(mail) is None


def test_a_bare_line_feed_among_crlf_makes_the_block_prove_nothing_but_lf_alone_does() -> None:
    assert parse(b"Subject: a\nFrom: agent@us.example\r\nTo: b@x.example\r\n\r\nhi").bare_control
    assert not parse(b"Subject: a\nFrom: agent@us.example\n\nhi").bare_control
    assert not parse(b"Subject: a\r\nFrom: agent@us.example\r\n\r\nhi\n").bare_control
