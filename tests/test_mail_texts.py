"""What is text of a mail, whatever it is written in: flowed, enriched, RTF, and files that stand uuencoded in it."""

import binascii

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.mime.flowed import unflow
from mail.mime.uuencode import take_out
from mail.parse import attachment_bytes, parse

HEAD = b"From: Ann <ann@example.com>\nTo: support@acme.test\nSubject: Hello\nMIME-Version: 1.0\n"


def text_of(kind: str, body: bytes) -> str:
    return parse(HEAD + f"Content-Type: {kind}\n\n".encode() + body).text


def test_flowed_paragraphs_are_one_line_and_quotes_keep_their_level() -> None:
    body = b"A long \nparagraph.\n\n> quoted \n> twice\n>> older\n From space\n-- \nAnn \nand Bob\n"
    assert text_of("text/plain; format=flowed", body) == (
        "A long paragraph.\n\n> quoted twice\n>> older\nFrom space\n-- \nAnn and Bob"
    )
    assert text_of("text/plain; format=Flowed; DelSp=yes", b"half \nword\n") == "halfword"
    assert text_of("text/plain", b"not \nflowed\n") == "not \nflowed"


@settings(deadline=None)
@given(st.lists(st.text("ab >-", max_size=12), max_size=8))
def test_to_flow_takes_no_letter_away(lines: list[str]) -> None:
    text = "\n".join(lines)
    flowed = unflow(text, del_sp=len(lines) % 2 == 0)
    assert [letter for letter in flowed if letter in "ab-"] == [letter for letter in text if letter in "ab-"]
    assert flowed.count("\n") <= text.count("\n")


def test_text_that_needs_no_flowing_stays_as_it_is() -> None:
    text = "one\n\n> two\n>> three\n-- \nAnn"
    assert unflow(text, del_sp=False) == unflow(unflow(text, del_sp=False), del_sp=True) == text


@pytest.mark.parametrize(
    ("kind", "body", "shown"),
    [
        (
            "text/enriched",
            b"<bold>Now</bold> is\nthe time\n\n\nfor <<all>\n<color><param>red</param>men</color>",
            "Now is the time\n\nfor <all> men",
        ),
        ("text/richtext", b"one<nl>two<lt>three\nfour", "one\ntwo<three four"),
        ("text/rtf", rb"{\rtf1\ansi one\par two}", "one\ntwo"),
        ("text/markdown", b"# Title", "# Title"),
        ("text/html", "<meta charset=koi8-r><p>привет".encode("koi8-r"), "привет"),
        ("text/html; charset=utf-8", "<meta charset=koi8-r><p>привет".encode(), "привет"),
    ],
)
def test_text_of_other_kinds_is_made_plain(kind: str, body: bytes, shown: str) -> None:
    assert text_of(kind, body) == shown


def test_of_alternatives_the_richer_one_is_attached_where_a_simpler_one_speaks() -> None:
    rich = b"--b\nContent-Type: text/enriched\n\n<bold>words</bold>\n--b--\n"
    head = HEAD + b"Content-Type: multipart/alternative; boundary=b\n\n"
    beside = parse(head + b"--b\n\nwords\n" + rich)
    assert (beside.text, [one.type for one in beside.attachments]) == ("words", ["text/enriched"])
    alone = parse(head + rich)
    assert (alone.text, alone.attachments) == ("words", ())


# ---------------------------------------------------------------- uuencode
def uuencode(data: bytes, name: bytes = b"a.bin") -> bytes:
    lines = b"".join(binascii.b2a_uu(data[place : place + 45], backtick=True) for place in range(0, len(data), 45))
    return b"begin 644 " + name + b"\n" + lines + b"`\nend\n"


def test_files_in_text_are_taken_out_of_it_and_attached() -> None:
    data = bytes(range(256)) * 8
    raw = HEAD + b"\nsee file\n" + uuencode(data, "ü.png".encode()) + b"bye\n" + uuencode(b"short", b"b.txt")
    mail = parse(raw)
    assert [(one.part, one.name, one.type, one.size) for one in mail.attachments] == [
        ("1.1", "ü.png", "image/png", 2048),
        ("1.2", "b.txt", "text/plain", 5),
    ]
    assert attachment_bytes(raw, "1.1") == data
    assert mail.text.startswith("see file\nbye\nbegin 644 b.txt")  # a short one may be what the text is about


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=400))
def test_what_was_uuencoded_comes_back(data: bytes) -> None:
    (found,) = take_out(uuencode(data))[1]
    stripped = b"\n".join(line.rstrip(b" ") for line in uuencode(data).replace(b"`", b" ").split(b"\n"))
    assert found.data == data
    assert [one.data for one in take_out(stripped.replace(b"\n\nend", b"\n \nend"))[1]] == [data]


@pytest.mark.parametrize("text", [b"begin 644 x\nprose follows here\nend\n", b"begin 644 x\n", b"begin the day\nend\n"])
def test_what_only_begins_like_a_file_stays_text(text: bytes) -> None:
    assert take_out(text) == (text, [])
