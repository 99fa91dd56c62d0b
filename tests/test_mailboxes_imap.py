"""IMAP against a real Dovecot: security of the connection, epochs of UIDs, batches, nothing changed on the server."""

import ssl
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from mailboxes import Batch, Cursor, SourceFault
from mailboxes.imap import ImapSettings, ImapSource
from tests.servers.dovecot import PASSWORD, Account, Dovecot, a_mail
from tests.servers.tls import TlsFiles

pytestmark = pytest.mark.dovecot

NOW = datetime.now(UTC).replace(microsecond=0)
SINCE = NOW - timedelta(days=3)

Make = Callable[..., ImapSource]


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    return dovecot.account()


@pytest.fixture
def make(account: Account) -> Iterator[Make]:
    """Makes sources for the account, by default in clear text; all are closed at the end."""
    made: list[ImapSource] = []

    def new(password: Callable[[], str] = lambda: PASSWORD, **changes: Any) -> ImapSource:
        chosen = {"host": "127.0.0.1", "port": account.server.port, "tls": "none", "user": account.user} | changes
        made.append(ImapSource(ImapSettings(**chosen), password))
        return made[-1]

    yield new
    for source in made:
        source.close()


def read(source: ImapSource, cursor: Cursor | None = None, since: datetime = SINCE) -> tuple[Cursor, list[Batch]]:
    batches: list[Batch] = []
    after = source.read(cursor, since, batches.append)
    assert after is not None
    return after, batches


def raws(batches: list[Batch]) -> list[bytes]:
    return [mail.raw for batch in batches for mail in batch.mails]


class TestConnection:
    @pytest.mark.parametrize("tls", ["tls", "starttls"])
    def test_reads_over_tls_either_way(self, make: Make, account: Account, tls_files: TlsFiles, tls: str) -> None:
        account.deliver(mail := a_mail())
        port = account.server.tls_port if tls == "tls" else account.server.port
        source = make(tls=tls, port=port, ca_file=tls_files.ca)
        assert raws(read(source)[1]) == [mail]
        assert source._session is not None
        assert isinstance(source._session.client.wire.sock, ssl.SSLSocket)

    @pytest.mark.parametrize("tls", ["tls", "starttls"])
    def test_a_certificate_of_a_stranger_is_refused_for_good(
        self, make: Make, account: Account, tls_files: TlsFiles, tls: str
    ) -> None:
        port = account.server.tls_port if tls == "tls" else account.server.port
        with pytest.raises(SourceFault, match="certificate refused") as caught:
            read(make(tls=tls, port=port, ca_file=tls_files.other_ca))
        assert caught.value.permanent

    def test_a_certificate_for_another_name_is_refused(self, make: Make, account: Account, tls_files: TlsFiles) -> None:
        source = make(tls="tls", host="127.0.0.2", port=account.server.tls_port, ca_file=tls_files.ca)
        with pytest.raises(SourceFault):
            read(source)

    def test_speaking_tls_to_a_port_without_it_says_so(self, make: Make, tls_files: TlsFiles) -> None:
        with pytest.raises(SourceFault, match="does this port speak TLS") as caught:
            read(make(tls="tls", ca_file=tls_files.ca))
        assert caught.value.permanent

    def test_a_missing_ca_file_is_for_a_person_to_mend(self, make: Make, tls_files: TlsFiles) -> None:
        with pytest.raises(SourceFault, match="cannot be used") as caught:
            read(make(tls="tls", ca_file=tls_files.ca.with_name("gone.pem")))
        assert caught.value.permanent

    def test_nobody_listening_is_a_passing_fault(self, make: Make) -> None:
        with pytest.raises(SourceFault, match="connecting") as caught:
            read(make(port=1))
        assert not caught.value.permanent

    def test_a_wrong_password_is_asked_ever_less_often_and_a_changed_one_works_at_once(self, make: Make) -> None:
        words = ["wrong"] * 7 + [PASSWORD]
        source = make(lambda: words.pop(0))
        pauses = []
        for _ in range(7):
            with pytest.raises(SourceFault, match="login refused") as caught:
                read(source)
            assert caught.value.permanent
            assert "wrong" not in str(caught.value)
            pauses.append(caught.value.retry_after)
        assert pauses == [60, 120, 240, 480, 900, 900, 900]
        read(source)

    def test_no_password_is_a_fault_with_words(self, account: Account) -> None:
        settings = ImapSettings(host="127.0.0.1", port=account.server.port, tls="none", user=account.user)
        with pytest.raises(SourceFault, match="no password"):
            read(ImapSource(settings, None))

    @pytest.mark.parametrize(
        "user", ["some body@example.com", 'quo"te@example.com', "back\\slash", "jürgen@example.com"]
    )
    def test_user_names_of_any_kind_log_in(self, make: Make, user: str) -> None:
        source = make(user=user)
        with pytest.raises(SourceFault) as caught:  # Dovecot's own list of characters; what counts is that it was asked
            read(source)
        assert "login refused: [AUTHENTICATIONFAILED]" in str(caught.value)

    def test_a_password_with_a_line_break_never_leaves(self, make: Make) -> None:
        with pytest.raises(SourceFault, match="line break"):
            read(make(lambda: 'x"\r\nA1 DELETE INBOX'))


class TestEpochs:
    def test_a_new_uidvalidity_with_the_same_mails_reads_them_again_from_since(
        self, make: Make, account: Account
    ) -> None:
        old, new = a_mail("old"), a_mail("new")
        account.deliver(old, received=SINCE - timedelta(days=1))
        account.deliver(new)
        cursor, _ = read(make())
        account.recreate(empty=False)
        again, batches = read(make(), cursor)
        assert again.uidvalidity != cursor.uidvalidity
        assert raws(batches) == [new]
        assert {batch.cursor.uidvalidity for batch in batches} == {again.uidvalidity}

    def test_other_mails_on_old_uids_are_not_skipped(self, make: Make, account: Account) -> None:
        account.deliver(a_mail("one"), a_mail("two"), a_mail("three"))
        cursor, _ = read(make())
        account.recreate(empty=True)
        account.deliver(other := a_mail("other"))
        again, batches = read(make(), cursor)
        assert raws(batches) == [other]
        assert (again.uid, again.uidvalidity > cursor.uidvalidity) == (1, True)

    def test_a_folder_made_anew_under_an_open_connection_is_noticed(self, make: Make, account: Account) -> None:
        account.deliver(a_mail("one"), a_mail("two"))
        source = make()
        cursor, _ = read(source)
        account.recreate(empty=True)
        account.deliver(other := a_mail("other"))
        found: list[bytes] = []
        for _ in range(3):
            try:
                found = raws(read(source, cursor)[1])
                break
            except SourceFault:
                continue
        assert found == [other]


class TestReading:
    def test_flags_and_recent_stay_as_people_left_them(self, make: Make, account: Account) -> None:
        account.deliver(a_mail("unseen"), a_mail("seen"), a_mail("deleted"))
        with account.client() as client:
            client.add_flags([2], [rb"\Seen", b"mine"])
            client.add_flags([3], [rb"\Deleted"])
        before = account.flags()
        account.drop([a_mail("recent")], NOW)
        source = make()
        assert len(raws(read(source)[1])) == 4
        source.close()
        with account.client(readonly=True) as client:
            after = client.get_flags([1, 2, 3])
            assert client.search("RECENT") == [4]
        assert {uid: set(flags) - {rb"\Recent"} for uid, flags in after.items()} == {
            uid: set(flags) - {rb"\Recent"} for uid, flags in before.items()
        }

    def test_what_was_expunged_between_listing_and_fetching_is_skipped(self, make: Make, account: Account) -> None:
        account.deliver(*(a_mail(f"mail {n}") for n in range(6)))
        source = make(batch_bytes=1)
        seen: list[int] = []

        def record(batch: Batch) -> None:
            if not seen:
                account.expunge(2, 3, 6)
            seen.extend(mail.uid for mail in batch.mails)

        cursor = source.read(None, SINCE, record)
        assert seen == [1, 4, 5]
        assert cursor is not None
        assert cursor.uid == 6
        account.deliver(a_mail("later"))
        assert [mail.uid for batch in read(source, cursor)[1] for mail in batch.mails] == [7]

    def test_a_batch_that_lost_some_of_its_mails_hands_over_the_rest(
        self, make: Make, account: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        account.deliver(*(a_mail(f"mail {n}") for n in range(4)))
        source = make()
        read(source)
        assert source._session is not None
        fetch = source._session.fetch

        def late(uids: list[int], items: list[str], expected: int = 0) -> Any:
            if items == ["BODY.PEEK[]"]:
                account.expunge(1, 3)
            return fetch(uids, items, expected)

        monkeypatch.setattr(source._session, "fetch", late)
        cursor, batches = read(source)
        assert [mail.uid for batch in batches for mail in batch.mails] == [2, 4]
        assert cursor.uid == 4

    def test_five_thousand_mails_come_in_batches_and_memory_stays_bounded(self, make: Make, account: Account) -> None:
        text = "\r\n".join(["x" * 70] * 100)
        account.drop([a_mail(f"mail {n}", text) for n in range(5_000)], NOW)
        source = make(batch_bytes=500_000)
        sizes: list[int] = []
        uids: list[int] = []
        tracemalloc.start()

        def record(batch: Batch) -> None:
            sizes.append(sum(len(mail.raw) for mail in batch.mails))
            uids.extend(mail.uid for mail in batch.mails)
            assert batch.cursor.uid == uids[-1]

        cursor = source.read(None, SINCE, record)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert cursor is not None
        assert uids == list(range(1, 5_001))
        assert max(sizes) <= 500_000
        assert peak < 6 * 500_000  # of 36 MB in all

    def test_a_fault_half_way_keeps_what_was_committed(self, make: Make, account: Account) -> None:
        account.deliver(*(a_mail(f"mail {n}") for n in range(4)))
        source = make(batch_bytes=1)
        committed: list[Batch] = []

        def record(batch: Batch) -> None:
            committed.append(batch)
            if len(committed) == 2:
                account.server.restart()

        with pytest.raises(SourceFault):
            source.read(None, SINCE, record)
        _, rest = read(source, committed[-1].cursor)
        assert [mail.uid for batch in [*committed, *rest] for mail in batch.mails] == [1, 2, 3, 4]

    def test_a_large_folder_is_searched_in_windows_and_one_far_behind_reads_all(
        self, make: Make, account: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("mailboxes.imap_listing.WINDOW", 7)
        monkeypatch.setattr("mailboxes.imap_listing.CHUNK", 3)
        account.deliver(*(a_mail(f"mail {n}") for n in range(30)))
        account.expunge(*range(4, 12))
        cursor, batches = read(make())
        assert [mail.uid for batch in batches for mail in batch.mails] == [1, 2, 3, *range(12, 31)]
        later, batches = read(make(), Cursor(cursor.uidvalidity, 13))
        assert [mail.uid for batch in batches for mail in batch.mails] == list(range(14, 31))
        assert later == cursor

    @pytest.mark.parametrize("hours", [-14, -1, 0, 5, 12])
    def test_since_is_exact_whatever_the_zone_of_the_servers_dates(
        self, make: Make, account: Account, hours: int
    ) -> None:
        zone = timezone(timedelta(hours=hours))
        account.deliver(a_mail("before"), received=(SINCE - timedelta(seconds=1)).astimezone(zone))
        account.deliver(exact := a_mail("exact"), received=SINCE.astimezone(zone))
        assert raws(read(make())[1]) == [exact]


class TestWaiting:
    def test_mail_that_came_while_nobody_idled_ends_the_next_wait(self, make: Make, account: Account) -> None:
        source = make()
        cursor, _ = read(source)
        account.deliver(mail := a_mail())
        source.wait(60)
        assert raws(read(source, cursor)[1]) == [mail]

    def test_idle_is_renewed(self, make: Make, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
        source = make(idle_renew_minutes=0.001)
        read(source)
        assert source._session is not None
        idle, turns = source._session.idle, []

        def counted(seconds: float) -> bool:
            turns.append(seconds)
            return idle(seconds)

        monkeypatch.setattr(source._session, "idle", counted)
        source.wait(0.3)
        assert len(turns) >= 3
        assert max(turns) <= 0.06
        assert account.flags() == {}
