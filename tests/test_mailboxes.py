"""What every kind of source promises, shown on real servers."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

import mailboxes
from mailboxes import Batch, Cursor, Source, SourceFault
from mailboxes.imap import ImapSettings, ImapSource
from tests.servers.dovecot import PASSWORD, POOR, Dovecot, a_mail
from tests.servers.poor_imap import PoorImap

NOW = datetime.now(UTC).replace(microsecond=0)
SINCE = NOW - timedelta(days=3)


@dataclass
class Rig:
    """A source, and how somebody else puts mail where it reads."""

    kind: str
    source: Source
    deliver: Callable[..., None]  # (*raws, received=None)
    break_line: Callable[[], None]  # the server goes away and comes back


@pytest.fixture(
    params=[
        pytest.param("dovecot", marks=pytest.mark.dovecot),
        pytest.param("poor dovecot", marks=pytest.mark.dovecot),
        "pymap",
    ]
)
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    made = _pymap(request) if request.param == "pymap" else _dovecot(request)
    yield made
    made.source.close()


def _dovecot(request: pytest.FixtureRequest) -> Rig:
    server: Dovecot = request.getfixturevalue("dovecots")(POOR if request.param == "poor dovecot" else "")
    account = server.account()
    settings = ImapSettings(host="127.0.0.1", port=server.port, tls="none", user=account.user, poll_seconds=1)
    return Rig("imap", ImapSource(settings, lambda: PASSWORD), account.deliver, server.restart)


def _pymap(request: pytest.FixtureRequest) -> Rig:
    server: PoorImap = request.getfixturevalue("poor_imap")
    user = server.user()
    settings = ImapSettings(host="127.0.0.1", port=server.port, tls="none", user=user, poll_seconds=1)

    def deliver(*raws: bytes, received: datetime | None = None) -> None:
        server.deliver(user, *raws, received=received)

    def restart() -> None:
        server.stop()
        server.start()

    return Rig("imap", ImapSource(settings, lambda: server.password), deliver, restart)


def subjects(batches: list[Batch]) -> list[str]:
    lines = [line for batch in batches for mail in batch.mails for line in mail.raw.splitlines()]
    return [line[9:].decode() for line in lines if line.startswith(b"Subject: ")]


def read(source: Source, cursor: Cursor | None, since: datetime = SINCE) -> tuple[Cursor | None, list[Batch]]:
    batches: list[Batch] = []
    return source.read(cursor, since, batches.append), batches


def _wait_for_ever(source: Source) -> None:
    while True:
        source.wait(60)


def test_every_kind_of_source_is_found_and_tried_here() -> None:
    assert set(mailboxes.sources()) == {"imap"}


def test_a_source_knows_its_kind_and_settings() -> None:
    for kind, declared in mailboxes.sources().items():
        assert declared.kind == kind
        assert declared.Settings.model_fields["kind"].default == kind


class TestContract:
    def test_hands_over_in_order_what_came_and_nothing_twice(self, rig: Rig) -> None:
        rig.deliver(*(a_mail(f"mail {number}") for number in range(5)))
        cursor, batches = read(rig.source, None)
        assert subjects(batches) == [f"mail {number}" for number in range(5)]
        uids = [mail.uid for batch in batches for mail in batch.mails]
        assert uids == sorted(set(uids))
        assert cursor is not None
        assert batches[-1].cursor == cursor
        assert read(rig.source, cursor) == (cursor, [])
        rig.deliver(a_mail("later"))
        assert subjects(read(rig.source, cursor)[1]) == ["later"]

    def test_an_empty_folder_gives_a_cursor_too(self, rig: Rig) -> None:
        cursor, batches = read(rig.source, None)
        assert subjects(batches) == []
        assert cursor is not None
        assert read(rig.source, cursor) == (cursor, [])

    def test_says_when_a_mail_was_received_to_the_second_and_in_utc(self, rig: Rig) -> None:
        rig.deliver(a_mail(), received=NOW - timedelta(hours=5))
        (batch,) = read(rig.source, None)[1]
        assert batch.mails[0].received_at == NOW - timedelta(hours=5)
        assert batch.mails[0].received_at.utcoffset() == timedelta(0)

    def test_nothing_from_before_since_is_handed_over_whatever_its_uid(self, rig: Rig) -> None:
        rig.deliver(a_mail("old"), received=SINCE - timedelta(seconds=1))
        rig.deliver(a_mail("in time"), received=SINCE)
        cursor, batches = read(rig.source, None)
        assert subjects(batches) == ["in time"]
        rig.deliver(a_mail("old, moved in later"), received=SINCE - timedelta(days=30))
        cursor, batches = read(rig.source, cursor)
        assert subjects(batches) == []
        rig.deliver(a_mail("new"))
        assert subjects(read(rig.source, cursor)[1]) == ["new"]

    def test_what_record_raises_comes_through_and_loses_nothing(self, rig: Rig) -> None:
        rig.deliver(a_mail("one"), a_mail("two"))

        def fail(batch: Batch) -> None:
            raise OSError(f"disk full with {len(batch.mails)} mails")

        with pytest.raises(OSError, match="disk full with 2"):
            rig.source.read(None, SINCE, fail)
        assert subjects(read(rig.source, None)[1]) == ["one", "two"]

    def test_wait_ends_when_mail_comes_and_when_it_does_not(self, rig: Rig) -> None:
        cursor, _ = read(rig.source, None)
        rig.source.wait(0.2)
        assert read(rig.source, cursor)[1] == []
        timer = threading.Timer(0.3, rig.deliver, [a_mail("news")])
        timer.start()
        arrived: list[str] = []
        while not arrived:
            rig.source.wait(30)
            cursor, batches = read(rig.source, cursor)
            arrived = subjects(batches)
        timer.join()
        assert arrived == ["news"]

    def test_interrupt_ends_a_wait_from_another_thread_and_reading_works_again(self, rig: Rig) -> None:
        cursor, _ = read(rig.source, None)
        timer = threading.Timer(0.2, rig.source.interrupt)
        timer.start()
        with pytest.raises(SourceFault, match="interrupted"):
            _wait_for_ever(rig.source)
        timer.join()
        rig.deliver(a_mail("after"))
        assert subjects(read(rig.source, cursor)[1]) == ["after"]

    def test_an_interruption_between_calls_ends_the_next_one_and_only_that(self, rig: Rig) -> None:
        read(rig.source, None)
        rig.source.interrupt()
        with pytest.raises(SourceFault, match="interrupted"):
            read(rig.source, None)
        read(rig.source, None)

    def test_a_restart_of_the_server_is_a_fault_once_and_loses_nothing(self, rig: Rig) -> None:
        rig.deliver(a_mail("before"))
        cursor, _ = read(rig.source, None)
        rig.break_line()
        with pytest.raises(SourceFault):
            read(rig.source, cursor)
        rig.deliver(a_mail("after"))
        again, batches = read(rig.source, cursor)
        assert subjects(batches) == ["after"]
        assert again is not None
        assert cursor is not None
        assert again.uidvalidity == cursor.uidvalidity

    def test_settling_without_a_folder_to_move_to_does_nothing(self, rig: Rig) -> None:
        rig.deliver(a_mail("stays"))
        cursor, _ = read(rig.source, None)
        assert cursor is not None
        rig.source.settle(cursor.uidvalidity, [cursor.uid])
        assert subjects(read(rig.source, None)[1]) == ["stays"]

    def test_close_never_raises_and_reading_connects_anew(self, rig: Rig) -> None:
        rig.source.close()
        rig.deliver(a_mail("one"))
        cursor, _ = read(rig.source, None)
        rig.source.close()
        rig.source.close()
        assert read(rig.source, cursor) == (cursor, [])
