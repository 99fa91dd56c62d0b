"""What somebody newly wrote is told from what they quoted; where that is in doubt, they wrote it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.outgoing.marker import MARKER
from mail.replies.page import CITE, MARKS, without_marks
from mail.replies.reply_line import is_reply_line
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


def test_an_answer_above_and_one_below_the_quote_are_both_shown() -> None:
    found = split("It works.\n\nOn 2 Mar 2026, Bob wrote:\n\n> Does it?\n\nOr nearly so.")
    assert found.reply.split() == ["It", "works.", "Or", "nearly", "so."]
    assert found.quote == "On 2 Mar 2026, Bob wrote:\n\n> Does it?"


def test_what_the_sender_quoted_themselves_stays_in_its_place() -> None:
    text = "You write:\n\n> it works\n\nIt does not."
    assert split(text).reply == text


def test_what_nobody_answered_below_the_last_answer_is_cut() -> None:
    found = split("On 2 Mar 2026, Bob wrote:\n> one?\nYes.\n> two?\nNo.\n> three?\n> Bob\n\n-- \nAnn")
    assert found.reply == "On 2 Mar 2026, Bob wrote:\n> one?\nYes.\n> two?\nNo."
    assert (found.quote, found.signature) == ("> three?\n> Bob", "-- \nAnn")


def test_the_torn_off_end_of_a_quoted_line_is_no_answer() -> None:
    long = "> " + "many words " * 7
    found = split(f"It works.\n\nOn 2 Mar 2026, Bob wrote:\n{long}\nof a line\n> more\n{long}\nof another\n>\n")
    assert found.reply == "It works."


def test_of_a_mail_that_begins_with_a_lead_line_the_oldest_part_is_cut() -> None:
    lead = "On 2 Mar 2026, at 10:00, {} <a@example.org> wrote:\n\n"
    text = f"{lead.format('Bob')}What stands here may be new.\n\n{lead.format('Eve')}This is not."
    assert split(text).reply == f"{lead.format('Bob')}What stands here may be new."
    assert "This is not." in split(text).quote


def test_a_greeting_alone_answers_nothing() -> None:
    text = "Hi Bob,\n\nOn 2 Mar 2026, at 10:00, Bob <bob@example.org> wrote:\n\nDoes it?\n\nYes, it does."
    assert split(text).reply == text


@pytest.mark.parametrize(
    "line",
    [
        MARKER,
        "##- Please type your reply above this line -##",
        "--- Reply above this line ---",
        "-------- Bitte antworten Sie über dieser Zeile --------",
        "===== この行より上に返信してください =====",
    ],
)
def test_what_stands_below_the_reply_line_is_not_the_senders(line: str) -> None:
    found = split(f"It works.\n\n{line}\n\nTicket 4711")
    assert found.reply == "It works."


@pytest.mark.parametrize("line", ["I wrote above this line", "=== helpdeskd: here it ends", "reply above this line"])
def test_words_of_a_person_are_no_reply_line(line: str) -> None:
    assert not is_reply_line(line)


def test_with_nothing_above_the_reply_line_all_is_shown() -> None:
    text = f"{MARKER}\nIt works."
    assert split(text).reply == text


LINES = st.sampled_from(
    [
        *(
            "> quoted",
            "own",
            "",
            "   ",
            "On 1 Jan 2026 10:00 Bob wrote:",
            "On 1 Jan 2026 Bob",
            "<bob@example.org",
            "> wrote:",
        ),
        *(
            "-- ",
            "--",
            "From: Bob <bob@example.org>",
            "Subject: x",
            "Sent: y",
            "To: z",
            "_____________",
            ">> deep",
            ">",
        ),
        *(
            "-----Original Message-----",
            "---------- Forwarded message ---------",
            "Begin forwarded message:",
            "Best regards",
        ),
        *(
            "Sent from my iPhone",
            "-Ann",
            "Hi,",
            MARKER,
            "> From: Eve",
            "> On 1 Jan 2026 Eve wrote:",
            "own words?",
        ),
        "This e-mail and any attachments are for the intended recipient",
        "> " + "x" * 70,
    ]
)


@given(st.lists(LINES, max_size=25), st.sampled_from(["", "Re: x", "Fwd: x"]))
def test_no_line_is_lost_and_none_is_there_twice(lines: list[str], subject: str) -> None:
    text = "\n".join(lines)
    found = split(text, subject)
    left = f"{found.reply}\n{found.quote}\n{found.signature}".split()
    assert sorted(left) == sorted(text.split())


@given(st.lists(LINES, max_size=25), st.sampled_from(["", "Re: x"]))
def test_where_a_person_wrote_something_the_reply_is_not_empty(lines: list[str], subject: str) -> None:
    found = split("\n".join(lines), subject)
    if any(line.startswith("own") for line in lines):
        assert found.reply.strip() or found.forwarded


MARKED = st.sampled_from([*MARKS, f"{CITE}x", "own", "> quoted", "", "On 1 Jan 2026 10:00 Bob wrote:", "Best regards"])


@given(st.lists(MARKED, max_size=25))
def test_with_marks_of_html_no_line_is_lost_either(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = split(text)
    left = f"{found.reply}\n{found.quote}\n{found.signature}".replace(">", "").split()
    assert sorted(left) == sorted(without_marks(text).replace(">", "").split())


@given(st.text(alphabet=st.sampled_from("a>:-_\n ,<@1.Oonrwte" + MARKS), max_size=200))
def test_any_text_is_taken_apart(text: str) -> None:
    found = split(text)
    assert bool(found.reply or found.quote or found.signature) == bool(without_marks(text).strip())
