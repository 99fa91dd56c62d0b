"""What somebody newly wrote is told from what they quoted; where that is in doubt, they wrote it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.reply import split


@pytest.mark.parametrize(
    "lead",
    [
        "On Mon, 2 Mar 2026 at 10:00, Bob <bob@example.org> wrote:",
        "On Mon, 2 Mar 2026 at 10:00, Bob\n<bob@example.org> wrote:",
        "Am 02.03.2026 um 10:00 schrieb Bob:",
        "Am Mo., 2. März 2026 um 10:00 Uhr schrieb Bob <\nbob@example.org>:",
        "Le lun. 2 mars 2026 à 10:00, Bob <bob@example.org> a écrit :",
        "-----Original Message-----\nFrom: Bob\nSent: Monday\nTo: Ann\nSubject: x",
        "-----Ursprüngliche Nachricht-----\nVon: Bob\nGesendet: Montag\nAn: Ann\nBetreff: x",
        "________________________\nFrom: Bob <bob@example.org>\nSent: Monday, March 2, 2026\nTo: Ann\nSubject: x",
        "Von: Bob <bob@example.org>\nGesendet: Montag, 2. März 2026 10:00\nAn: Ann\nBetreff: x",
    ],
)
def test_what_stands_above_a_lead_line_or_a_header_block_is_the_reply(lead: str) -> None:
    found = split(f"It works now.\n\nThanks\n\n{lead}\n\n> Does it work?\n")
    assert found.reply == "It works now.\n\nThanks"
    assert "Does it work?" in found.quote


def test_an_answer_below_the_quote_is_the_reply() -> None:
    found = split("On 2 Mar 2026, Bob wrote:\n> Does it\n> work?\n\nYes.")
    assert (found.reply, found.quote) == ("Yes.", "On 2 Mar 2026, Bob wrote:\n> Does it\n> work?")


def test_answers_between_quoted_lines_are_shown_with_them() -> None:
    text = "On 2 Mar 2026, Bob wrote:\n> one?\n\nYes.\n\n> two?\n\nNo."
    assert split(text).reply == text


def test_a_signature_is_cut_and_kept() -> None:
    found = split("Help!\n\n-- \nAnn Doe\nACME")
    assert (found.reply, found.signature) == ("Help!", "-- \nAnn Doe\nACME")


@pytest.mark.parametrize(
    "text",
    [
        "-- \nAnn",
        "From: a\nSent: b\nTo: c\nSubject: d\n\nThis is a log that I pasted",
        "On Monday I wrote:\n- one\n- two",
        "He wrote: it is broken",
        "The docs from 2024 say what the author wrote:\n\n1. install\n2. run",
        "From: the beginning it was slow",
        "---\nnot a signature of mine",
    ],
)
def test_what_a_person_may_have_written_is_never_cut(text: str) -> None:
    assert split(text).reply == text.strip()


LINES = st.sampled_from(
    [
        "> quoted",
        "own",
        "",
        "On 1 Jan 2026 Bob wrote:",
        "-- ",
        "From: Bob",
        "Subject: x",
        "Sent: y",
        "_____________",
        ">> deep",
    ]
)


@given(st.lists(LINES, max_size=15))
def test_no_line_is_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = split(text)
    left = f"{found.reply}\n{found.quote}\n{found.signature}".split()
    assert sorted(left) == sorted(text.split())
    if any(line == "own" for line in lines) and not any(
        line.startswith((">", "From", "On", "Sub", "Sent", "_")) for line in lines
    ):
        assert found.reply
