"""A customer is asked once how it went, and answers by mail: through the real intake, on real stores."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from store import outbox, persons, surveys
from store.engine import Store
from tests.agents_mail import answer, entries, ticket
from tests.notice_team import ANNA, one, words_of
from tests.office import SUPPORT, Office, write
from tests.survey_world import (
    CUSTOMER,
    DAY,
    ask,
    close,
    happened,
    links,
    open_and_close,
    open_surveyed,
    opted_out,
    rating,
    ratings,
    reply,
    survey,
)
from tickets.events import SurveyAsked, SurveyNotAsked
from tickets.model import MessageKind, Resolution, Status


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    return open_surveyed(store, tmp_path)


def why_not(office: Office, number: int = 1) -> str:
    last = happened(office, number)[-1]
    assert isinstance(last, SurveyNotAsked)
    return last.why


# ---------------------------------------------------------------- asking
def test_a_survey_names_the_ticket_and_leads_to_five_scores_and_an_end(office: Office) -> None:
    mail = survey(office)
    assert mail["Subject"] == "Re: About a [#1]: how did it go?"
    assert mail["From"].addresses[0].addr_spec == SUPPORT
    assert mail["To"].addresses[0].addr_spec == CUSTOMER
    assert mail["Auto-Submitted"] == "auto-generated"
    first, acknowledged, last = mail["References"].split()
    assert (first, last) == ("<a@globex.example>", mail["Message-ID"])
    assert mail["In-Reply-To"] == acknowledged
    *scores, end = links(mail)
    assert [link.rpartition("=")[2] for link in scores] == ["5", "4", "3", "2", "1"]
    assert {link.partition("/s/")[0] for link in scores} == {"https://help.acme.example/feedback"}
    assert end.startswith("https://help.acme.example/feedback/o/hd-o1-")
    assert isinstance(happened(office)[-1], SurveyAsked)


def test_a_survey_ends_by_one_click_and_by_mail(office: Office) -> None:
    mail = survey(office)
    page, letter = (part.strip(" <>") for part in mail["List-Unsubscribe"].split(","))
    assert page == links(mail)[-1]
    assert letter.startswith(f"mailto:{SUPPORT}?subject=unsubscribe%20hd-o1-")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_without_a_web_address_the_answer_comes_by_mail_alone(store: Store, tmp_path: Path) -> None:
    mail = survey(open_surveyed(store, tmp_path, more=""))
    assert links(mail) == []
    assert "one digit from 1 to 5" in words_of(mail)
    assert "://" not in mail.as_string()
    assert mail["List-Unsubscribe"].strip().startswith("<mailto:")
    assert mail["List-Unsubscribe-Post"] is None


def test_one_click_is_for_https_alone(store: Store, tmp_path: Path) -> None:
    mail = survey(open_surveyed(store, tmp_path, more='[web]\naddress = "http://help.acme.example"\n'))
    assert len(links(mail)) == 6
    assert mail["List-Unsubscribe-Post"] is None


def test_nobody_is_asked_twice_about_a_ticket(office: Office) -> None:
    mail = survey(office)
    reply(office, mail, "It is broken again.")
    close(office)
    office.now += 60 * DAY
    assert not ask(office)
    assert [event for event in happened(office) if isinstance(event, SurveyAsked | SurveyNotAsked)] == [
        SurveyAsked(CUSTOMER)
    ]


@pytest.mark.parametrize(("resolution", "why"), [(Resolution.SPAM, "spam"), (Resolution.DUPLICATE, "merged")])
def test_nobody_is_asked_about_spam_and_merges(office: Office, resolution: Resolution, why: str) -> None:
    office.receive(write(CUSTOMER, "a"))
    close(office, resolution=resolution)
    assert not ask(office)
    assert why in why_not(office)


def test_nobody_is_asked_about_a_ticket_that_is_open_again(office: Office) -> None:
    office.receive(write(CUSTOMER, "a"))
    assert not ask(office)
    assert "not closed" in why_not(office)


@pytest.mark.parametrize("sender", ["sue@acme-team.example", "noreply@globex.example"])
def test_our_own_people_and_mailboxes_that_nobody_reads_are_not_asked(office: Office, sender: str) -> None:
    number = open_and_close(office, sender)
    assert not ask(office, number)
    assert why_not(office, number)


def test_a_machine_is_not_asked(office: Office) -> None:
    office.receive(write("monitor@globex.example", "a", more="Auto-Submitted: auto-generated\r\n"))
    close(office)
    assert not ask(office)
    assert "automatic mail" in why_not(office)


def test_who_cannot_be_reached_is_not_asked(office: Office) -> None:
    number = open_and_close(office)
    office.write(partial(persons.mark_undeliverable, address=CUSTOMER, now=office.now, why="550"))
    assert not ask(office, number)
    assert "comes back" in why_not(office)


def test_a_ticket_without_a_requester_asks_nobody(office: Office) -> None:
    office.receive(write(SUPPORT, "a"))
    close(office)
    assert not ask(office)
    assert "nobody to ask" in why_not(office)


def test_who_was_asked_lately_is_left_in_peace_for_thirty_days(office: Office) -> None:
    survey(office)
    second = open_and_close(office, name="b")
    assert not ask(office, second)
    assert "they were asked on 2026-03-03" in why_not(office, second)
    office.now += timedelta(days=28, hours=23)
    assert not ask(office, second)
    office.now += timedelta(hours=1)
    assert ask(office, second)


def test_somebody_else_is_asked_all_the_same(office: Office) -> None:
    survey(office)
    survey(office, "dora@globex.example", "b")


def test_surveys_can_be_switched_off(store: Store, tmp_path: Path) -> None:
    office = open_surveyed(store, tmp_path, more="[surveys]\nenabled = false\n")
    assert not ask(office, open_and_close(office))
    assert "switched off" in why_not(office)


def test_a_pause_holds_surveys_as_it_does_acknowledgements(office: Office) -> None:

    number = open_and_close(office)
    office.write(partial(outbox.pause, on=True, now=office.now, actor="ops"))
    assert ask(office, number)
    assert office.sent() == []
    office.write(partial(outbox.pause, on=False, now=office.now, actor="ops"))
    assert len(office.sent()) == 1


def test_an_unproven_requester_is_asked_without_their_words_and_behind_the_brake(office: Office) -> None:
    numbers = [open_and_close(office, f"c{n}@other{n}.example", f"m{n}", proven=False) for n in range(3)]
    assert all(ask(office, number) for number in numbers)
    sent = office.sent()
    assert [mail["Subject"].partition(" [")[0] for mail in sent if "ops@" not in mail["To"]] == ["Re: your message"] * 2
    office.now += timedelta(hours=1, minutes=1)
    office.tick()
    assert len([mail for mail in office.sent() if "ops@" not in mail["To"]]) == 1


def test_the_clock_asks_a_day_after_closing(office: Office) -> None:
    office.receive(write(CUSTOMER, "a"))
    office.leave()
    close(office)
    office.now += timedelta(hours=23, minutes=59)
    office.tick()
    assert office.sent() == []
    office.now += timedelta(minutes=1)
    office.tick()
    office.tick()
    assert [mail["To"] for mail in office.sent()] == [f"Somebody <{CUSTOMER}>"]


# ---------------------------------------------------------------- answers by mail
@pytest.mark.parametrize(
    ("text", "score", "comment"),
    [
        ("5", 5, ""),
        ("  3  ", 3, ""),
        ("\n\n4\nQuick and friendly.\nThank you!", 4, "Quick and friendly.\nThank you!"),
        ("1\n\nNobody answered.\n\nOn Mon, 2 Mar 2026 Acme wrote:\n> How content are you?\n> 5", 1, "Nobody answered."),
        ("> How content are you with our help?\n> 5 is best.\n\n2\nSo slow.", 2, "So slow."),
        ("4\n-- \nCarl", 4, ""),
    ],
)
def test_a_bare_digit_on_the_first_line_rates(office: Office, text: str, score: int, comment: str) -> None:
    arrival = reply(office, survey(office), text)
    assert rating(office) == (score, comment)
    assert office.arrival(arrival).outcome == "handled"
    assert ticket(office).status is Status.CLOSED
    assert [kind for kind, _ in entries(office)] == [MessageKind.CUSTOMER]


@pytest.mark.parametrize(
    "text",
    [
        "6",
        "0",
        "45",
        "5 stars",
        "Thanks: 5",
        "five",
        "It is broken again.",
        "\n4/5",
        "-1",
        "\u0665",
        "4.",
        "1. It fails\n2. So what",
    ],
)
def test_any_other_words_are_an_answer_to_the_ticket_and_reopen_it(office: Office, text: str) -> None:
    arrival = reply(office, survey(office), text)
    assert rating(office) == (None, None)
    assert office.arrival(arrival).outcome == "ticketed"
    assert ticket(office).status is Status.NEW  # nobody owned it
    assert len(entries(office)) == 2


def test_an_answer_can_be_changed_for_thirty_days(office: Office) -> None:
    mail = survey(office)
    reply(office, mail, "2\nToo slow")
    reply(office, mail, "4")
    assert rating(office) == (4, "Too slow")
    office.now += 30 * DAY
    reply(office, mail, "5\nPerfect")
    assert rating(office) == (5, "Perfect")
    assert [(event.score, event.before) for event in ratings(office)] == [(2, None), (4, 2), (5, 4)]


def test_later_than_that_it_is_a_mail_like_any_other(office: Office) -> None:
    mail = survey(office)
    office.now += 31 * DAY
    arrival = reply(office, mail, "5")
    assert rating(office) == (None, None)
    assert office.arrival(arrival).outcome == "ticketed"


def test_the_same_answer_twice_is_one(office: Office) -> None:
    mail = survey(office)
    reply(office, mail, "5")
    reply(office, mail, "5")
    assert len(ratings(office)) == 1


def test_a_digit_that_answers_a_later_mail_of_ours_rates_nothing(office: Office) -> None:
    """The agent asked how many servers there are."""
    mail = survey(office)
    reply(office, mail, "It is broken again.")
    notice = one(office.told(), ANNA)

    office.receive(answer(notice, ANNA, "agents", "How many servers have you got?"))
    office.now += timedelta(minutes=5)
    [asked] = office.sent()
    more = f"In-Reply-To: {asked['Message-ID']}\r\nReferences: {mail['Message-ID']} {asked['Message-ID']}\r\n"
    office.receive(write(CUSTOMER, "servers", text="3", more=more))
    assert rating(office) == (None, None)
    assert entries(office)[-1] == (MessageKind.CUSTOMER, "3")


def test_a_bad_rating_is_told_to_the_owner_and_a_good_one_to_nobody(office: Office) -> None:
    mail = survey(office)
    reply(office, mail, "4\nFine")
    assert office.told() == []
    reply(office, mail, "2\nThe second answer was wrong.")
    told = one(office.told(), ANNA)
    assert "2 of 5, 4 before: The second answer was wrong." in words_of(told)
    assert told["X-Helpdeskd-Occasion"] == "rated"
    reply(office, mail, "1")
    assert office.told() == []  # they know


def test_a_long_comment_reaches_the_owner_whole(office: Office) -> None:
    words = " ".join(f"word{n}" for n in range(200))
    reply(office, survey(office), f"1\n{words}")
    assert "word199" in words_of(one(office.told(), ANNA))


# ---------------------------------------------------------------- no more
@pytest.mark.parametrize("text", ["stop", "STOP.", "unsubscribe", "Abmelden", "Stopp!"])
def test_one_word_ends_all_surveys(office: Office, text: str) -> None:
    arrival = reply(office, survey(office), text)
    assert opted_out(office)
    assert office.arrival(arrival).outcome == "handled"
    office.now += 60 * DAY
    second = open_and_close(office, name="b")
    assert not ask(office, second)
    assert "asked no more" in why_not(office, second)


def test_a_mail_program_ends_them_by_the_address_in_the_header(office: Office) -> None:
    mail = survey(office)
    subject = mail["List-Unsubscribe"].partition("subject=")[2].partition(">")[0].replace("%20", " ")
    raw = write("carl.private@elsewhere.example", "gone", proven=False, text="This mail was made by a program.")
    arrival = office.receive(raw.replace(b"Subject: About gone", f"Subject: {subject}".encode()))
    assert office.arrival(arrival).outcome == "handled"
    assert opted_out(office)


def test_words_about_stopping_are_an_answer(office: Office) -> None:
    reply(office, survey(office), "stop the server, please")
    assert not opted_out(office)
    assert len(entries(office)) == 2


def test_a_subject_without_our_token_ends_nothing(office: Office) -> None:
    survey(office)
    made_up = f"Subject: unsubscribe hd-o1-20514-aaaaaaaa-{'a' * 26}".encode()
    arrival = office.receive(write(CUSTOMER, "gone").replace(b"Subject: About gone", made_up))
    assert office.arrival(arrival).outcome == "ticketed"
    assert not opted_out(office)


def test_the_survey_remembers_who_owned_the_ticket_when_it_was_asked(office: Office) -> None:
    survey(office)
    with office.desk.store.read() as session:
        found = surveys.load(session, 1)
    assert found is not None
    assert replace(found, asked_at=office.now) == surveys.Survey(1, found.person, office.now, SUPPORT)
