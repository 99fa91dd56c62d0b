"""kill -9 at every failpoint: nothing is lost, nothing happens twice."""

import contextlib
import email
import email.policy
import sqlite3
from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from daemon.failpoints import FAILPOINTS
from tests.servers.dovecot import Account, Dovecot, a_mail
from tests.servers.house import House
from tests.servers.smtp import Received

pytestmark = pytest.mark.dovecot

MAILS = 8
# Between the final dot and our commit nobody can know whether a mail was taken: a second copy of it leaves.
WINDOW = frozenset({"dispatch.sent", "dispatch.in_settle"})
LEARNING = frozenset({"learning.studied", "learning.kept"})
STEPS = frozenset({"timer.stepped", "timer.told", "timer.spread"})  # killed in test_daemon_timer_kills.py
ELSEWHERE = frozenset({"store.migrating", "keys.made", "timer.released", "drain.started"}) | LEARNING | STEPS
ON_THE_WAY = [
    *(f"{name}:kill9@1" for name in FAILPOINTS if name not in ELSEWHERE),
    "fetch.fetched:kill9@2",
    "journal.committed:kill9@2",
    "intake.parsed:kill9@5",
    "intake.message_saved:kill9@4",
    "intake.outbox_put:kill9@8",
    "writer.before_commit:kill9@4",
    "writer.before_commit:kill9@6",
    "writer.after_commit:kill9@5",
    "writer.after_commit:kill9@7",
    "dispatch.sent:kill9@4",
    "dispatch.settled:kill9@3",
]


def deliver(account: Account) -> list[str]:
    """Eight customers write; their addresses."""
    senders = [f"customer{number}@company{number}.example" for number in range(MAILS)]
    mails = [a_mail(f"Question of {sender}", sender=sender) for sender in senders]
    account.deliver(*mails, received=datetime.now(UTC) + timedelta(seconds=1))  # INTERNALDATE knows whole seconds only
    return senders


def sent_to(mails: list[Received]) -> Counter[str]:
    return Counter(recipient for mail in mails for recipient in mail.rcpt)


def message_id(mail: Received) -> str:
    found: Any = email.message_from_bytes(mail.data, policy=email.policy.compat32)["Message-ID"]
    return str(found)


def in_flight(house: House) -> set[str]:
    """Who may get a second copy: nothing is on record of an attempt that was begun."""
    with contextlib.closing(sqlite3.connect(house.database)) as store:
        found = store.execute("SELECT recipient FROM outbox WHERE state = 'pending' AND lease_until IS NOT NULL")
        return {recipient for (recipient,) in found}


def check(house: House, senders: list[str], open_ended: Collection[str] = ()) -> set[str]:
    """Each mail one ticket with one message and one acknowledgement; who got a second copy of it.

    Only those may whose sending had an open end, and each of them is counted.
    """
    house.until_done(len(senders))
    assert Counter(row["subject"] for row in house.arrivals()) == Counter(f"Question of {each}" for each in senders)
    tickets = house.tickets()
    assert Counter(row["requester"] for row in tickets) == Counter(senders)
    assert {row["messages"] for row in tickets} == {1}
    taken = [mail for mail in house.smtp.mails if mail.rcpt != ("admin@ops.example",)]
    copies = sent_to(taken)
    assert set(copies) == set(senders)
    assert max(copies.values()) <= 2
    again = {recipient for recipient, many in copies.items() if many == 2}
    assert again <= set(open_ended)
    assert len({mail.data for mail in taken}) == len({message_id(mail) for mail in taken}) == len(senders)
    outgoing = [house.show(row["number"])["outgoing"] for row in tickets]
    assert [len(each) for each in outgoing] == [1] * len(senders)
    assert again <= {each[0]["recipient"] for each in outgoing if each[0]["resends"]}
    return again


def die(house: House, order: str) -> None:
    """Start a daemon that dies of `order`."""
    house.start(order, wait=False)
    assert house.wait_until_dead() == -9, f"{order} was never reached\n{house.log()}"


@pytest.mark.parametrize("order", ON_THE_WAY)
def test_a_daemon_that_dies_on_the_way_of_a_mail_goes_on_where_it_was(
    order: str, house: House, dovecot: Dovecot
) -> None:
    name = order.partition(":")[0]
    account = dovecot.account()
    moving = 'move_done_to = "Done"' if name.startswith("source.") else ""
    house.configure(house.mailbox(account, more=f"idle = false\nbatch_bytes = 1500\n{moving}"))
    house.start()  # mail from before the first start is not acknowledged
    assert house.stop() == 0
    senders = deliver(account)
    die(house, order)
    open_ended = in_flight(house)
    house.start()
    again = check(house, senders, open_ended)
    assert again or name not in WINDOW
    if name.startswith("source."):
        house.until(lambda: account.flags() == {}, "all that is done is moved")
        assert len(account.raws("Done")) == MAILS
    assert house.stop() == 0


@pytest.mark.parametrize("order", ["store.migrating:kill9", "keys.made:kill9"])
def test_a_daemon_that_dies_at_its_very_first_start_starts_again(order: str, house: House, dovecot: Dovecot) -> None:
    account = dovecot.account()
    house.configure(house.mailbox(account))
    die(house, order)
    house.start()
    check(house, deliver(account))


def test_a_daemon_that_dies_while_it_ends_leaves_nothing_half_done(house: House, dovecot: Dovecot) -> None:
    account = dovecot.account()
    house.configure(house.mailbox(account))
    house.start("drain.started:kill9")
    senders = deliver(account)
    house.until(lambda: house.status()["ledger"]["arrivals"] > 0, "the first mail is journaled")
    assert house.stop() == -9
    house.start()
    check(house, senders)


def test_a_daemon_that_dies_as_the_brake_lets_go_sends_what_was_held_once(house: House, dovecot: Dovecot) -> None:
    account = dovecot.account()
    mailbox = house.mailbox(account)
    house.configure(mailbox, more="[acknowledgements]\nunproven_hour = 3")
    house.start()
    senders = deliver(account)
    house.until_done(MAILS)
    assert house.status()["outbox"]["acknowledgement held"] == MAILS - 3
    assert house.stop() == 0
    house.configure(mailbox)
    die(house, "timer.released:kill9")
    house.start()
    house.until(lambda: "acknowledgement held" not in house.status()["outbox"], "the brake lets go")
    check(house, senders)


@pytest.mark.parametrize("name", sorted(LEARNING))
def test_a_daemon_that_dies_while_it_learns_knows_every_lesson_once(name: str, house: House, dovecot: Dovecot) -> None:
    account = dovecot.account()
    house.configure(house.mailbox(account))
    house.start(f"{name}:kill9")
    deliver(account)
    house.until_done(MAILS)
    assert house.run("do", "1", "#spam").returncode == 0
    if name == "learning.kept":
        house.until(lambda: house.status()["filters"]["lessons_waiting"] == 0, "the lesson is learned")
        assert house.stop() == -9
    assert house.wait_until_dead() == -9
    house.start()
    house.until(lambda: _learned(house) == {"genuine": 0.0, "spam": 1.0}, "the lesson is learned")
    assert house.stop() == 0
    house.start()
    house.until(lambda: _learned(house) == {"genuine": 0.0, "spam": 1.0}, "it is known after a restart")
    ledger = house.status()["ledger"]
    assert ledger["adds_up"]
    assert ledger["by_outcome"]["quarantined"] == 1


def _learned(house: House) -> Any:
    return house.status()["filters"]["known"]


def test_every_failpoint_is_killed_at() -> None:
    killed = {order.partition(":")[0] for order in ON_THE_WAY}
    assert killed | ELSEWHERE == set(FAILPOINTS)
    assert len(FAILPOINTS) >= 20
