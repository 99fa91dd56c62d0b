"""Done mails are moved where that is configured, and nothing that people flagged is ever deleted by us."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mailboxes import SourceFault
from mailboxes.imap import ImapSettings, ImapSource
from tests.servers.dovecot import PASSWORD, POOR, Account, Dovecot, a_mail
from tests.servers.poor_imap import PoorImap

NOW = datetime.now(UTC).replace(microsecond=0)
UIDPLUS = POOR + " UIDPLUS"
DONE = "Done/by helpdesk"

pytestmark = pytest.mark.dovecot


@dataclass
class Desk:
    account: Account
    source: ImapSource
    mails: list[bytes]
    epoch: int


@pytest.fixture
def open_desk(dovecots: Callable[[str], Dovecot]) -> Iterator[Callable[[str], Desk]]:
    """An account with four mails that have been read, on a server of that capability."""
    made: list[ImapSource] = []

    def new(capability: str) -> Desk:
        account = dovecots(capability).account()
        mails = [a_mail(f"mail {n}") for n in range(4)]
        account.deliver(*mails, received=NOW - timedelta(hours=1))
        settings = ImapSettings(
            host="127.0.0.1", port=account.server.port, tls="none", user=account.user, move_done_to=DONE
        )
        made.append(ImapSource(settings, lambda: PASSWORD))
        cursor = made[-1].read(None, NOW - timedelta(days=3), lambda _: None)
        assert cursor is not None
        return Desk(account, made[-1], mails, cursor.uidvalidity)

    yield new
    for source in made:
        source.close()


@pytest.mark.parametrize("capability", ["", UIDPLUS], ids=["MOVE", "UIDPLUS"])
class TestMoving:
    def test_done_mails_go_to_a_folder_that_is_made_for_them(
        self, open_desk: Callable[[str], Desk], capability: str
    ) -> None:
        desk = open_desk(capability)
        desk.source.settle(desk.epoch, [1, 3])
        assert desk.account.raws() == [desk.mails[1], desk.mails[3]]
        assert desk.account.raws(DONE) == [desk.mails[0], desk.mails[2]]

    def test_saying_it_again_does_nothing(self, open_desk: Callable[[str], Desk], capability: str) -> None:
        desk = open_desk(capability)
        for _ in range(2):
            desk.source.settle(desk.epoch, [1, 3])
            desk.source.settle(desk.epoch, [3, 4, 99])
        assert desk.account.raws() == [desk.mails[1]]
        assert desk.account.raws(DONE) == [desk.mails[0], desk.mails[2], desk.mails[3]]

    def test_reading_goes_on_afterwards(self, open_desk: Callable[[str], Desk], capability: str) -> None:
        desk = open_desk(capability)
        desk.source.settle(desk.epoch, [1, 2, 3, 4])
        desk.account.deliver(later := a_mail("later"))
        found: list[bytes] = []
        desk.source.read(None, NOW - timedelta(days=3), lambda batch: found.extend(mail.raw for mail in batch.mails))
        assert found == [later]

    def test_what_people_flagged_as_deleted_is_not_expunged(
        self, open_desk: Callable[[str], Desk], capability: str
    ) -> None:
        desk = open_desk(capability)
        with desk.account.client() as client:
            client.add_flags([2], [rb"\Deleted"])
        desk.source.settle(desk.epoch, [1])
        assert desk.account.raws() == desk.mails[1:]
        assert rb"\Deleted" in desk.account.flags()[2]

    def test_uids_of_another_epoch_are_left_alone(self, open_desk: Callable[[str], Desk], capability: str) -> None:
        desk = open_desk(capability)
        desk.source.settle(desk.epoch - 1, [1, 2])
        assert desk.account.raws() == desk.mails

    def test_flags_and_dates_go_along(self, open_desk: Callable[[str], Desk], capability: str) -> None:
        desk = open_desk(capability)
        with desk.account.client() as client:
            client.add_flags([1], [rb"\Seen", rb"\Flagged"])
        desk.source.settle(desk.epoch, [1])
        with desk.account.client(DONE, readonly=True) as client:
            client.normalise_times = False
            (found,) = client.fetch(client.search("ALL"), ["FLAGS", "INTERNALDATE"]).values()
        assert {rb"\Seen", rb"\Flagged"} <= set(found[b"FLAGS"])
        assert found[b"INTERNALDATE"] == NOW - timedelta(hours=1)


class TestCrash:
    """The steps of COPY, STORE, EXPUNGE are cut off after each; a new source is told the same again."""

    @pytest.mark.parametrize("step", ["copy", "add_flags", "uid_expunge"])
    def test_after_each_step_nothing_is_lost_and_nothing_is_there_twice(
        self, open_desk: Callable[[str], Desk], monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        desk = open_desk(UIDPLUS)
        desk.source.settle(desk.epoch, [4])
        assert desk.source._session is not None
        client = desk.source._session.client
        work = getattr(client, step)

        def crash(*words: Any, **more: Any) -> None:
            work(*words, **more)
            raise OSError("killed")

        monkeypatch.setattr(client, step, crash)
        with pytest.raises(SourceFault, match="killed"):
            desk.source.settle(desk.epoch, [1, 3])
        desk.source.settle(desk.epoch, [1, 3])
        assert desk.account.raws() == [desk.mails[1]]
        assert desk.account.raws(DONE) == [desk.mails[3], desk.mails[0], desk.mails[2]]


def test_without_uidplus_the_original_stays_flagged_and_is_copied_once(
    open_desk: Callable[[str], Desk],
) -> None:
    desk = open_desk(POOR)
    for _ in range(3):
        desk.source.settle(desk.epoch, [1, 3])
    assert desk.account.raws(DONE) == [desk.mails[0], desk.mails[2]]
    flags = desk.account.flags()
    assert [uid for uid in flags if rb"\Deleted" in flags[uid]] == [1, 3]


def test_two_mails_that_are_alike_but_for_their_date_are_both_moved(open_desk: Callable[[str], Desk]) -> None:
    desk = open_desk(UIDPLUS)
    desk.account.deliver(desk.mails[0], received=NOW)
    desk.source.settle(desk.epoch, [1])
    desk.source.settle(desk.epoch, [5])
    assert desk.account.raws(DONE) == [desk.mails[0], desk.mails[0]]
    assert desk.account.raws() == desk.mails[1:]


def test_the_demos_server_moves_too(poor_imap: PoorImap) -> None:
    user = poor_imap.user()
    poor_imap.deliver(user, a_mail("one"), a_mail("two"))
    settings = ImapSettings(host="127.0.0.1", port=poor_imap.port, tls="none", user=user, move_done_to="Done")
    source = ImapSource(settings, lambda: poor_imap.password)
    cursor = source.read(None, NOW - timedelta(days=3), lambda _: None)
    assert cursor is not None
    source.settle(cursor.uidvalidity, [cursor.uid])
    source.close()
    with poor_imap.client(user) as client:
        assert client.select_folder("INBOX", readonly=True)[b"EXISTS"] == 1
        assert client.select_folder("Done", readonly=True)[b"EXISTS"] == 1
