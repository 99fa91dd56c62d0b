"""HTML made text that a person can read: tables, lists and links, and no word lost."""

import pytest

from mail.mime.html_text import read_html


def text(html: str) -> str:
    return read_html(html, lay_out=True)[0]


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ('<a href="https://acme.test/x">our page</a>', "our page <https://acme.test/x>"),
        ('<a href="https://acme.test/"><b>our</b> page</a>!', "our page <https://acme.test/>!"),
        ('<a href="https://acme.test/">acme.test</a>', "acme.test"),
        ('<a href="https://www.acme.test/help?utm=1">www.acme.test/help</a>', "www.acme.test/help"),
        ('<a href="https://acme.test/help">https://acme.test</a>', "https://acme.test"),
        ('<a href="mailto:a@b.c">a@b.c</a>', "a@b.c"),
        ('<a href="mailto:a@b.c?subject=x">Ann</a>', "Ann <a@b.c>"),
        ('<a href="https://bank.test.evil.test/">bank.test</a>', "bank.test <https://bank.test.evil.test/>"),
        ('<a href="https://evil.test/">https://bank.test/</a>', "https://bank.test/ <https://evil.test/>"),
        (f'<a href="https://t.test/{"x" * 300}">click</a>', "click <https://t.test/…>"),
        ('<a href="javascript:x">j</a> <a href="#top">up</a> <a name=x>here</a>', "j up here"),
        ('<a href="https://acme.test/"><img src=x></a>words', "words"),
    ],
)
def test_a_link_tells_its_target_where_its_words_do_not(html: str, shown: str) -> None:
    assert text(f"<p>{html}</p>") == shown


def test_a_newsletter_tells_no_targets() -> None:
    assert text('<a href="https://t.test/1">word</a> ' * 31).split() == ["word"] * 31


def test_tables_stand_in_columns_and_lists_in_steps() -> None:
    html = (
        "<table><tr><th>Name<th>Price<tr><td>Long name<td>3</table><ul><li>one<ul><li>two</ul></ul><ol><li>a<li>b</ol>"
    )
    lines = [line.strip() for line in text(html).split("\n")]
    assert lines == ["Name       Price", "Long name  3", "", "* one", "+ two", "1. a", "2. b"]


def test_emoji_are_read_where_they_are_pictures() -> None:
    assert text('<p>fine <img alt="👍" src=x> <img alt="logo" src=y></p>').split() == ["fine", "👍"]


def test_no_words_vanish_where_there_is_no_layout() -> None:
    assert read_html("<x>" * 300 + "deep &amp; lost", lay_out=True)[0] == "deep & lost"
    assert read_html("<p>one</p><p>two</p>", lay_out=False)[0].split() == ["one", "two"]
