"""The same daemon with its store on PostgreSQL: it dies on the way of a mail, and the database goes away under it."""

import pytest

from tests.servers.dovecot import Account, Dovecot, a_mail
from tests.servers.house import House
from tests.servers.postgres import Postgres
from tests.test_daemon_faults import MAILS, WINDOW, check, deliver, die

pytestmark = [pytest.mark.dovecot, pytest.mark.postgres]


@pytest.fixture
def ready(house: House, dovecot: Dovecot, postgres_url: str) -> tuple[House, Account]:
    """A daemon that was started once before."""
    account = dovecot.account()
    house.configure(house.mailbox(account), more=f'[store]\nurl = "{postgres_url}"')
    house.start()
    assert house.stop() == 0
    return house, account


def in_flight(url: str) -> set[str]:
    """Who may get a second copy: nothing is on record of an attempt that was begun."""
    import psycopg

    with psycopg.connect(url) as store:
        found = store.execute("SELECT recipient FROM outbox WHERE state = 'pending' AND lease_until IS NOT NULL")
        return {recipient for (recipient,) in found}


@pytest.mark.parametrize(
    "order",
    [
        "journal.in_transaction:kill9",
        "intake.claimed:kill9",
        "intake.message_saved:kill9@4",
        "writer.before_commit:kill9@5",
        "writer.after_commit:kill9@5",
        "dispatch.claimed:kill9",
        "dispatch.sent:kill9",
    ],
)
def test_a_daemon_that_dies_goes_on_where_it_was(order: str, ready: tuple[House, Account], postgres_url: str) -> None:
    house, account = ready
    senders = deliver(account)
    die(house, order)
    open_ended = in_flight(postgres_url)
    house.start()
    again = check(house, senders, open_ended)
    assert again or order.partition(":")[0] not in WINDOW
    assert house.stop() == 0


def test_a_database_that_goes_away_is_waited_for(ready: tuple[House, Account], postgres: Postgres) -> None:
    house, account = ready
    house.start()
    first = deliver(account)
    house.until_done(MAILS)
    postgres.stop()
    account.deliver(a_mail("Meanwhile"))
    house.until(lambda: "the store" in house.log() or "cannot be read" in house.log(), "the daemon says so")
    postgres.start()
    house.until_done(MAILS + 1)
    assert {row["requester"] for row in house.tickets()} == {*first, "ann@customer.example"}
    assert house.stop() == 0
