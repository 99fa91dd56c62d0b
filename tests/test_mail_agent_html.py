"""Of an agent's HTML exactly the words that leave are kept, with their links, lists and pictures."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.mime.html_text import read_bare
from mail.outgoing.agent_html import cut_html, write_html


def name(cid: str) -> str | None:
    return {"a@x": "first", "b@x": "second"}.get(cid)


def cut(html: str, text: str) -> str | None:
    found = cut_html(html, text, name)
    return found.html if found is not None else None


def test_what_stands_around_the_words_is_gone_with_its_elements() -> None:
    html = "<div><p>#close confirmed</p><p>Hello <b>Anna</b>!</p><hr><table><tr><td>From: us</td></tr></table></div>"
    assert cut(html, "Hello Anna!") == "<div><p>Hello <b>Anna</b>!</p></div>"


def test_lists_tables_and_links_of_the_words_stay() -> None:
    items = '<ul><li>one</li><li><a href="https://x.example/" onclick="e()">two</a></li></ul>'
    kept = cut(f"{items}<table><tr><td>3<td><td>4</table><p>quote", "one two 3 4")
    assert kept is not None
    assert kept.startswith('<ul><li>one</li><li><a href="https://x.example/">two</a></li></ul><table>')
    assert kept.count("<td>") == 3
    assert "quote" not in kept


def test_signs_that_touch_the_words_stay_and_those_beyond_a_blank_do_not() -> None:
    assert cut("<p>* (Yes), <i>it is</i>. * -- <b>Al</b></p>", "Yes, it is") == "<p>(Yes), <i>it is</i>.</p>"
    assert cut("<p>\\#1 is it</p>", "#1 is it") == "<p>#1 is it</p>"


def test_a_plain_text_that_writes_links_out_still_finds_its_html() -> None:
    html = '<p>See <a href="https://x.example/a">this page</a>.</p>'
    assert cut(html, "See this page <https://x.example/a>.") == html


def test_words_that_do_not_stand_there_one_after_the_other_find_nothing() -> None:
    assert cut("<p>Hello</p><p>secret</p><p>Anna</p>", "Hello\n\nAnna") is None
    assert cut("<p>Hello</p>", "Good bye") is None
    assert cut("<p>Hello</p>", "") is None
    assert cut("", "Hello") is None


@pytest.mark.parametrize(
    "html",
    [
        '<p>Hi</p><script>x("Hi")</script>',
        "<style>p{}</style><title>secret</title><p>Hi</p>",
        "<!-- secret --><p>Hi</p>",
        '<p title="secret" style="x" class="secret">Hi</p>',
        '<p><a href="javascript:secret()">Hi</a></p>',
        '<p>Hi<img src="https://secret.example/x.png" alt="secret"></p>',
        '<p>Hi<img src="cid:unknown"></p>',
        "<p>Hi</p><input value=secret><svg><text>secret</text></svg>",
    ],
)
def test_nothing_that_cannot_be_seen_is_kept(html: str) -> None:
    kept = cut(html, "Hi")
    assert kept is not None
    assert "secret" not in kept
    assert "img" not in kept
    assert kept.startswith("<p>")


def test_pictures_between_the_words_stay_and_those_beyond_other_words_go() -> None:
    html = '<p>See <img src="cid:a@x"> here</p><p>-- <br>Alice <img src="cid:b@x"></p>'
    found = cut_html(html, "See here", name)
    assert found is not None
    assert found.html == '<p>See <img src="cid:first"> here</p>'
    assert found.shown == {"a@x"}


TAGS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<div>",
        "</div>",
        "<br>",
        "<li>",
        "<ul>",
        "</ul>",
        "<td>",
        "<!--",
        "-->",
        "&lt;",
        "<blockquote>",
    ]
)
PIECES = st.lists(st.one_of(TAGS, st.text(st.characters(codec="utf-8"), max_size=8)), max_size=20).map("".join)


@settings(deadline=None)
@given(before=PIECES, words=st.lists(st.sampled_from(["one", "two", "3"]), min_size=1, max_size=4), after=PIECES)
def test_whatever_surrounds_them_no_letter_but_those_of_the_words_is_kept(
    before: str, words: list[str], after: str
) -> None:
    kept = cut(f"{before}<p>{' '.join(words)}</p>{after}", " ".join(words))
    assert kept is None or "".join(filter(str.isalnum, read_bare(kept))) == "".join(words)


def test_html_of_absurd_size_or_depth_is_not_taken() -> None:
    assert cut("<p>" * 30_000 + "Hi", "Hi") is None
    assert cut(f"<p>Hi</p>{'x' * 2_000_000}", "Hi") is None
    assert cut("<div>" * 5_000 + "Hi", "Hi") is None


def test_plain_text_as_html_keeps_lines_columns_and_links() -> None:
    text = "Hi <b> & all,\n  indented\n\n\nsee https://x.example/a?b=1&c='2'. \n"
    assert write_html(text) == (
        "<p>Hi &lt;b&gt; &amp; all,<br>\n\N{NO-BREAK SPACE} indented</p>\n"
        '<p>see <a href="https://x.example/a?b=1&amp;c=">https://x.example/a?b=1&amp;c=</a>&#x27;2&#x27;. </p>'
    )
    assert write_html("") == ""
