"""IMAP against a server that misbehaves: every operation ends, memory stays bounded, nothing is sent in clear text."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from mailboxes import Batch, Cursor, SourceFault
from mailboxes.imap import ImapSettings, ImapSource
from tests.servers.dovecot import a_mail
from tests.servers.scripted_imap import ScriptedImap, Step, Talk, wait_until
from tests.servers.tls import TlsFiles

SINCE = datetime(2026, 11, 20, tzinfo=UTC)

Scripted = Callable[..., ScriptedImap]
Reader = Callable[..., ImapSource]


@pytest.fixture
def reader() -> Iterator[Reader]:
    made: list[ImapSource] = []

    def make(server: ScriptedImap, **changes: Any) -> ImapSource:
        chosen = {"host": "127.0.0.1", "port": server.port, "tls": "none", "user": "support", "operation_seconds": 0.5}
        made.append(ImapSource(ImapSettings(**chosen | changes), lambda: "secret"))
        return made[-1]

    yield make
    for source in made:
        source.close()


def read(source: ImapSource, cursor: Cursor | None = None) -> tuple[Cursor | None, list[Batch]]:
    batches: list[Batch] = []
    return source.read(cursor, SINCE, batches.append), batches


def fault(source: ImapSource, words: str) -> SourceFault:
    with pytest.raises(SourceFault, match=words) as caught:
        read(source)
    return caught.value


def say(*lines: bytes, tagged: bytes = b"OK done") -> Step:
    def step(talk: Talk) -> None:
        talk.send(*lines)
        talk.finish(tagged)

    return step


VERBS = ["GREETING", "CAPABILITY", "LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH"]


class TestDeadlines:
    @pytest.mark.parametrize("verb", VERBS)
    def test_silence_ends(self, scripted_imap: Scripted, reader: Reader, verb: str) -> None:
        server = scripted_imap(mails=[a_mail()], steps={verb: Talk.stay_silent})
        assert not fault(reader(server), r"no end after 0|no end after 1").permanent

    @pytest.mark.parametrize("verb", VERBS)
    def test_a_drip_that_never_lets_the_socket_time_out_ends(
        self, scripted_imap: Scripted, reader: Reader, verb: str
    ) -> None:
        server = scripted_imap(mails=[a_mail()], steps={verb: lambda talk: talk.drip(b"* OK " + b"x" * 10_000, 0.1)})
        fault(reader(server), "no end after")

    def test_a_drip_during_the_handshake_ends(
        self, scripted_imap: Scripted, reader: Reader, tls_files: TlsFiles
    ) -> None:
        drip = b"\x16\x03\x03\x40\x00" + b"\x02" * 10_000
        server = scripted_imap(steps={"GREETING": lambda talk: talk.drip(drip, 0.1)})
        fault(reader(server, tls="tls", ca_file=tls_files.ca), "no end after")

    def test_a_drip_inside_a_mail_ends(self, scripted_imap: Scripted, reader: Reader) -> None:
        def step(talk: Talk) -> None:
            if b"BODY.PEEK[]" not in talk.arguments:
                talk.server._uid_fetch(talk)
                return
            talk.drip(b"* 1 FETCH (UID 1 BODY[] {100000}\r\n" + b"x" * 100_000, 0.1)

        fault(reader(scripted_imap(mails=[a_mail()], steps={"UID FETCH": step})), "no end after")

    def test_a_connection_that_died_in_idle_is_noticed(self, scripted_imap: Scripted, reader: Reader) -> None:
        def step(talk: Talk) -> None:
            talk.send(b"+ idling")
            talk.stay_silent()

        source = reader(scripted_imap(capability=b"IMAP4rev1 IDLE", steps={"IDLE": step}))
        read(source)
        with pytest.raises(SourceFault, match="ending IDLE"):
            source.wait(0.1)

    def test_interrupt_ends_a_blocked_fetch(self, scripted_imap: Scripted, reader: Reader) -> None:
        server = scripted_imap(mails=[a_mail()], steps={"UID FETCH": Talk.stay_silent})
        source = reader(server, operation_seconds=600)

        def interrupt() -> None:
            wait_until(lambda: "UID FETCH" in server.heard)
            source.interrupt()

        thread = threading.Thread(target=interrupt)
        thread.start()
        fault(source, "interrupted")
        thread.join()

    def test_interrupt_ends_a_connection_attempt_that_nobody_answers(self) -> None:
        with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf:
            address = deaf.getsockname()
            fillers = []
            for _ in range(4):  # the queue of a server that accepts nobody
                filler = socket.socket()
                filler.settimeout(0.0)
                filler.connect_ex(address)
                fillers.append(filler)
            settings = ImapSettings(
                host="127.0.0.1", port=address[1], tls="none", user="support", operation_seconds=600
            )
            source = ImapSource(settings, lambda: "secret")
            timer = threading.Timer(0.3, source.interrupt)
            timer.start()
            fault(source, "interrupted")
            timer.join()
            for filler in fillers:
                filler.close()


class TestMemory:
    @pytest.mark.parametrize(
        "lines",
        [
            [b"* 1 FETCH (UID 1 BODY[] {999999999999}"],
            [b"* 1 FETCH (UID 1 BODY[] {60000000}"],
            [b"* OK " + b"x" * 5_000_000],
            [b"* %d EXISTS" % n for n in range(1_000_000)],
            [b"* 1 FETCH (UID 1 BODY[] " + b"(" * 5_000 + b")" * 5_000 + b")"],
            [b"* 1 FETCH (UID 1 BODY[] {x}"],
            [b"* 1 FETCH (UID 1"],
            [b"rubbish \xff\x00"],
            [b"A999 OK whose tag is this"],
            [b"* BYE for no reason"],
        ],
        ids=["1 TB", "60 MB", "long line", "million lines", "nested", "no number", "cut", "junk", "tag", "bye"],
    )
    def test_an_answer_beyond_all_bounds_is_a_fault(
        self, scripted_imap: Scripted, reader: Reader, lines: list[bytes]
    ) -> None:
        server = scripted_imap(mails=[a_mail()], steps={"UID FETCH": say(*lines)})
        fault(reader(server, operation_seconds=20), "fetching")
        assert server.heard.count("LOGIN") == 1

    def test_mails_whose_sizes_lie_are_fetched_one_by_one_and_then_in_parts(
        self, scripted_imap: Scripted, reader: Reader
    ) -> None:
        good, huge = a_mail("good"), a_mail("huge", "x" * 20_000_000)
        server = scripted_imap(mails=[good, huge, good], sizes={2: 10})
        source = reader(server, operation_seconds=20)
        fault(source, "more bytes than were asked for")
        seen: list[bytes] = []
        at: Cursor | None = None
        for _ in range(12):
            try:
                batches: list[Batch] = []
                at = source.read(at, SINCE, batches.append)
            except SourceFault:
                at = batches[-1].cursor if batches else at
            seen += [mail.raw for batch in batches for mail in batch.mails]
        assert [len(raw) for raw in seen] == [len(good), 0, len(good)]


class TestRefusals:
    def test_a_cut_in_the_middle_of_a_mail_loses_nothing(self, scripted_imap: Scripted, reader: Reader) -> None:
        cuts = [True]

        def step(talk: Talk) -> None:
            if b"BODY.PEEK[]" in talk.arguments and cuts:
                cuts.pop()
                talk.send(b"* 1 FETCH (UID 1 BODY[] {100000}", b"only this")
                talk.socket.shutdown(2)
                return
            talk.server._uid_fetch(talk)

        source = reader(scripted_imap(mails=[a_mail("one"), a_mail("two")], steps={"UID FETCH": step}))
        fault(source, "fetching")
        _, batches = read(source)
        assert [mail.uid for batch in batches for mail in batch.mails] == [1, 2]

    @pytest.mark.parametrize("code", [b"THROTTLED", b"UNAVAILABLE", b"OVERQUOTA", b"INUSE"])
    @pytest.mark.parametrize("verb", ["LOGIN", "EXAMINE", "UID FETCH"])
    def test_a_busy_server_is_left_alone_for_a_minute(
        self, scripted_imap: Scripted, reader: Reader, verb: str, code: bytes
    ) -> None:
        server = scripted_imap(mails=[a_mail()], steps={verb: say(tagged=b"NO [" + code + b"] not now")})
        caught = fault(reader(server), "not now")
        assert caught.retry_after >= 60
        assert not caught.permanent

    def test_a_connection_lost_while_logging_in_is_no_refused_password(
        self, scripted_imap: Scripted, reader: Reader
    ) -> None:
        server = scripted_imap(steps={"LOGIN": lambda talk: talk.socket.shutdown(2)})
        caught = fault(reader(server), "logging in")
        assert not caught.permanent

    def test_a_server_that_echoes_the_password_does_not_bring_it_into_our_words(
        self, scripted_imap: Scripted, reader: Reader
    ) -> None:
        server = scripted_imap(steps={"LOGIN": say(tagged=b'NO support "secret" is wrong')})
        assert "secret" not in str(fault(reader(server), "login refused"))

    @pytest.mark.parametrize("how", ["NO", "NO [SERVERBUG]", "crash"])
    def test_a_mail_that_the_server_never_hands_over_stops_nobody(
        self, scripted_imap: Scripted, reader: Reader, how: str
    ) -> None:
        def step(talk: Talk) -> None:
            if b"2" in talk.arguments.split(b" ")[0].split(b",") and b"BODY" in talk.arguments:
                talk.socket.shutdown(2) if how == "crash" else talk.finish(how.encode() + b" this one is broken")
            else:
                talk.server._uid_fetch(talk)

        source = reader(scripted_imap(mails=[a_mail("one"), a_mail("two"), a_mail("three")], steps={"UID FETCH": step}))
        batches: list[Batch] = []
        at: Cursor | None = None
        faults = 0
        for _ in range(12):
            try:
                at = source.read(at, SINCE, batches.append)
                break
            except SourceFault:
                faults += 1
                at = batches[-1].cursor if batches else None
        mails = [mail for batch in batches for mail in batch.mails]
        assert [mail.uid for mail in mails] == [1, 2, 3]
        assert mails[1].raw == b""
        assert "did not hand it over" in str(mails[1].left_out)
        assert faults in (7, 8)  # a crash costs one connection more

    def test_idle_offered_and_refused_means_polling(self, scripted_imap: Scripted, reader: Reader) -> None:
        server = scripted_imap(capability=b"IMAP4rev1 IDLE", steps={"IDLE": say(tagged=b"BAD what")})
        source = reader(server, poll_seconds=1)
        cursor, _ = read(source)
        source.wait(0.1)
        read(source, cursor)
        source.wait(0.1)
        assert server.heard.count("IDLE") == 1

    @pytest.mark.parametrize("packets", [1, 2])
    def test_news_that_comes_with_the_agreement_to_idle_is_not_missed(
        self, scripted_imap: Scripted, reader: Reader, packets: int
    ) -> None:
        def step(talk: Talk) -> None:
            if packets == 1:
                talk.send(b"+ idling", b"* 5 EXISTS")
            else:
                talk.send(b"* 5 EXISTS")
                talk.send(b"+ idling")
            talk.file.readline()
            talk.finish()

        source = reader(scripted_imap(capability=b"IMAP4rev1 IDLE", steps={"IDLE": step}))
        read(source)
        source.wait(600)

    def test_a_folder_without_uidvalidity_is_for_a_person_to_mend(
        self, scripted_imap: Scripted, reader: Reader
    ) -> None:
        server = scripted_imap(steps={"EXAMINE": say(b"* 1 EXISTS")})
        assert fault(reader(server), "no UIDVALIDITY").permanent


class TestStarttls:
    @pytest.fixture
    def served(self, tls_files: TlsFiles) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(tls_files.certificate, tls_files.key)
        return context

    @pytest.mark.parametrize(
        ("capability", "steps"),
        [
            (b"IMAP4rev1", {}),
            (b"IMAP4rev1 STARTTLS", {"STARTTLS": say(tagged=b"NO not today")}),
            (b"IMAP4rev1 STARTTLS", {"STARTTLS": say(tagged=b"BAD what")}),
            (b"IMAP4rev1 STARTTLS", {"GREETING": lambda talk: talk.send(b"* PREAUTH welcome back")}),
        ],
        ids=["stripped", "refused", "unknown", "preauth"],
    )
    def test_without_it_nothing_is_sent_in_clear_text(
        self, scripted_imap: Scripted, reader: Reader, tls_files: TlsFiles, capability: bytes, steps: dict[str, Step]
    ) -> None:
        server = scripted_imap(capability=capability, steps=steps)
        caught = fault(reader(server, tls="starttls", ca_file=tls_files.ca), "nothing is sent in clear text")
        assert caught.permanent
        assert caught.retry_after >= 60
        assert not {"LOGIN", "AUTHENTICATE", "EXAMINE"} & set(server.heard)
        assert not any(b"secret" in line or b"support" in line for line in server.lines)

    def test_what_was_injected_in_clear_text_is_dropped(
        self, scripted_imap: Scripted, reader: Reader, tls_files: TlsFiles, served: ssl.SSLContext
    ) -> None:
        def step(talk: Talk) -> None:
            lie = b"* CAPABILITY IMAP4rev1 LOGINDISABLED MOVE"
            talk.send(lie, talk.tag + b" OK go", lie, b"* BYE injected", b"* 9 EXISTS")
            talk.start_tls()

        server = scripted_imap(capability=b"IMAP4rev1 STARTTLS", steps={"STARTTLS": step}, tls=served)
        source = reader(server, tls="starttls", ca_file=tls_files.ca, operation_seconds=10)
        read(source)
        assert source._session is not None
        assert source._session.capabilities == {b"IMAP4REV1", b"STARTTLS"}
        assert not source._session.has_news()
        assert "LOGIN" in server.heard
