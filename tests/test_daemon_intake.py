"""One arrival, one outcome: what the joined rooms make of mails, on SQLite and PostgreSQL."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from daemon.poller import Polled, Poller
from daemon.timer import Timer
from mailboxes.imap import ImapSettings, ImapSource
from store import ledger, messages, outbox, quarantine, sendings, tickets
from store.engine import Store
from templates.render import Templates
from tests.office import FEEDBACK, HI, NOW, SUPPORT, Office, open_office, write
from tickets.model import MessageKind, Outcome, Status


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    return open_office(store, tmp_path)


@pytest.fixture(autouse=True)
def books_add_up(office: Office) -> Iterator[None]:
    yield
    with office.desk.store.read() as session:
        assert ledger.ledger(session).adds_up


def test_a_customers_mail_becomes_a_ticket_and_one_acknowledgement(office: Office) -> None:
    row = office.arrival(office.receive(write("ann@globex.example", "a")))
    assert (row.outcome, row.ticket) == (Outcome.TICKETED, 1)
    [mail] = office.sent()
    assert mail["To"] == "Somebody <ann@globex.example>"
    assert mail["Subject"] == "Re: About a [#1]"
    assert mail["In-Reply-To"] == "<a@globex.example>"
    assert mail["References"].split()[-1] == mail["Message-ID"]
    assert mail["Auto-Submitted"] == "auto-replied"


def test_the_accounts_language_is_spoken(office: Office) -> None:
    office.receive(write("bill@initech.example", "a"))
    [mail] = office.sent()
    assert mail["Content-Language"] == "de"


def test_an_unproven_sender_gets_none_of_their_words_back(office: Office) -> None:
    office.receive(write("victim@globex.example", "buy-my-pills", proven=False))
    [mail] = office.sent()
    assert b"pills" not in mail.as_bytes().replace(b"<buy-my-pills@globex.example>", b"")


def test_an_answer_to_the_acknowledgement_joins_and_is_not_acknowledged(office: Office) -> None:
    office.receive(write("ann@globex.example", "a"))
    [ack] = office.sent()
    more = f"In-Reply-To: {ack['Message-ID']}\r\n"
    row = office.arrival(office.receive(write("ann@globex.example", "b", proven=False, more=more)))
    assert (row.ticket, row.why) == (1, "token")
    assert office.sent() == []


def test_a_stranger_with_the_token_gets_a_ticket_of_their_own_that_is_linked(office: Office) -> None:
    office.receive(write("ann@globex.example", "a"))
    [ack] = office.sent()
    row = office.arrival(office.receive(write("eve@evil.example", "b", more=f"References: {ack['Message-ID']}\r\n")))
    assert row.ticket == 2
    with office.desk.store.read() as session:
        ticket = tickets.load(session, 2)
    assert ticket is not None
    assert ticket.linked == 1


def test_copies_in_two_mailboxes_are_one_ticket_in_the_better_one(office: Office) -> None:
    raw = write("ann@globex.example", "a", to=f"{SUPPORT}, {FEEDBACK}")
    office.receive(raw, FEEDBACK)
    row = office.arrival(office.receive(raw, SUPPORT))
    assert (row.outcome, row.ticket) == (Outcome.DUPLICATE, 1)
    with office.desk.store.read() as session:
        ticket = tickets.load(session, 1)
    assert ticket is not None
    assert ticket.mailbox == SUPPORT
    assert len(office.sent()) == 1


def test_a_copy_in_a_mailbox_that_may_acknowledge_does_so_for_the_one_that_may_not(office: Office) -> None:
    raw = write("ann@globex.example", "a", to=f"{SUPPORT}, {HI}")
    office.receive(raw, HI)
    assert office.sent() == []
    office.receive(raw, SUPPORT)
    assert len(office.sent()) == 1


def test_the_same_mail_after_a_change_of_uidvalidity_is_a_duplicate(office: Office) -> None:
    raw = write("ann@globex.example", "a")
    office.receive(raw)
    assert office.arrival(office.receive(raw)).outcome is Outcome.DUPLICATE
    assert len(office.sent()) == 1


def test_mail_from_before_the_first_start_is_never_acknowledged(office: Office) -> None:
    office.receive(write("ann@globex.example", "a"), age=timedelta(days=11))
    assert office.sent() == []


def test_a_bounce_with_our_token_marks_the_address_and_the_ticket(office: Office) -> None:
    office.receive(write("ann@globex.example", "a"))
    [ack] = office.sent()
    raw = (
        f"From: MAILER-DAEMON@mx.globex.example\r\nTo: {SUPPORT}\r\nSubject: Undelivered\r\nMessage-ID: <b@mx>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        "Final-Recipient: rfc822; ann@globex.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {ack['Message-ID']}\r\n\r\n--b--\r\n"
    ).encode()
    assert office.arrival(office.receive(raw)).outcome is Outcome.BOUNCE
    assert "Undeliverable" in events_of(office, 1)
    office.receive(write("ann@globex.example", "c"))
    assert office.sent() == []


def test_a_proven_agents_mail_is_a_note_and_an_unproven_one_waits_for_a_person(office: Office) -> None:
    note = office.arrival(office.receive(write("alice@acme-team.example", "n")))
    assert note.outcome is Outcome.TICKETED
    with office.desk.store.read() as session:
        assert [each.kind for each in messages.messages(session, note.ticket or 0)] == [MessageKind.NOTE]
    forged = office.receive(write("alice@acme-team.example", "f", proven=False))
    assert office.arrival(forged).outcome is Outcome.QUARANTINED
    assert office.sent() == []
    assert office.write(lambda s: quarantine.release(s, forged, "root", office.now))
    office.decide()
    assert office.arrival(forged).outcome is Outcome.TICKETED


def test_a_parent_that_arrives_late_joins_its_answer(office: Office) -> None:
    office.receive(write("ann@globex.example", "b", more="In-Reply-To: <a@globex.example>\r\n"))
    row = office.arrival(office.receive(write("ann@globex.example", "a")))
    assert (row.ticket, row.why) == (1, "late-parent")
    assert len(office.sent()) == 1


def test_an_agent_who_copies_us_in_takes_the_ticket_and_nobody_is_acknowledged(office: Office) -> None:
    row = office.arrival(office.receive(write("alice@acme-team.example", "x", to=f"ann@globex.example, {SUPPORT}")))
    with office.desk.store.read() as session:
        ticket = tickets.load(session, row.ticket or 0)
        assert [each.kind for each in messages.messages(session, row.ticket or 0)] == [MessageKind.PUBLIC]
    assert ticket is not None
    assert ticket.status is Status.PENDING
    assert ticket.owner is not None
    assert office.sent() == []


def test_what_staff_forward_is_the_customers_and_their_own_words_stay_inside(office: Office) -> None:
    text = (
        "This one is angry.\r\n\r\n---------- Forwarded message ---------\r\nFrom: Ann <ann@globex.example>\r\n"
        "Date: Mon, 2 Mar 2026\r\nSubject: Broken\r\nTo: bob@acme-team.example\r\n\r\nIt is broken.\r\n"
    )
    row = office.arrival(office.receive(write("bob@acme-team.example", "f", text=text)))
    with office.desk.store.read() as session:
        written = messages.messages(session, row.ticket or 0)
    assert [(each.kind, each.author) for each in written] == [
        (MessageKind.CUSTOMER, "ann@globex.example"),
        (MessageKind.NOTE, "bob@acme-team.example"),
    ]
    assert "angry" not in written[0].text
    assert office.sent() == []


def test_the_brake_holds_unproven_mail_tells_the_admins_once_and_lets_go_later(office: Office) -> None:
    for number in range(4):
        office.receive(write(f"v{number}@d{number}.example", f"m{number}", proven=False))
    went = office.sent()
    assert sorted(mail["To"].rpartition("@")[2].rstrip(">") for mail in went) == [
        "d0.example",
        "d1.example",
        "elsewhere.example",
    ]
    assert office.write(outbox.held) == 2
    office.now += timedelta(hours=2)
    timer = Timer(office.desk, lambda _: None, lambda: None)
    office.write(partial(timer.tick, now=office.now))
    assert len(office.sent()) == 2


def test_what_was_held_for_a_day_is_dropped_and_the_admins_are_told(office: Office) -> None:
    for number in range(3):
        office.receive(write(f"v{number}@d{number}.example", f"m{number}", proven=False))
    office.sent()
    office.now += timedelta(hours=25)
    timer = Timer(office.desk, lambda _: None, lambda: None)
    office.write(partial(timer.tick, now=office.now))
    [told] = office.sent()
    assert told["To"] == "ops@elsewhere.example"
    with office.desk.store.read() as session:
        states = {each.key.partition(":")[0]: each.state for each in sendings.of_ticket(session, 3)}
    assert states == {"ack": "cancelled", "notice": "sent"}


def test_a_pause_holds_automatic_mail_but_not_alerts_and_resume_lets_it_go(office: Office) -> None:
    office.write(partial(outbox.pause, on=True, now=office.now, actor="root"))
    office.receive(write("ann@globex.example", "a"))
    assert office.sent() == []
    office.write(partial(outbox.pause, on=False, now=office.now, actor="root"))
    assert len(office.sent()) == 1


def test_a_broken_template_of_the_admins_stops_no_acknowledgement_and_is_told(office: Office, tmp_path: Path) -> None:
    (tmp_path / "acknowledgement.en.txt").write_text("{% block subject %}{{ nonsense }}{% endblock %}", "utf-8")
    office.desk = replace(office.desk, templates=Templates(tmp_path))
    office.receive(write("ann@globex.example", "a"))
    told, acknowledged = office.sent()
    assert told["To"] == "ops@elsewhere.example"
    assert acknowledged["Subject"] == "Re: About a [#1]"


def test_the_admins_hear_once_of_a_mailbox_that_has_not_been_readable_for_a_while(office: Office) -> None:
    settings = office.desk.config.mailboxes[0].settings
    assert isinstance(settings, ImapSettings)
    source = ImapSource(settings, None)
    poller = Poller(Polled(SUPPORT, source, timedelta(days=3), moves=False), office.desk.store, print, print)
    poller.fault, poller.fault_since = "the server refuses the password", office.now
    office.desk.life.pollers.append(poller)
    timer = Timer(office.desk, lambda _: None, lambda: None)
    for minutes, told in ((5, 0), (10, 1), (20, 0)):
        office.now = NOW + timedelta(minutes=minutes)
        office.write(partial(timer.tick, now=office.now))
        assert len(office.sent()) == told


def events_of(office: Office, number: int) -> list[str]:
    with office.desk.store.read() as session:
        return [type(event).__name__ for _, event in tickets.events(session, number)]
