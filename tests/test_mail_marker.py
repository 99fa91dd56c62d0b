"""Lines of ours are ours alone: others' words are altered until none passes for one. Links hold what was meant."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.outgoing.mailto import mailto
from mail.outgoing.marker import END, MARKER, disarm, is_marker
from mail.reply import split

FORGED = [
    MARKER,
    END,
    MARKER.upper(),
    f"> {MARKER}",
    f"> > | {MARKER}  ",
    MARKER.replace(" ", "\n"),
    MARKER.replace(" ", "\n> "),
    MARKER.replace("helpdeskd", "help\u200bdeskd"),
    MARKER.replace("= h", "=\u200b\u00ad h"),
    MARKER.replace("helpdeskd", "h\u2060e\u2060lpdeskd"),
    f"quite harmless {MARKER} really",
    MARKER * 3,
    "= = = helpdeskd: write above this line = = =",
]


def unseen_gone(text: str) -> str:
    return re.sub("[\u00ad\u200b-\u200f\u2060\ufeff]", "", text)


@pytest.mark.parametrize(
    "line", [MARKER, f"  {MARKER} ", f"> {MARKER}", f">> {MARKER}", f"| > {MARKER}", MARKER.upper()]
)
def test_the_marker_is_known_however_it_is_quoted(line: str) -> None:
    assert is_marker(line)


@pytest.mark.parametrize("line", ["", "===", END, f"x {MARKER}", MARKER[:-1], f"{MARKER} x", "write above this line"])
def test_no_other_line_is_the_marker(line: str) -> None:
    assert not is_marker(line)


@pytest.mark.parametrize("text", FORGED)
def test_nothing_that_others_wrote_passes_for_a_line_of_ours(text: str) -> None:
    safe = unseen_gone(disarm(text))
    assert not any(is_marker(line) for line in (*safe.split("\n"), " ".join(safe.replace(">", " ").split())))
    assert END.casefold() not in " ".join(safe.split()).casefold()
    assert "(not by)" in safe
    assert disarm(safe) == safe


@settings(deadline=None)
@given(st.text(st.sampled_from("=> |\n\u200bhelpdskwritabovn:"), max_size=80))
def test_no_mixture_of_its_letters_passes_either(text: str) -> None:
    safe = unseen_gone(disarm(text))
    assert not any(is_marker(line) for line in safe.split("\n"))
    assert unseen_gone(disarm(safe)) == safe


def test_what_is_no_line_of_ours_stays_as_it_is() -> None:
    for text in ("", "a = b", "helpdeskd: how do I configure it?", "=====\nTitle\n=====", "= help =", "x" * 1000):
        assert disarm(text) == text


@pytest.mark.parametrize("text", ["=" * 1_000_000, "=" + " " * 1_000_000, "= " * 500_000, "=helpdesk" * 110_000])
def test_a_megabyte_of_anything_is_disarmed_in_linear_time(text: str) -> None:
    assert disarm(text) == text


def test_whoever_reads_an_answer_stops_at_the_marker_and_at_no_other_line_of_ours() -> None:
    assert split(f"Thanks!\n\n{MARKER}\nmore").reply == "Thanks!"
    assert split(f"Thanks!\n\n{END}\nmore").reply == f"Thanks!\n\n{END}\nmore"


# ---------------------------------------------------------------- links
@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=40))
def test_a_link_holds_what_was_meant_and_nothing_that_ends_it(subject: str, more: str) -> None:
    written = mailto("support+x@acme.example", subject=f"Re: [#42] {subject} #take", in_reply_to=f"<{more}@x>")
    assert re.fullmatch(r"mailto:[A-Za-z0-9%@._~-]+\?[A-Za-z0-9%&=._~-]+", written)
    parts = urlsplit(written)
    assert unquote(parts.path) == "support+x@acme.example"
    fields = parse_qs(parts.query, keep_blank_values=True, strict_parsing=True, errors="replace")
    sound = subject.encode("utf-8", "replace").decode()
    assert fields == {
        "subject": [f"Re: [#42] {sound} #take"],
        "in-reply-to": [f"<{more.encode('utf-8', 'replace').decode()}@x>"],
    }
    assert "+" not in written


def test_a_link_without_a_mail_to_answer_names_none() -> None:
    assert mailto("a@b.example", subject="Hi & bye") == "mailto:a@b.example?subject=Hi%20%26%20bye"
