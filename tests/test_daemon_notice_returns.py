"""Mail that does not arrive: a customer's is told to agents, an agent's to the admins, and nothing goes in circles."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from channels import Item, Receipt, Refused
from daemon import clock
from daemon.dispatch import Dispatch
from store import outbox, tickets
from store.engine import Store
from tests.agents_mail import bounce
from tests.notice_team import ANNA, one, open_team, words_of
from tests.office import Office, write
from tickets.events import Undeliverable

CUSTOMER = "ann@initech.example"


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    return open_team(store, tmp_path)


def test_a_customer_who_cannot_be_reached_is_told_to_agents(office: Office) -> None:
    office.receive(write(CUSTOMER, "a"))
    [ack] = [each for each in office.leave() if each.klass == "acknowledgement"]
    office.receive(bounce(ack.item.message_id, CUSTOMER))
    mail = one(office.told(), ANNA)
    assert mail["X-Helpdeskd-Occasion"] == "undeliverable"
    assert f"could not be delivered. {CUSTOMER}: " in words_of(mail)


def test_a_notice_that_bounces_is_told_to_the_admins_and_marks_nothing_on_the_ticket(office: Office) -> None:
    office.receive(write(CUSTOMER, "a"))
    notice = one(office.told(), ANNA)
    office.receive(bounce(notice["Message-ID"], ANNA))
    [left] = office.leave()
    assert left.klass == "alert"
    assert f"Notices to {ANNA} do not arrive".encode() in left.item.payload
    with office.desk.store.read() as session:
        assert not [event for _, event in tickets.events(session, 1) if isinstance(event, Undeliverable)]
    office.receive(write(CUSTOMER, "b"))
    assert one(office.told(), ANNA)  # it is tried again: nobody else would say when it is mended


class Nowhere:
    """A way out that nothing is handed to."""

    concurrency = 1
    deadline = 1.0

    async def deliver(self, item: Item) -> Receipt:
        raise NotImplementedError(item.key)

    async def close(self) -> None:
        return


def refuse(office: Office, recipient: str) -> None:
    """The outgoing server takes all that is due, but for this recipient's."""
    dispatch = Dispatch(office.desk, "mail", Nowhere(), print)
    claim = partial(outbox.claim, channel="mail", limit=100, now=office.now, lease=timedelta(minutes=5))
    for each in office.write(claim):
        if each.item.recipient == recipient:
            office.write(partial(dispatch._settle, claimed=each, receipt=Refused("550 no such user")))
        else:
            office.write(partial(dispatch._write_sent, sent={each.id: "250"}))
    office.now = clock.now()  # by which the dispatch settles


def test_an_answer_that_the_outgoing_server_refuses_is_told_to_agents(office: Office) -> None:
    office.receive(write(CUSTOMER, "a"))
    refuse(office, CUSTOMER)
    told = office.told()
    assert len(told) == 2
    assert f"{CUSTOMER}: 550 no such user" in words_of(one(told, ANNA))


def test_a_notice_that_the_outgoing_server_refuses_makes_no_further_notice(office: Office) -> None:
    office.receive(write(CUSTOMER, "a"))
    refuse(office, ANNA)
    [left] = office.leave()
    assert left.klass == "alert"
    with office.desk.store.read() as session:
        assert not [event for _, event in tickets.events(session, 1) if isinstance(event, Undeliverable)]
