import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import channels
from channels import Item, Refused, Retry, Sent
from channels.smtp import SmtpChannel, SmtpSettings
from tests.servers.smtp import Received, SmtpServer

PAYLOAD = b"From: support@example.com\r\nSubject: x\r\n\r\n.hidden\r\n..\r\n.\r\nend \xc3\xa4\r\n"


def item(recipient: str = "anna@example.org", payload: bytes = PAYLOAD, sender: str | None = "b@example.com") -> Item:
    return Item("key", recipient, sender, "<1@example.com>", payload)


def channel_to(server: SmtpServer, **changes: Any) -> SmtpChannel:
    given = {"host": "127.0.0.1", "port": server.port, "tls": "none", "local_hostname": "desk.example", "timeout": 5.0}
    password = changes.pop("password", None)
    return SmtpChannel(SmtpSettings.model_validate(given | changes), password)


@pytest.fixture
async def channel(smtp_server: SmtpServer) -> AsyncIterator[SmtpChannel]:
    made = channel_to(smtp_server)
    yield made
    await made.close()


async def test_bytes_arrive_exactly_as_they_were_given(channel: SmtpChannel, smtp_server: SmtpServer) -> None:
    receipt = await channel.deliver(item())
    assert receipt == Sent("250 2.0.0 taken")
    assert smtp_server.mails == [Received("b@example.com", ("anna@example.org",), PAYLOAD)]


async def test_the_null_sender_stays_null(channel: SmtpChannel, smtp_server: SmtpServer) -> None:
    await channel.deliver(item(sender=None))
    await channel.deliver(item(sender=""))
    assert [mail.envelope_from for mail in smtp_server.mails] == ["", ""]


async def test_a_connection_carries_many_mails(channel: SmtpChannel, smtp_server: SmtpServer) -> None:
    for number in range(20):
        assert isinstance(await channel.deliver(item(payload=b"A: %d\r\n\r\n" % number)), Sent)
    assert smtp_server.connections == 1
    assert [mail.data for mail in smtp_server.mails] == [b"A: %d\r\n\r\n" % number for number in range(20)]


async def test_no_more_connections_than_configured(smtp_server: SmtpServer) -> None:
    channel = channel_to(smtp_server, connections=3)
    receipts = await asyncio.gather(*(channel.deliver(item()) for _ in range(30)))
    await channel.close()
    assert {type(receipt) for receipt in receipts} == {Sent}
    assert len(smtp_server.mails) == 30
    assert 1 <= smtp_server.connections <= 3


async def test_a_large_mail_arrives_whole(channel: SmtpChannel, smtp_server: SmtpServer) -> None:
    payload = b"Subject: x\r\n\r\n" + (b"." * 75 + b"\r\n") * 40_000
    assert isinstance(await channel.deliver(item(payload=payload)), Sent)
    assert smtp_server.mails[0].data == payload


async def test_a_connection_that_the_server_ended_is_replaced(channel: SmtpChannel, smtp_server: SmtpServer) -> None:
    await channel.deliver(item())
    smtp_server.cut()
    assert isinstance(await channel.deliver(item()), Sent)
    assert len(smtp_server.mails) == 2


async def test_a_server_that_ends_an_old_connection_with_421_gets_a_new_one(
    channel: SmtpChannel, smtp_server: SmtpServer
) -> None:
    await channel.deliver(item())
    smtp_server.answer("MAIL", "421 4.7.0 too many mails in this connection", times=1)
    assert isinstance(await channel.deliver(item()), Sent)
    assert smtp_server.connections == 2
    assert len(smtp_server.mails) == 2


async def test_a_restart_between_two_mails_costs_nothing(channel: SmtpChannel, smtp_server: SmtpServer) -> None:
    await channel.deliver(item())
    smtp_server.stop()
    smtp_server.start()
    assert isinstance(await channel.deliver(item()), Sent)
    assert len(smtp_server.mails) == 2


async def test_a_server_that_is_away_is_tried_again_and_then_served(smtp_server: SmtpServer) -> None:
    channel = channel_to(smtp_server)
    smtp_server.stop()
    try:
        receipt = await channel.deliver(item())
        assert isinstance(receipt, Retry)
        assert not receipt.is_unknown
    finally:
        smtp_server.start()
    assert isinstance(await channel.deliver(item()), Sent)
    await channel.close()


async def test_greylisting_is_over_at_the_second_attempt(channel: SmtpChannel, smtp_server: SmtpServer) -> None:
    smtp_server.answer("RCPT", "450 4.2.0 greylisted", times=1)
    assert await channel.deliver(item()) == Retry("RCPT TO: 450 4.2.0 greylisted")
    assert isinstance(await channel.deliver(item()), Sent)
    assert smtp_server.connections == 1


async def test_one_refused_recipient_says_nothing_of_the_next(channel: SmtpChannel, smtp_server: SmtpServer) -> None:
    smtp_server.answer("RCPT", "550 5.1.1 nobody of that name", recipient="gone@example.org")
    assert await channel.deliver(item("gone@example.org")) == Refused("RCPT TO: 550 5.1.1 nobody of that name")
    assert isinstance(await channel.deliver(item()), Sent)
    assert [mail.rcpt for mail in smtp_server.mails] == [("anna@example.org",)]


async def test_what_the_server_says_is_shown_as_one_clean_line(channel: SmtpChannel, smtp_server: SmtpServer) -> None:
    smtp_server.answer("RCPT", "550-5.1.1 \x1b[31mno\r\n550 way\x00 " + "x" * 900)
    receipt = await channel.deliver(item())
    assert isinstance(receipt, Refused)
    assert re.fullmatch(r"RCPT TO: 550 5\.1\.1 \[31mno way x+", receipt.detail)
    assert len(receipt.detail) < 400


async def test_a_mail_over_the_server_s_limit_is_refused_before_it_is_sent() -> None:
    with SmtpServer(size_limit=1000) as server:
        channel = channel_to(server)
        receipt = await channel.deliver(item(payload=b"A: b\r\n\r\n" + b"x\r\n" * 400))
        await channel.close()
    assert isinstance(receipt, Refused)
    assert "DATA" not in server.said


@pytest.mark.parametrize(
    "bad",
    [
        item("anna@example.org>\r\nRCPT TO:<eve@example.net"),
        item("anna@example.org> SIZE=1"),
        item("<anna@example.org>"),
        item("ännä@example.org"),
        item(""),
        item("a" * 500 + "@example.org"),
        item(sender="b@example.com\nDATA"),
        item(payload=b"A: b\n\r\n"),
        item(payload=b"A: b\r\n\r\n.\r.\r\n"),
        item(payload=b"A: b\r\n\r\n\n.\n"),
    ],
)
async def test_what_could_smuggle_a_command_goes_nowhere(
    channel: SmtpChannel, smtp_server: SmtpServer, bad: Item
) -> None:
    assert isinstance(await channel.deliver(bad), Refused)
    assert smtp_server.connections == 0


@pytest.mark.parametrize(
    "address", ['"john doe"@example.org', r'"a\"b"@example.org', "x+y=z@example.org", "a@[127.0.0.1]"]
)
async def test_strange_but_valid_addresses_pass(channel: SmtpChannel, smtp_server: SmtpServer, address: str) -> None:
    assert isinstance(await channel.deliver(item(address)), Sent)
    assert f"RCPT TO:<{address}>" in smtp_server.said


async def test_closing_leaves_politely_and_nothing_is_kept_afterwards(smtp_server: SmtpServer) -> None:
    channel = channel_to(smtp_server)
    await channel.deliver(item())
    await channel.close()
    assert isinstance(await channel.deliver(item()), Sent)
    for _ in range(100):
        if smtp_server.said.count("QUIT") == 2:
            break
        await asyncio.sleep(0.02)
    assert smtp_server.said.count("QUIT") == 2


async def test_an_idle_connection_is_left_after_a_while(
    smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.smtp.KEPT_SECONDS", 0.01)
    channel = channel_to(smtp_server)
    await channel.deliver(item())
    for _ in range(100):
        if "QUIT" in smtp_server.said:
            break
        await asyncio.sleep(0.02)
    assert "QUIT" in smtp_server.said
    assert isinstance(await channel.deliver(item()), Sent)
    assert smtp_server.connections == 2
    await channel.close()


def test_the_registry_finds_every_kind() -> None:
    found = channels.kinds()
    assert set(found) == {"slack", "smtp"}
    for name, kind in found.items():
        assert not kind.carries_mail or kind.settings.model_fields["kind"].default == name
        assert all(each.description for each in kind.settings.model_fields.values())
    made = found["smtp"](SmtpSettings(host="127.0.0.1", tls="none"), None)
    assert isinstance(made, SmtpChannel)
    assert made.concurrency == 4


@pytest.mark.parametrize("host", ["mail.example.com", "192.0.2.1", "127.0.0.1.example.com", "::ffff:192.0.2.1"])
def test_clear_text_is_for_this_machine_only(host: str) -> None:
    with pytest.raises(ValidationError, match="on this machine only"):
        SmtpSettings(host=host, tls="none")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "::1"])
def test_clear_text_to_this_machine_is_allowed(host: str) -> None:
    assert SmtpSettings(host=host, tls="none").host == host


@pytest.mark.parametrize("wrong", [{"hots": "x"}, {"host": "a b"}, {"local_hostname": "x\r\nDATA"}, {"timeout": 0}])
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SmtpSettings.model_validate({"host": "localhost"} | wrong)


def test_certificates_to_trust_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("no certificate")
    cases = [
        ("ca.pem", "beginning with /"),
        (str(tmp_path / "missing"), "no such file"),
        (str(tmp_path / "no.pem"), "no certificates in PEM"),
        (str(tmp_path), "no certificates in PEM"),
    ]
    for path, words in cases:
        with pytest.raises(ValidationError, match=words):
            SmtpSettings.model_validate({"host": "localhost", "ca_file": path})
