"""What comes in an agent's name and nothing proves: it waits for a code, and nobody else brings it about."""

import re
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from store import quarantine
from store.engine import Store
from tests.agents_mail import (
    CUSTOMER,
    HEADER,
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
from tests.notice_team import ANNA, BEN, MIA, one, text_of, words_of
from tests.office import HI, SUPPORT, Office, write
from tickets.model import MessageKind, Outcome, Priority, Reason, Status


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    return open_called(store, tmp_path)


@pytest.fixture
def notice(office: Office) -> EmailMessage:
    return first_notice(office)


def code_in(mail: EmailMessage) -> list[str]:
    return re.findall(r"first word: (\S+)", text_of(mail))


def test_an_unproven_mail_runs_by_the_code_that_is_mailed_for_it(office: Office, notice: EmailMessage) -> None:
    row = office.arrival(office.receive(answer(notice, ANNA, "n", "#take\nPlease restart it.", proven=False)))
    assert (row.outcome, row.reason) == (Outcome.QUARANTINED, Reason.UNCONFIRMED)
    assert leave(office, after=180) == []
    office.tick()
    asked = to(leave(office), ANNA)
    assert f"Would be sent to {CUSTOMER}" in words_of(asked)
    [code] = code_in(asked)
    confirmed = office.receive(answer(asked, ANNA, "c", code, proven=False))
    assert office.arrival(confirmed).outcome is Outcome.HANDLED
    assert office.arrival(row.id).outcome is Outcome.HANDLED
    assert ticket(office).status is Status.PENDING
    assert CUSTOMER in readers(leave(office, after=180))
    again_row = office.arrival(office.receive(answer(asked, ANNA, "d", code, proven=False)))
    assert again_row.outcome is Outcome.QUARANTINED


def test_all_that_waits_is_one_mail_an_hour_each_with_its_code(office: Office, notice: EmailMessage) -> None:
    for name in ("n", "o"):
        office.receive(answer(notice, ANNA, name, f"#tag +{name}", proven=False))
    office.tick()
    assert len(code_in(to(leave(office), ANNA))) == 2
    office.receive(answer(notice, ANNA, "p", "#tag +p", proven=False))
    office.tick()
    assert leave(office, after=3540) == []
    office.now += timedelta(seconds=120)
    office.tick()
    assert len(set(code_in(to(leave(office), ANNA)))) == 3


def test_a_mail_that_came_to_two_mailboxes_runs_once_though_each_has_a_code(
    office: Office, notice: EmailMessage
) -> None:
    raw = answer(notice, ANNA, "n", "Please restart it.", proven=False)
    for mailbox in (SUPPORT, HI):
        office.receive(raw, mailbox)
    office.tick()
    asked = to(leave(office), ANNA)
    for at, code in enumerate(code_in(asked)):
        office.receive(answer(asked, ANNA, f"c{at}", code))
    assert readers(leave(office, after=180)).count(CUSTOMER) == 1


def test_what_a_person_released_is_not_run_by_its_code_as_well(office: Office, notice: EmailMessage) -> None:
    number = office.receive(answer(notice, ANNA, "n", "#take\nPlease restart it.", proven=False))
    office.tick()
    asked = to(leave(office), ANNA)
    office.write(lambda session: quarantine.release(session, number, "ops", office.now))
    office.decide()
    assert entries(office)[1][0] is MessageKind.NOTE
    row = office.arrival(office.receive(answer(asked, ANNA, "c", code_in(asked)[0], proven=False)))
    assert row.outcome is Outcome.QUARANTINED
    assert ticket(office).status is Status.NEW


def test_an_unproven_mail_that_names_nothing_of_ours_and_an_automatic_one_get_no_code(
    office: Office, notice: EmailMessage
) -> None:
    office.receive(write(ANNA, "n", text="#take", proven=False))
    office.receive(answer(notice, ANNA, "o", "#take", more="Auto-Submitted: auto-replied\r\n", proven=False))
    office.tick()
    assert leave(office) == []


def test_no_other_agents_code_and_no_automatic_mail_confirms(office: Office, notice: EmailMessage) -> None:
    office.receive(answer(notice, ANNA, "n", "#take", proven=False))
    office.tick()
    asked = to(leave(office), ANNA)
    [code] = code_in(asked)
    office.receive(answer(asked, BEN, "c", code, proven=False))
    office.receive(answer(asked, ANNA, "d", code, more="Auto-Submitted: auto-replied\r\n"))
    office.receive(write(CUSTOMER, "e", text=code))
    assert ticket(office).status is Status.NEW


def test_a_notice_in_other_hands_gives_no_right(office: Office, notice: EmailMessage) -> None:
    for at, (who, proven) in enumerate(
        [(BEN, True), (MIA, True), (CUSTOMER, True), ("eve@evil.example", True), (ANNA, False)]
    ):
        office.receive(answer(notice, who, f"f{at}", "#close spam\nGo away.", proven=proven))
    assert ticket(office).status is Status.NEW
    assert all("Go away." not in text_of(mail) for mail in leave(office, after=600) if reader(mail) == CUSTOMER)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks.\n\nOn Mon, 2 Mar 2026 at 10:00, Carl <carl@initech.example> wrote:\n> #close spam\n> Bye",
        "> #close spam\n\nThanks.",
        "Thanks.\n\n-- \n#close spam",
        f"Thanks.\n\n-----Original Message-----\n{HEADER}\n\n#close spam",
        f"Thanks.\n\n---------- Forwarded message ---------\n{HEADER}\n\n#close spam",
    ],
    ids=["quote", "quote above", "signature", "original", "forwarded"],
)
def test_commands_in_quotes_signatures_and_forwarded_mail_do_nothing(
    office: Office, notice: EmailMessage, text: str
) -> None:
    office.receive(answer(notice, ANNA, "n", text))
    assert ticket(office).status is not Status.CLOSED
    assert all("#close" not in text_of(mail) for mail in leave(office, after=600) if reader(mail) == CUSTOMER)


def test_a_customers_subject_full_of_commands_says_nothing_in_the_answer(office: Office) -> None:
    raw = write(CUSTOMER, "a").replace(b"Subject: About a", b"Subject: Help #close spam #priority urgent")
    office.receive(raw)
    office.receive(answer(one(office.told(), ANNA), ANNA, "n", "Thanks."))
    assert (ticket(office).status, ticket(office).priority) == (Status.PENDING, Priority.NORMAL)
