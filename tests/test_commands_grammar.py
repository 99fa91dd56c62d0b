"""Commands are found where an agent writes them, nowhere else, and are written down so that they read the same."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from commands import registry
from commands.grammar import read_body, read_mail, read_subject, read_words, render, render_one
from commands.invocation import CommandError, Invocation

SENT = "[#42] Cannot log in"


def names(subject: str, sent: str = SENT) -> list[str]:
    read = read_subject(sent, subject)
    assert not read.errors, read.errors
    return [render_one(each) for each in read.invocations]


@pytest.mark.parametrize(
    ("came", "said"),
    [
        ("Re: [#42] Cannot log in", []),
        ("Re: [#42] Cannot log in #take #priority high", ["#take", "#priority high"]),
        ("AW: RE: [#42] Cannot log in   #TAKE", ["#take"]),
        ("Re: [#42] Cannot log in please #take", ["#take"]),
        ("[EXTERNAL] Re: [#42] Cannot log in #close confirmed", ["#close confirmed"]),
        ("Re: [#42] Cannot log #take", ["#take"]),
        ("Re: #take [#42] Cannot log in", []),
        ("Re: [#42] Cannot log in \\#take", []),
        ("Re: [#42] Cannot log in #1 #42", []),
        ("#take", ["#take"]),
    ],
)
def test_commands_stand_behind_what_we_put_into_the_subject(came: str, said: list[str]) -> None:
    assert names(came) == said


@pytest.mark.parametrize(
    ("sent", "came"),
    [
        ("[#42] please #close confirmed", "Re: [#42] please #close confirmed"),
        ("[#42] please #close confirmed", "please #close confirmed"),
        ("[#42] please #close confirmed", "Fwd: (was: [#42] please #CLOSE confirmed)"),
        ("[#42] tickets that are #closed", "Re: [#42] tickets that are #close"),
        ("[#42] #take #note #undo", "Re: #take #note #undo [#42]"),
        ("[#42] a #priority highest", "Re: a #priority high"),
    ],
)
def test_a_word_of_the_subject_that_we_sent_is_never_a_command(sent: str, came: str) -> None:
    assert names(came, sent) == []


def test_a_command_that_the_customers_subject_holds_too_is_asked_for_elsewhere() -> None:
    read = read_subject("[#42] how does #close work", "Re: [#42] how does #close work #take #close confirmed")
    assert read.invocations == ()
    assert [str(error) for error in read.errors] == [
        "the subject: #close stood in the subject as we sent it; write it on the first line of the mail instead"
    ]


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_a_customer_writes_as_a_subject_says_nothing_when_it_comes_back(subject: str, tail: str) -> None:
    sent = f"[#42] {subject}"
    assert read_subject(sent, f"Re: {sent}").invocations == ()
    assert read_subject(sent, f"Re: {sent[: len(tail)]}").invocations == ()


def test_commands_stand_on_the_first_lines_up_to_the_first_line_that_is_none() -> None:
    read = read_body("\n#take\n\n #Priority high\nHello Ann,\n#close confirmed\n")
    assert read.invocations == (Invocation("take"), Invocation("priority", ("high",)))
    assert [each.where for each in read.invocations] == ["line 2", "line 4"]
    assert read.text == "Hello Ann,\n#close confirmed"
    assert read.strays == ("#close confirmed",)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("\\#take", "#take"),
        ("#take\n\\#1 first", "#1 first"),
        ("# Heading\ntext", "# Heading\ntext"),
        ("#1 is wrong", "#1 is wrong"),
        ("\\\\#take", "\\#take"),
        ("C:\\temp is full", "C:\\temp is full"),
    ],
)
def test_a_plain_number_sign_begins_no_command(body: str, text: str) -> None:
    read = read_body(body)
    assert read.text == text
    assert not read.errors


@pytest.mark.parametrize(
    ("line", "args"),
    [
        ('#set plan="Big Corp" size=5', ("plan=Big Corp", "size=5")),
        ("#set plan=“Big Corp”", ("plan=Big Corp",)),
        ("#set “plan=Big Corp”", ("plan=Big Corp",)),
        ('#set a="\\"quoted\\" \\\\ word"', ('a="quoted" \\ word',)),
        ("#hold https://a.test/7 <https://a.test/7>", ("https://a.test/7",)),
        ("#cc +ann@a.test <mailto:ann@a.test> -bob@a.test", ("+ann@a.test", "-bob@a.test")),
        ('#assign ""', ("",)),
        ("#take\u00a0", ()),
        ("\ufeff#take", ()),
    ],
)
def test_words_are_read_as_phones_and_mail_programs_write_them(line: str, args: tuple[str, ...]) -> None:
    [said] = read_body(line).invocations
    assert said.args == args


def test_an_unknown_command_is_told_with_the_nearest_one() -> None:
    read = read_body("#tkae\n#priority high\nHello")
    assert [(error.where, error.nearest) for error in read.errors] == [("line 1", "#take")]
    assert read.text == "Hello"


def test_a_quotation_mark_that_is_never_closed_is_told() -> None:
    assert str(read_body('#set plan="Big Corp').errors[0]) == "line 1: a quotation mark is opened and never closed"


def test_the_lines_of_a_new_ticket_belong_to_it_and_no_others_do() -> None:
    read = read_body("#new\nRequester: jane@initech.test\n\nSubject:  Search: slow\n#take\nSource: is unclear")
    assert read.invocations == (
        Invocation("new", (), (("requester", "jane@initech.test"), ("subject", "Search: slow"))),
        Invocation("take"),
    )
    assert read.text == "Source: is unclear"


def test_the_subject_is_said_before_the_body() -> None:
    read = read_mail(SENT, f"Re: {SENT} #take", "#priority low\nHello")
    assert [each.name for each in read.invocations] == ["take", "priority"]
    assert read.text == "Hello"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["close", "confirmed"], [Invocation("close", ("confirmed",))]),
        (["set", "plan=Big Corp"], [Invocation("set", ("plan=Big Corp",))]),
        (["#take #priority high"], [Invocation("take"), Invocation("priority", ("high",))]),
        (["#take", "#priority", "high"], [Invocation("take"), Invocation("priority", ("high",))]),
    ],
)
def test_the_command_line_may_leave_out_the_sign(words: list[str], said: list[Invocation]) -> None:
    assert list(read_words(words).invocations) == said


def test_an_empty_command_line_says_so() -> None:
    assert read_words([]).errors == (CommandError("nothing is said to the ticket", expected="a command such as take"),)


@pytest.mark.parametrize(
    "body",
    [
        "#take\n" * 300_000,
        "#tkae " * 300_000,
        "#" * 1_000_000,
        '"' * 1_000_000,
        "#set " + '"a' * 500_000,
        "#a\\" * 300_000,
    ],
)
def test_hostile_bodies_are_read_quickly_and_say_nothing(body: str) -> None:
    assert len(read_body(body).invocations) <= 51
    assert len(read_mail(body, body, body).errors) < 120


words = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=12)
lines = st.text(st.characters(exclude_characters="\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", exclude_categories=["Cs"]))
said = st.sampled_from(sorted(registry())).flatmap(
    lambda name: st.builds(
        Invocation,
        st.just(name),
        st.lists(words, max_size=3).map(tuple),
        st.lists(st.tuples(st.sampled_from(registry()[name].fields or ("x",)), lines.map(str.strip)), max_size=3).map(
            tuple
        )
        if registry()[name].fields
        else st.just(()),
    )
)


@given(
    st.lists(said, max_size=5), st.lists(st.one_of(lines, st.sampled_from(["#take", "\\#x", "source: x"])), max_size=4)
)
def test_what_is_written_down_reads_the_same(invocations: list[Invocation], text_lines: list[str]) -> None:
    for each in invocations:  # what mail programs write beside a link is left out on purpose
        assume(not any(word.startswith("<") for word in each.args))
    text = "\n".join(text_lines)
    assume(not text or (text == text.rstrip() and text_lines[0].strip("\ufeff\u200b\u2060 \t\xa0")))
    assume(not text or text_lines[0].strip().strip("\u200b\u2060\ufeff").strip())
    read = read_body(render(invocations, text))
    assert (list(read.invocations), read.text, read.errors) == (invocations, text, ())
