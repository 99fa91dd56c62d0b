"""Mail made to be slow to take apart is read within the limits of every other."""

from collections.abc import Iterator

import pytest

from daemon.sandbox import Limits, Sandbox

PLAIN = "From: a@b.c\nSubject: Re: x\nContent-Type: text/plain; charset=utf-8\n\n"
HTML = PLAIN.replace("plain", "html")
SIZE = 1_000_000
LINES = {
    "quote marks": ">\n",
    "quoted words": "> some quoted words here\n",
    "beginnings of lead lines": "On On On On\n",
    "On without an end": "On ",
    "a header's first field": "From: a@b.c\n",
    "a header's first fields": "From: a\nTo: b\nx\n",
    "many fields of one line": "From: " * 150 + "\n",
    "ends of lead lines": "abc 2026 10:00 a@b.c:\n",
    "lead lines": "On 1 Jan 2026 10:00 a@b.c wrote:\n",
    "torn addresses": "<a@b\n> wrote:\n",
    "one long line": "a",
    "colons": ":",
    "rules": "-" * 900 + "\n",
    "rules and words": "-=" * 300 + " original message\n",
    "our own line": "=== helpdeskd: " * 60 + "\n",
    "closings": "Best regards\n",
    "words of closings": "best " * 180 + "\n",
    "phones": "Sent from my\n",
    "lawyers": "intended recipient\n",
    "forwards": "---------- Forwarded message ---------\nFrom: a\n\n",
    "signatures": "-- \nAnn\n",
    "addresses": "a@" * 450 + ":\n",
    "dates": "1." * 450 + ":\n",
    "blank lines": "\n",
}
MARKUP = {
    "quotes in quotes": '<blockquote type="cite">',
    "quotes": '<blockquote type="cite">x</blockquote>',
    "containers": '<div class="gmail_quote">x',
    "signatures in HTML": '<div class="gmail_signature"><p>x',
    "open comments": "<blockquote type=cite><!--",
    "open tags": "<div class=gmail_quote ",
    "open attributes": '<div class="gmail_quote',
    "long names": "<div class=gmail_quote_" + "x_" * 400 + ">",
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """What is promised: 2 s of CPU time and 256 MB a mail."""
    made = Sandbox(1, Limits(memory=256 * 1024 * 1024, cpu=2.0, wall=60.0))
    yield made
    made.close()


@pytest.mark.parametrize("shape", LINES)
def test_hostile_text_is_taken_apart_within_the_limits(shape: str, sandbox: Sandbox) -> None:
    line = LINES[shape]
    mail = sandbox.submit((PLAIN + line * (SIZE // len(line))).encode()).result()
    assert mail.error is None
    assert mail.reply or mail.quote or not mail.text


@pytest.mark.parametrize("shape", MARKUP)
def test_hostile_html_is_taken_apart_within_the_limits(shape: str, sandbox: Sandbox) -> None:
    markup = MARKUP[shape]
    mail = sandbox.submit((HTML + "It works." + markup * (SIZE // 2 // len(markup))).encode()).result()
    assert mail.error is None
    assert "It works." in mail.text
