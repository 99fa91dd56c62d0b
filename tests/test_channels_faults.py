"""What a server can do wrong at each step, and what it must never lead to: a lost mail, a second copy, clear text."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from channels import Item, Receipt, Refused, Retry, Sent
from channels.smtp import SmtpChannel, SmtpSettings
from tests.servers.smtp import SmtpServer
from tests.servers.tls import TlsFiles

ITEM = Item("key", "anna@example.org", "b@example.com", "<1@example.com>", b"Subject: x\r\n\r\nhello\r\n")
VERBS = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "CONTENT")


def channel_to(server: SmtpServer, password: Callable[[], str] | None = None, **changes: Any) -> SmtpChannel:
    given = {
        "host": "127.0.0.1",
        "port": server.port,
        "tls": server.tls,
        "local_hostname": "desk.example",
        "timeout": 5.0,
    }
    if server.files is not None:
        given["ca_file"] = server.files.ca
    return SmtpChannel(SmtpSettings.model_validate(given | changes), password)


async def deliver_once(server: SmtpServer, password: Callable[[], str] | None = None, **changes: Any) -> Receipt:
    channel = channel_to(server, password, **changes)
    try:
        return await channel.deliver(ITEM)
    finally:
        await channel.close()


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("reply", ["421 4.3.2 going down", "450 4.2.1 later", "451 4.3.0 trouble", "close"])
async def test_whatever_is_temporary_is_tried_again_and_then_arrives_once(
    smtp_server: SmtpServer, verb: str, reply: str
) -> None:
    smtp_server.answer(verb, reply, times=1)
    channel = channel_to(smtp_server)
    first = await channel.deliver(ITEM)
    assert isinstance(first, Retry)
    assert first.is_unknown == (verb == "CONTENT" and reply == "close")
    assert first.after is None
    assert isinstance(await channel.deliver(ITEM), Sent)
    assert len(smtp_server.mails) == 1
    await channel.close()


@pytest.mark.parametrize("verb", VERBS)
async def test_a_server_that_falls_silent_is_given_up_in_time(smtp_server: SmtpServer, verb: str) -> None:
    smtp_server.answer(verb, "hang", times=1)
    channel = channel_to(smtp_server, timeout=0.3, deadline=0.6)
    first = await channel.deliver(ITEM)
    assert isinstance(first, Retry)
    assert first.is_unknown == (verb == "CONTENT")
    assert isinstance(await channel.deliver(ITEM), Sent)
    assert len(smtp_server.mails) == 1
    await channel.close()


@pytest.mark.parametrize(
    ("verb", "reply", "outcome"),
    [
        ("RCPT", "550 5.1.1 unknown", Refused),
        ("RCPT", "554 5.7.1 not wanted", Refused),
        ("RCPT", "530 5.7.0 log in first", Retry),
        ("RCPT", "503 5.5.1 need MAIL", Retry),
        ("DATA", "554 5.7.1 no", Refused),
        ("CONTENT", "552 5.3.4 too large", Refused),
        ("CONTENT", "550 5.7.1 spam", Refused),
        ("CONTENT", "452 4.3.1 disk full", Retry),
        ("MAIL", "550 5.7.1 sender not wanted", Retry),
        ("MAIL", "530 5.7.0 log in first", Retry),
        ("MAIL", "552 5.3.4 too large", Refused),
        ("MAIL", "552 too large", Refused),
        ("EHLO", "550 5.7.1 bad name", Retry),
        ("CONNECT", "554 5.7.1 no service for you", Retry),
        ("RCPT", "354 what", Retry),
        ("DATA", "250 too early", Retry),
        ("MAIL", "nonsense", Retry),
        ("RCPT", "999 x", Retry),
    ],
)
async def test_what_is_for_good_is_refused_at_once_and_our_own_fault_never(
    smtp_server: SmtpServer, verb: str, reply: str, outcome: type[Receipt]
) -> None:
    smtp_server.answer(verb, reply)
    receipt = await deliver_once(smtp_server)
    assert type(receipt) is outcome
    assert smtp_server.mails == []


async def test_a_refused_sender_waits_for_a_person(smtp_server: SmtpServer) -> None:
    smtp_server.answer("MAIL", "553 5.7.1 b@example.com is not yours")
    assert await deliver_once(smtp_server) == Retry("MAIL FROM: 553 5.7.1 b@example.com is not yours", 900.0)


async def test_a_mail_taken_without_an_answer_may_come_twice_and_says_so(smtp_server: SmtpServer) -> None:
    smtp_server.answer("CONTENT", "accept-close", times=1)
    channel = channel_to(smtp_server)
    first = await channel.deliver(ITEM)
    assert isinstance(first, Retry)
    assert first.is_unknown
    assert len(smtp_server.mails) == 1, "the channel itself must not send it a second time"
    await channel.close()


async def test_a_kept_connection_lost_after_the_mail_is_not_made_good_by_sending_again(smtp_server: SmtpServer) -> None:
    channel = channel_to(smtp_server)
    await channel.deliver(ITEM)
    smtp_server.answer("CONTENT", "accept-close", times=1)
    receipt = await channel.deliver(ITEM)
    assert isinstance(receipt, Retry)
    assert receipt.is_unknown
    assert len(smtp_server.mails) == 2
    await channel.close()


async def test_a_drip_of_bytes_does_not_outlive_the_deadline() -> None:
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                writer.write(b"2")
                await writer.drain()
                await asyncio.sleep(0.05)
        except ConnectionError:
            writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        settings = SmtpSettings(host="127.0.0.1", port=port, tls="none", timeout=60, deadline=0.5)
        channel = SmtpChannel(settings, None)
        async with asyncio.timeout(20):
            assert isinstance(await channel.deliver(ITEM), Retry)
        await channel.close()
        await asyncio.sleep(0.15)


async def test_a_flood_instead_of_an_answer_is_cut_off() -> None:
    async def flood(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for _line in range(2000):
                writer.write(b"220-" + b"x" * 60_000 + b"\r\n")
                await writer.drain()
        except ConnectionError:
            pass
        writer.close()

    server = await asyncio.start_server(flood, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        channel = SmtpChannel(SmtpSettings(host="127.0.0.1", port=port, tls="none", deadline=10), None)
        assert isinstance(await channel.deliver(ITEM), Retry)
        await channel.close()


async def test_a_very_old_server_is_greeted_the_old_way(smtp_server: SmtpServer) -> None:
    smtp_server.answer("EHLO", "502 5.5.1 what is that")
    assert isinstance(await deliver_once(smtp_server), Sent)
    assert "HELO desk.example" in smtp_server.said


@pytest.mark.parametrize("tls", ["tls", "starttls"])
@pytest.mark.parametrize("user", [None, "desk"])
async def test_mail_leaves_encrypted(tls_files: TlsFiles, tls: str, user: str | None) -> None:
    with SmtpServer(tls, tls_files, {"desk": "s3crét"} if user else {}) as server:
        channel = channel_to(server, lambda: "s3crét", user=user)
        for _ in range(3):
            assert isinstance(await channel.deliver(ITEM), Sent)
        await channel.close()
    assert [mail.data for mail in server.mails] == [ITEM.payload] * 3
    assert sum(said.startswith("AUTH") for said in server.said) == (1 if user else 0)


@pytest.mark.parametrize("tls", ["tls", "starttls"])
async def test_a_certificate_of_another_ca_is_refused(tls_files: TlsFiles, tls: str) -> None:
    with SmtpServer(tls, tls_files, {"desk": "secret"}) as server:
        receipt = await deliver_once(server, lambda: "secret", user="desk", ca_file=tls_files.other_ca)
    assert isinstance(receipt, Retry)
    assert "its certificate is refused" in receipt.detail
    assert receipt.after == 60.0
    assert server.mails == []
    assert not any(said.startswith(("AUTH", "MAIL")) for said in server.said)


@pytest.mark.parametrize("tls", ["tls", "starttls"])
async def test_a_certificate_for_another_name_is_refused(tls_files: TlsFiles, tls: str) -> None:
    with SmtpServer(tls, replace(tls_files, certificate=tls_files.elsewhere)) as server:
        receipt = await deliver_once(server)
    assert isinstance(receipt, Retry)
    assert "its certificate is refused (IP address mismatch" in receipt.detail
    assert server.mails == []


async def test_without_starttls_on_offer_nothing_is_sent_in_clear_text(smtp_server: SmtpServer) -> None:
    receipt = await deliver_once(smtp_server, lambda: "secret", tls="starttls", user="desk")
    assert isinstance(receipt, Retry)
    assert "offers no STARTTLS; nothing is sent in clear text" in receipt.detail
    assert smtp_server.said == ["EHLO desk.example"]


async def test_a_refused_starttls_is_no_reason_to_go_on_in_clear_text(tls_files: TlsFiles) -> None:
    with SmtpServer("starttls", tls_files) as server:
        server.answer("STARTTLS", "454 4.7.0 not now")
        assert isinstance(await deliver_once(server), Retry)
    assert not any(said.startswith("MAIL") for said in server.said)


async def test_a_clear_text_server_on_the_tls_port_is_no_server(smtp_server: SmtpServer) -> None:
    receipt = await deliver_once(smtp_server, tls="tls", timeout=1.0)
    assert isinstance(receipt, Retry)
    assert smtp_server.mails == []


async def test_a_wrong_password_is_tried_once_and_says_who_must_act(tls_files: TlsFiles) -> None:
    with SmtpServer("starttls", tls_files, {"desk": "right"}) as server:
        channel = channel_to(server, lambda: "wrong-secret", user="desk")
        receipts = await asyncio.gather(*(channel.deliver(ITEM) for _ in range(12)))
        await channel.close()
    assert all(isinstance(receipt, Retry) for receipt in receipts)
    for receipt in receipts:
        assert isinstance(receipt, Retry)
        assert "login as desk refused: 535" in receipt.detail
        assert "wrong-secret" not in receipt.detail
        assert receipt.after is not None
        assert 50 < receipt.after <= 60
    assert sum(said.startswith("AUTH") for said in server.said) == 1


async def test_after_a_person_mended_it_all_goes_on(tls_files: TlsFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.smtp.PAUSE_SECONDS", (0.0, 0.0))
    secrets = iter(["wrong", "right"])
    with SmtpServer("starttls", tls_files, {"desk": "right"}) as server:
        channel = channel_to(server, lambda: next(secrets), user="desk")
        assert isinstance(await channel.deliver(ITEM), Retry)
        assert isinstance(await channel.deliver(ITEM), Sent)
        await channel.close()


async def test_a_login_that_fails_for_now_does_not_stop_the_others_for_long(tls_files: TlsFiles) -> None:
    with SmtpServer("starttls", tls_files, {"desk": "right"}) as server:
        server.answer("AUTH", "454 4.7.0 directory away", times=1)
        channel = channel_to(server, lambda: "right", user="desk")
        first = await channel.deliver(ITEM)
        assert isinstance(first, Retry)
        assert first.after is None
        assert isinstance(await channel.deliver(ITEM), Sent)
        await channel.close()


async def test_a_user_without_a_password_or_a_server_without_login_is_told(smtp_server: SmtpServer) -> None:
    def unreadable() -> str:
        raise OSError("secret file is gone")

    cases: list[tuple[Callable[[], str] | None, str]] = [
        (None, "no password"),
        (lambda: "x", "offers no way to log in"),
    ]
    for password, words in cases:
        receipt = await deliver_once(smtp_server, password, user="desk")
        assert isinstance(receipt, Retry)
        assert words in receipt.detail
    with SmtpServer(users={"desk": "x"}) as server:
        receipt = await deliver_once(server, unreadable, user="desk")
    assert isinstance(receipt, Retry)
    assert "secret file is gone" in receipt.detail


async def test_a_delivery_that_is_called_off_leaves_no_connection_behind(smtp_server: SmtpServer) -> None:
    smtp_server.answer("RCPT", "hang", times=1)
    channel = channel_to(smtp_server)
    task = asyncio.create_task(channel.deliver(ITEM))
    for _ in range(500):
        if any(said.startswith("RCPT") for said in smtp_server.said):
            break
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert isinstance(await channel.deliver(ITEM), Sent)
    assert len(smtp_server.mails) == 1
    await channel.close()
