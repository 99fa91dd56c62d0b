"""The world around the real daemon fails: receivers refuse, servers restart, somebody ends it at a bad time."""

import contextlib
import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.servers.dovecot import Account, Dovecot, a_mail
from tests.servers.house import House
from tests.servers.tls import TlsFiles

pytestmark = pytest.mark.dovecot


@pytest.fixture
def own_dovecot(tls_files: TlsFiles) -> Iterator[Dovecot]:
    """A server that this test may restart."""
    server = Dovecot(tls_files)
    server.start()
    yield server
    server.remove()


@pytest.fixture
def running(house: House, dovecot: Dovecot) -> tuple[House, Account]:
    """A daemon that reads one mailbox."""
    account = dovecot.account()
    house.configure(house.mailbox(account))
    house.start()
    return house, account


def deliver(account: Account, *raws: bytes) -> None:
    account.deliver(*raws, received=datetime.now(UTC) + timedelta(seconds=1))


def sending(house: House) -> Any:
    """What became of the acknowledgement of the only ticket."""
    (ticket,) = house.tickets()
    (found,) = house.show(ticket["number"])["outgoing"]
    return found


def hurry(house: House) -> None:
    """Make everything that waits for its next attempt due now."""
    with contextlib.closing(sqlite3.connect(house.database, timeout=20)) as store, store:
        store.execute("UPDATE outbox SET due = put_at WHERE state = 'pending'")


def has_tried(house: House) -> bool:
    return bool(house.tickets()) and sending(house)["last_error"] is not None


def test_what_is_refused_for_now_is_sent_later(running: tuple[House, Account]) -> None:
    house, account = running
    house.smtp.answer("RCPT", "450 4.2.1 later", times=1)
    deliver(account, a_mail())
    house.until(lambda: has_tried(house), "the first attempt")
    assert sending(house)["state"] == "pending"
    assert "450" in sending(house)["last_error"]
    assert house.smtp.mails == []
    hurry(house)
    house.until_done(1)
    assert (sending(house)["state"], sending(house)["attempts"]) == ("sent", 2)
    assert len(house.smtp.mails) == 1


def test_what_is_refused_for_good_becomes_an_event_on_the_ticket(running: tuple[House, Account]) -> None:
    house, account = running
    house.smtp.answer("RCPT", "550 5.1.1 no such user")
    deliver(account, a_mail(sender="ann@customer.example"))
    house.until_done(1)
    assert sending(house)["state"] == "refused"
    events = {row["event"]: row["details"] for row in house.show(1)["events"]}
    assert events["Undeliverable"]["address"] == "ann@customer.example"
    assert "no such user" in events["Undeliverable"]["why"]


def test_a_receiver_that_is_gone_for_a_while_gets_everything_once(running: tuple[House, Account]) -> None:
    house, account = running
    house.smtp.stop()
    deliver(account, a_mail())
    house.until(lambda: has_tried(house), "the first attempt")
    house.smtp.start()
    hurry(house)
    house.until_done(1)
    assert len(house.smtp.mails) == 1


def test_what_may_have_arrived_is_sent_again_unchanged_and_counted(running: tuple[House, Account]) -> None:
    house, account = running
    house.smtp.answer("CONTENT", "accept-close", times=1)
    deliver(account, a_mail())
    house.until(lambda: has_tried(house), "the first attempt")
    hurry(house)
    house.until_done(1)
    first, second = house.smtp.mails
    assert first == second
    assert sending(house)["resends"] == 1


def test_a_mail_server_that_restarts_in_the_middle_loses_nothing(house: House, own_dovecot: Dovecot) -> None:
    account = own_dovecot.account()
    house.configure(house.mailbox(account, more="batch_bytes = 2000"))
    house.start()
    account.drop([a_mail(f"Mail {n}", sender=f"ann@company{n}.example") for n in range(100)], datetime.now(UTC))
    house.until(lambda: house.status()["ledger"]["arrivals"] > 0, "the first mails")
    own_dovecot.restart()
    deliver(account, a_mail("Afterwards"))
    house.until_done(101)
    assert len({row["subject"] for row in house.tickets()}) == len(house.tickets()) == 101


def test_sigterm_in_the_middle_ends_within_ten_seconds_and_the_next_start_goes_on(
    house: House, dovecot: Dovecot
) -> None:
    account = dovecot.account()
    house.configure(house.mailbox(account, more="batch_bytes = 5000"))
    account.drop([a_mail(f"Mail {n}", sender=f"ann@company{n}.example") for n in range(200)], datetime.now(UTC))
    house.start()
    house.until(lambda: house.status()["ledger"]["arrivals"] > 0, "the first mails")
    assert house.stop() == 0
    house.start()
    house.until_done(200)
    assert len({row["subject"] for row in house.tickets()}) == len(house.tickets()) == 200


def test_a_second_daemon_waits_says_so_and_takes_over(running: tuple[House, Account]) -> None:
    house, account = running
    second = House(house.folder, house.smtp)
    try:
        second.start(wait=False)
        second.until(lambda: "another daemon holds the lock" in second.log(), "the second says that it waits")
        deliver(account, a_mail("To the first"))
        house.until_done(1)
        assert house.stop() == 0
        second.until(second.is_up, "the second takes over")
        deliver(account, a_mail("To the second", sender="bob@customer.example"))
        second.until_done(2)
        assert len(house.smtp.mails) == 2
        assert second.stop() == 0
    finally:
        second.kill()


def test_a_daemon_that_waits_for_another_ends_when_told_to(running: tuple[House, Account]) -> None:
    house, _ = running
    second = House(house.folder, house.smtp)
    try:
        second.start(wait=False)
        second.until(lambda: "another daemon holds the lock" in second.log(), "the second says that it waits")
        assert second.stop() == 0
    finally:
        second.kill()
    assert house.is_up()


def test_a_wrong_password_is_told_and_no_other_mailbox_minds(house: House, dovecot: Dovecot) -> None:
    good, bad = dovecot.account(), dovecot.account("feedback")
    secret = house.folder / "wrong"
    secret.write_text("guess")
    secret.chmod(0o600)
    wrong = house.mailbox(bad, "feedback@example.com").replace(f"{house.folder}/password", str(secret))
    house.configure(house.mailbox(good), wrong)
    house.start()
    deliver(good, a_mail())
    house.until_done(1)
    house.until(lambda: house.status()["mailboxes"][1]["fault"] is not None, "the fault is seen")
    said = house.run("status", "--json")
    assert said.returncode == 1
    first, second = json.loads(said.stdout)["mailboxes"]
    assert first["fault"] is None
    assert first["read_at"] is not None
    assert "password" in second["fault"].lower() or "login" in second["fault"].lower()
    assert "guess" not in house.log() + said.stdout
    assert len(house.smtp.mails) == 1
    assert house.stop() == 0


def children(pid: int) -> list[int]:
    """The processes that a daemon started."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def test_parse_children_that_are_killed_cost_no_mail(running: tuple[House, Account]) -> None:
    house, account = running
    assert house.process is not None
    account.drop([a_mail(f"Mail {n}", sender=f"ann@company{n}.example") for n in range(60)], datetime.now(UTC))
    house.until(lambda: house.status()["ledger"]["arrivals"] > 0, "mail comes in")
    for _ in range(2):  # a mail may bring its child down twice; the third time it would be put aside
        for child in children(house.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
    house.until_done(60)
    assert house.status()["ledger"]["by_outcome"]["ticketed"] == len(house.tickets()) == 60
