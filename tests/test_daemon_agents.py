"""Agents work by mail: what their answers to notices do, what leaves of them, and what comes back to them."""

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from commands.grammar import read_words
from daemon import clock
from daemon.agents import speaking
from store.engine import Store
from tests.agents_mail import (
    CE,
    CUSTOMER,
    OWNER,
    answer,
    entries,
    first_notice,
    leave,
    open_called,
    reader,
    readers,
    ticket,
    to,
)
from tests.notice_team import ANNA, BEN, again, text_of, words_of
from tests.office import SUPPORT, Office, write
from tickets.model import MessageKind, Outcome, Priority, Status


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    return open_called(store, tmp_path)


@pytest.fixture
def notice(office: Office) -> EmailMessage:
    return first_notice(office)


# ---------------------------------------------------------------- answering
def test_an_answer_to_a_notice_reaches_the_customer_in_the_support_addresss_name(
    office: Office, notice: EmailMessage
) -> None:
    row = office.arrival(office.receive(answer(notice, ANNA, "n", "#priority high\n\nPlease restart it.")))
    assert (row.outcome, row.ticket, row.why) == (Outcome.HANDLED, 1, "done")
    made = ticket(office)
    assert (made.status, made.priority) == (Status.PENDING, Priority.HIGH)
    assert entries(office)[1:] == [(MessageKind.PUBLIC, "Please restart it.")]
    told = leave(office)
    assert readers(told) == [ANNA, BEN]
    assert "answered the customer" in words_of(to(told, BEN))
    assert "status: new → pending" in words_of(to(told, ANNA))
    [sent] = leave(office, after=180)
    assert reader(sent) == CUSTOMER
    assert (sent["From"].addresses[0].display_name, sent["From"].addresses[0].addr_spec) == ("Anna", SUPPORT)
    assert text_of(sent).startswith("Please restart it.\n")
    assert "Anna" in text_of(sent)
    assert sent["In-Reply-To"] == "<a@initech.example>"
    assert sent["Auto-Submitted"] is None
    office.receive(write(CUSTOMER, "b", text="It works", more=f"In-Reply-To: {sent['Message-ID']}\r\n"))
    assert ticket(office).status is Status.OPEN


def test_commands_without_a_text_send_nothing_to_the_customer(office: Office, notice: EmailMessage) -> None:
    office.receive(answer(notice, ANNA, "n", "", subject="#take #tag +login"))
    made = ticket(office)
    assert (made.status, made.tags) == (Status.OPEN, ("login",))
    assert readers(leave(office, after=180)) == [ANNA]


def test_a_wrong_command_runs_nothing_and_gives_the_text_back(office: Office, notice: EmailMessage) -> None:
    office.receive(answer(notice, ANNA, "n", "#take\n#priorty high\nPlease restart it."))
    assert ticket(office).status is Status.NEW
    [back] = leave(office, after=180)
    assert reader(back) == ANNA
    assert "#priority" in words_of(back)
    assert "> Please restart it." in text_of(back)
    office.receive(answer(back, ANNA, "m", "#priority high\nPlease restart it.\n\n> Please restart it."))
    assert ticket(office).priority is Priority.HIGH
    assert CUSTOMER in readers(leave(office, after=180))


def test_the_same_mail_twice_does_nothing_the_second_time(office: Office, notice: EmailMessage) -> None:
    raw = answer(notice, ANNA, "n", "Please restart it.")
    office.receive(raw)
    assert office.arrival(office.receive(raw)).outcome is Outcome.DUPLICATE
    assert readers(leave(office, after=180)).count(CUSTOMER) == 1


def test_whom_the_agents_own_mail_reached_gets_it_once(office: Office, notice: EmailMessage) -> None:
    office.receive(answer(notice, ANNA, "n", "Please restart it.", more=f"Cc: {CUSTOMER}\r\n"))
    assert CUSTOMER not in readers(leave(office, after=180))
    assert ticket(office).status is Status.PENDING


def test_the_last_word_of_a_closed_ticket_says_so(office: Office, notice: EmailMessage) -> None:
    office.receive(answer(notice, ANNA, "n", "#close confirmed\nGood to hear."))
    [sent] = [mail for mail in leave(office, after=180) if reader(mail) == CUSTOMER]
    assert "erledigt" in words_of(sent) or "settled" in words_of(sent)
    office.receive(write(CUSTOMER, "t", text="Thank you!", more=f"In-Reply-To: {sent['Message-ID']}\r\n"))
    assert ticket(office).status is Status.CLOSED
    assert "thank-you" in words_of(to(leave(office), ANNA))


def test_what_the_notice_says_inside_never_leaves(office: Office, notice: EmailMessage) -> None:
    office.receive(answer(notice, ANNA, "n", "You have plan: Gold and version: 7.2, see\nCE: carol@acme-team.example"))
    assert ticket(office).status is Status.NEW
    [back] = leave(office, after=180)
    assert reader(back) == ANNA
    assert "Nothing was done" in words_of(back)


def test_what_was_refused_for_what_it_holds_is_refused_again_in_answer_to_the_refusal(
    office: Office, notice: EmailMessage
) -> None:
    text = "You have\nCE: carol@acme-team.example\nand that is all that there is to say about it today, dear Carl."
    office.receive(answer(notice, ANNA, "n", text))
    back = to(leave(office), ANNA)
    office.receive(answer(back, ANNA, "o", text))
    assert CUSTOMER not in readers(leave(office, after=180))
    office.receive(answer(back, ANNA, "p", text.replace("CE: carol@acme-team.example\n", "")))
    sent = to(leave(office, after=180), CUSTOMER)
    assert "dear Carl." in text_of(sent)


def test_customers_words_may_be_quoted_and_ours_around_them_are_cut(office: Office, notice: EmailMessage) -> None:
    quoted = "\n".join(f"> {line}" for line in text_of(notice).split("\n"))
    office.receive(answer(notice, ANNA, "n", f"Please restart it.\n\n{quoted}"))
    sent = to(leave(office, after=180), CUSTOMER)
    assert "helpdeskd" not in text_of(sent)
    assert "Gold" not in sent.as_string()


def test_where_tickets_became_one_no_requester_learns_of_the_others_mails(office: Office, notice: EmailMessage) -> None:
    office.receive(write("dora@globex.example", "secret", text="Hello, I cannot log in either."))
    second = to(leave(office), ANNA)
    office.receive(answer(second, ANNA, "m", "#merge 1 force"))
    assert ticket(office, 2).merged_into == 1
    leave(office)
    office.receive(answer(notice, ANNA, "n", "It is mended now."))
    sent = [mail for mail in leave(office, after=180) if reader(mail) in {CUSTOMER, "dora@globex.example"}]
    assert len(sent) == 2
    for mail in sent:
        other = "dora@globex.example" if reader(mail) == CUSTOMER else CUSTOMER
        assert other.partition("@")[2] not in mail.as_string()
    assert {reader(mail): mail["Subject"] for mail in sent} == {
        CUSTOMER: "Re: About a [#1]",
        "dora@globex.example": "Re: About secret [#1]",
    }


@pytest.mark.parametrize("line", ["About a", CUSTOMER])
def test_what_tells_of_one_customer_does_not_leave_with_the_word_that_a_defect_is_mended(
    office: Office, notice: EmailMessage, line: str
) -> None:
    office.receive(write("dora@globex.example", "secret", text="Hello, I cannot log in either."))
    office.receive(answer(to(leave(office), ANNA), ANNA, "m", "#hold ACME-7"))
    office.receive(answer(notice, ANNA, "n", "#hold ACME-7"))
    office.receive(answer(notice, ANNA, "o", f"#fixed ACME-7\nYes.\n\n> {line}\n\nIt is mended."))
    assert "dora@globex.example" not in readers(leave(office, after=180))
    office.receive(answer(notice, ANNA, "p", "#fixed ACME-7\nYes. It is mended."))
    assert "dora@globex.example" in readers(leave(office, after=180))


@pytest.mark.parametrize("line", ["About a", CUSTOMER])
def test_where_tickets_became_one_what_tells_of_the_requester_does_not_leave(
    office: Office, notice: EmailMessage, line: str
) -> None:
    text = f"Yes.\n\n> {line}\n\nIt is mended."
    office.receive(answer(notice, ANNA, "n", text))
    assert CUSTOMER in readers(leave(office, after=180))
    office.receive(write("dora@globex.example", "secret", text="Hello, I cannot log in either."))
    office.receive(answer(to(leave(office), ANNA), ANNA, "m", "#merge 1 force"))
    leave(office)
    office.receive(answer(notice, ANNA, "o", text))
    assert "dora@globex.example" not in readers(leave(office, after=180))


def test_a_note_of_the_agents_own_does_not_leave_when_it_is_pasted_later(office: Office, notice: EmailMessage) -> None:
    secret = "The invoice of March was never paid, so mind what you promise."
    office.receive(answer(notice, ANNA, "m", f"#note\n{secret}"))
    office.receive(answer(notice, ANNA, "n", f"Please restart it.\n{secret}"))
    assert CUSTOMER not in readers(leave(office, after=180))


# ---------------------------------------------------------------- taking back and confirming
def test_undo_stops_an_answer_that_has_not_left(office: Office, notice: EmailMessage) -> None:
    office.receive(answer(notice, ANNA, "n", "Please restart it."))
    transcript = to(leave(office), ANNA)
    office.receive(answer(transcript, ANNA, "u", "#undo"))
    assert ticket(office).status is Status.OPEN
    assert entries(office)[1:] == [(MessageKind.NOTE, "Please restart it.")]
    left = leave(office, after=600)
    assert readers(left) == [ANNA]
    assert "stopped: – → 1 mail" in words_of(left[0])  # noqa: RUF001 a dash for nothing


def test_what_was_undone_can_be_sent_again_better(office: Office, notice: EmailMessage) -> None:
    office.receive(answer(notice, ANNA, "n", "Please restart the whole of the machine.\nIt helps."))
    office.receive(answer(to(leave(office), ANNA), ANNA, "u", "#undo"))
    office.receive(answer(notice, ANNA, "o", "Please restart the whole of the machine.\nThat helps."))
    assert "That helps." in text_of(to(leave(office, after=180), CUSTOMER))


def test_what_has_left_is_not_undone_and_the_agent_is_told(office: Office, notice: EmailMessage) -> None:
    office.receive(answer(notice, ANNA, "n", "Please restart it."))
    transcript = to(leave(office), ANNA)
    leave(office, after=600)
    office.receive(answer(transcript, ANNA, "u", "#undo"))
    assert ticket(office).status is Status.PENDING
    assert "cannot be called back" in words_of(to(leave(office), ANNA))


def test_undo_that_answers_nothing_of_ours_stops_nothing(office: Office, notice: EmailMessage) -> None:
    office.receive(answer(notice, ANNA, "n", "Please restart it."))
    raw = write(ANNA, "u", text="#undo").replace(b"Subject: About u", b"Subject: Re: [#1] About a")
    office.receive(raw)
    left = leave(office, after=600)
    assert CUSTOMER in readers(left)
    assert any("#undo is said in an answer" in words_of(mail) for mail in left)


def test_nobody_undoes_what_another_agent_wrote(office: Office, notice: EmailMessage) -> None:
    office.receive(answer(notice, ANNA, "n", "Please restart it."))
    theirs = to(leave(office), BEN)
    office.receive(answer(theirs, BEN, "u", "#undo"))
    assert CUSTOMER in readers(leave(office, after=600))


def test_an_answer_that_comes_after_another_agents_waits_for_a_yes(office: Office) -> None:
    office.receive(write(CUSTOMER, "a", text="I cannot log in."))
    told = [again(mail) for mail in office.told()]
    annas, bens = to(told, ANNA), to(told, BEN)
    office.now += timedelta(seconds=60)
    office.receive(answer(annas, ANNA, "n", "Please restart it."))
    leave(office, after=180)
    row = office.arrival(office.receive(answer(bens, BEN, "m", "Please reinstall it.")))
    assert (row.outcome, row.why) == (Outcome.HANDLED, "it waits: another agent answered meanwhile")
    [asked] = leave(office, after=180)
    assert reader(asked) == BEN
    assert "Please restart it." in words_of(asked)
    assert "Please reinstall it." in words_of(asked)
    office.receive(answer(asked, BEN, "y", "#yes"))
    sent = to(leave(office, after=180), CUSTOMER)
    assert text_of(sent).startswith("Please reinstall it.")
    office.receive(answer(asked, BEN, "z", "#yes"))
    assert "has been done already" in words_of(to(leave(office, after=180), BEN))


def test_an_answer_to_the_notice_of_the_newer_reply_goes_at_once(office: Office, notice: EmailMessage) -> None:
    office.now += timedelta(seconds=60)
    office.receive(answer(notice, ANNA, "n", "Please restart it."))
    theirs = to(leave(office, after=180), BEN)
    office.now += timedelta(seconds=60)
    office.receive(answer(theirs, BEN, "m", "And reinstall it."))
    assert CUSTOMER in readers(leave(office, after=180))


def test_a_proven_mail_that_answers_no_notice_is_a_note_until_its_author_says_yes(
    office: Office, notice: EmailMessage
) -> None:
    del notice
    raw = write(ANNA, "n", text="#priority high\r\n\r\nPlease restart it.")
    row = office.arrival(office.receive(raw.replace(b"Subject: About n", b"Subject: Re: [#1] About a")))
    assert (row.outcome, row.ticket) == (Outcome.TICKETED, 1)
    assert entries(office)[1][0] is MessageKind.NOTE
    assert ticket(office).priority is Priority.NORMAL
    asked = to(leave(office, after=180), ANNA)
    assert f"Would be sent to {CUSTOMER}" in words_of(asked)
    office.receive(answer(asked, ANNA, "y", "#yes"))
    assert ticket(office).priority is Priority.HIGH
    left = leave(office, after=180)
    assert text_of(to(left, CUSTOMER)).startswith("Please restart it.")
    assert to(left, BEN)["X-Helpdeskd-Occasion"] == "replied"  # who knows of the note hears that it was sent


def test_a_plain_note_of_a_proven_agent_asks_nothing(office: Office, notice: EmailMessage) -> None:
    del notice
    raw = write(ANNA, "n", text="#note\r\nThis is the known bug.")
    office.receive(raw.replace(b"Subject: About n", b"Subject: Re: [#1] About a"))
    assert entries(office)[1][0] is MessageKind.NOTE
    assert readers(leave(office, after=180)) == [BEN]


def test_yes_that_answers_no_question_is_told_so(office: Office, notice: EmailMessage) -> None:
    office.receive(answer(notice, ANNA, "y", "#yes"))
    assert "asks about something" in words_of(to(leave(office), ANNA))


def test_a_text_in_an_answer_to_a_mail_that_is_about_no_ticket_is_refused(office: Office) -> None:
    office.receive(write(ANNA, "h", text="#help"))
    manual = to(leave(office), ANNA)
    office.receive(answer(manual, ANNA, "n", "Thanks!"))
    assert "about no ticket" in words_of(to(leave(office), ANNA))


def test_a_yes_that_answers_nothing_at_all_is_told_so(office: Office) -> None:
    assert office.arrival(office.receive(write(ANNA, "y", text="#yes"))).outcome is Outcome.HANDLED
    assert "asks about something" in words_of(to(leave(office), ANNA))


def test_help_sends_the_manual(office: Office, notice: EmailMessage) -> None:
    office.receive(answer(notice, ANNA, "h", "#help"))
    office.receive(write(BEN, "i", text="#help"))
    left = leave(office)
    assert readers(left) == [ANNA, BEN]
    assert all("#priority low | normal | high | urgent" in words_of(mail) for mail in left)


# ---------------------------------------------------------------- calling, new tickets
def test_a_called_engineer_answers_by_mail_and_it_is_a_note(office: Office, notice: EmailMessage) -> None:
    office.receive(answer(notice, ANNA, "n", "#call ce\nDo you know this?"))
    left = leave(office, after=180)
    assert CUSTOMER not in readers(left)
    called = to(left, CE)
    assert "Anna asks for your help: Do you know this?" in words_of(called)
    assert "I cannot log in." in words_of(called)
    row = office.arrival(office.receive(answer(called, CE, "m", "Yes, it is the proxy.")))
    assert (row.outcome, row.ticket) == (Outcome.TICKETED, 1)
    assert entries(office)[-1] == (MessageKind.NOTE, "Yes, it is the proxy.")
    assert ANNA in readers(leave(office))


def test_product_owners_and_the_oncall_are_called_as_the_configuration_says(
    office: Office, notice: EmailMessage
) -> None:
    office.receive(answer(notice, ANNA, "n", "#call product search\nIs it slow?"))
    assert OWNER in readers(leave(office))
    office.receive(answer(notice, ANNA, "o", "#call oncall\nIt is down."))
    assert "You are called in" in words_of(to(leave(office), BEN))


@pytest.mark.parametrize("said", ["#call product engine", "#call product"])
def test_a_call_that_would_reach_nobody_is_refused(office: Office, notice: EmailMessage, said: str) -> None:
    office.receive(answer(notice, ANNA, "n", f"{said}\nHelp"))
    assert "Nothing was done" in words_of(to(leave(office), ANNA))
    assert len(entries(office)) == 1


def test_an_agent_begins_a_conversation_once_they_say_yes(office: Office) -> None:
    body = f"#new\r\nrequester: {CUSTOMER}\r\nsubject: Your question in our call\r\n\r\nHere is the link."
    row = office.arrival(office.receive(write(ANNA, "n", text=body)))
    assert (row.outcome, row.ticket, row.why) == (Outcome.HANDLED, None, "it waits for a #yes")
    asked = to(leave(office, after=180), ANNA)
    assert f"Would be sent to {CUSTOMER}" in words_of(asked)
    office.receive(answer(asked, ANNA, "y", "#yes"))
    assert ticket(office).subject == "Your question in our call"
    sent = to(leave(office, after=180), CUSTOMER)
    assert "Your question in our call" in sent["Subject"]
    assert text_of(sent).startswith("Here is the link.")


def test_a_new_ticket_from_which_nothing_leaves_is_made_at_once(office: Office) -> None:
    body = "#new\r\nrequester: Jane in their Slack\r\nsource: slack\r\nsubject: Search is slow\r\n\r\nIt is slow."
    office.receive(write(ANNA, "n", text=body))
    assert ticket(office).source == "slack"
    assert "New ticket" in words_of(to(leave(office), BEN))
    assert entries(office) == [(MessageKind.CUSTOMER, "It is slow.")]


def test_a_message_that_is_split_off_is_told_as_the_new_ticket_that_it_is(office: Office) -> None:
    office.receive(write(CUSTOMER, "a", text="I cannot log in."))
    leave(office)
    raw = write(CUSTOMER, "b", text="And the printer burns.").replace(b"Subject: About b", b"Subject: Re: [#1] About a")
    office.receive(raw)
    office.receive(answer(to(leave(office), ANNA), ANNA, "n", "#split"))
    told = words_of(to(leave(office), BEN))
    assert "New ticket" in told
    assert "And the printer burns." in told


# ---------------------------------------------------------------- the command line and the clock
def test_what_is_said_on_the_command_line_is_told_to_the_agents_whom_it_concerns(office: Office) -> None:
    office.receive(write(CUSTOMER, "a"))
    leave(office)
    speaking.speak(office.desk, "root", read_words(["assign", BEN]), number=1)
    office.now = clock.now() + timedelta(seconds=1)
    assert "This ticket is yours now" in words_of(to(leave(office), BEN))


def test_the_owner_is_reminded_when_a_snooze_is_over(office: Office, notice: EmailMessage) -> None:
    office.receive(answer(notice, ANNA, "n", "#take #snooze 2h"))
    leave(office)
    office.now += timedelta(hours=3)
    office.tick()
    assert "You asked to be reminded" in words_of(to(leave(office), ANNA))
