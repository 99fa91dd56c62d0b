"""Message-IDs as relays and mail programs mangle them: whatever stands around and in them, the ids are read back."""

from email.header import Header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.ids import read_ids
from mail.parse import parse

letters = st.characters(categories=(), include_characters="abcXYZ019!#$%&'*+-/=^_`{|}~.")
bare = st.builds("{}@{}".format, st.text(letters, min_size=1, max_size=20), st.text(letters, min_size=1, max_size=20))
gaps = st.sampled_from([" ", "  ", "\t", "\r\n ", "\r\n\t", ", ", ",", ""])
comments = st.recursive(
    st.text(st.characters(categories=(), include_characters="abc \".;:,'@"), max_size=8),
    lambda inner: st.builds("({} {})".format, inner, inner),
    max_leaves=3,
).map("({})".format)


@st.composite
def rendered(draw: st.DrawFn) -> tuple[tuple[str, ...], str]:
    """Ids, and a field that names them."""
    ids = draw(st.lists(bare, min_size=1, max_size=6, unique=True))
    pieces = [draw(gaps)]
    for one in ids:
        cut = draw(st.integers(0, len(one)))
        inside = one[:cut] + draw(st.sampled_from(["", " ", "\r\n\t"])) + one[cut:]
        if draw(st.booleans()):
            inside = inside.replace("@", " (a comment) @ ")
        pieces += [f"<{inside}>", draw(st.one_of(gaps, comments))]
    return tuple(f"<{one}>" for one in ids), "".join(pieces)


@given(rendered())
def test_ids_are_read_back_from_folds_comments_and_spaces(made: tuple[tuple[str, ...], str]) -> None:
    ids, field = made
    assert read_ids(field) == ids


plain_letters = st.characters(categories=(), include_characters="abcXYZ019!#$%&*+-/=^_`{|}~")
plain = st.builds(
    "{}@{}".format, st.text(plain_letters, min_size=1, max_size=20), st.text(plain_letters, min_size=1, max_size=20)
)


@given(st.lists(plain, min_size=1, max_size=6, unique=True), st.sampled_from([" ", "\r\n ", ", ", "\t"]))
def test_ids_without_angle_brackets_are_read_back(ids: list[str], between: str) -> None:
    assert read_ids(between.join(ids)) == tuple(f"<{one}>" for one in ids)


@given(st.lists(plain, min_size=1, max_size=4, unique=True), st.integers(30, 76), st.sampled_from(["utf-8", "latin-1"]))
def test_ids_in_encoded_words_are_read_back(ids: list[str], width: int, charset: str) -> None:
    written = tuple(f"<{one}>" for one in ids)
    field = Header(" ".join(written), charset, maxlinelen=width).encode()
    assert "=?" in field
    assert read_ids(field) == written


@given(st.text(max_size=200))
def test_of_anything_else_come_ids_in_brackets_or_none(field: str) -> None:
    for one in read_ids(field):
        assert one.startswith("<")
        assert one.endswith(">")
        assert len(one) > 2


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ('Your message of "Fri, 05 Mar 2010 12:00:00 -0500." <a@x>', ("<a@x>",)),
        ("<a@x> (Ann O'Neil's message of \"Tue, 17 Nov\")", ("<a@x>",)),
        ("Message of Friday from ann at example", ()),
        ("Your mail of Monday, a@x", ("<a@x>",)),
        ("your message (a@x)", ("<a@x>",)),
        ("<a@x> b@x", ("<a@x>", "<b@x>")),
        ("<a@x>, ,<b@x>", ("<a@x>", "<b@x>")),
        ("<<a@x>>", ("<a@x>",)),
        ("<a@x", ("<a@x>",)),
        ("<a@x <b@x>", ("<a@x>", "<b@x>")),
        ("<yes>", ("<yes>",)),
        ("< yes >", ("<yes>",)),
        ("<Ann wrote on Friday>", ()),
        ('<"odd local"@x>', ('<"oddlocal"@x>',)),
        ("&lt;a@x&gt; &lt;b@x&gt;", ("<a@x>", "<b@x>")),
        ("<a=3Db=40x>", ("<a=b@x>",)),
        ("<a=3Db@x>", ("<a=3Db@x>",)),
        ("<(a)@x>", ("<(a)@x>",)),
        (":-) <a@x> (", ("<a@x>",)),
        ("<>", ()),
        ("<\x1b>", ()),
        ("\x1b", ()),
        ("()", ()),
        (None, ()),
    ],
)
def test_what_programs_write(written: str | None, ids: tuple[str, ...]) -> None:
    assert read_ids(written) == ids


def test_an_id_that_a_relay_folded_is_the_same_in_both_mails() -> None:
    parent = parse(b"Message-ID:\r\n <a-very-long-id\r\n @host.example>\r\n\r\nx")
    answer = parse(b"In-Reply-To: <a-very-long-id@host.example>\r\n\r\nx")
    assert parent.message_id == answer.in_reply_to[0] == "<a-very-long-id@host.example>"


@pytest.mark.parametrize(
    "bomb", ["<", "(", "<a@", "< ", '"', "=?", "a@", "<a (", "(<a@x>", ") (", "&lt;", "=40", "<\t@"], ids=repr
)
def test_hostile_fields_are_read_in_linear_time(bomb: str) -> None:
    assert len(read_ids(bomb * (1_000_000 // len(bomb)))) <= 200
