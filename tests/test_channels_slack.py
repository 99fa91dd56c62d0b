"""Posts to a Slack that follows its documents, through Slack's own client."""

import asyncio
import json
import socket
import time
from typing import Any

import pytest
from pydantic import ValidationError

import channels
from channels import Item, Receipt, Refused, Retry, Sent
from channels.slack import SlackChannel, SlackSettings
from channels.slack_lookups import LookupFault, SlackLookups, why_no_member, why_not_internal
from daemon.cli.demo.slack import BOT_TOKEN, BOT_USER, TEAM
from tests.servers.ports import free_port
from tests.servers.slack_server import ALICE, GUEST, INSIDE, SHARED, SlackServer


def item(method: str = "chat.postMessage", recipient: str = INSIDE, **args: Any) -> Item:
    payload = json.dumps({"method": method, "args": {"channel": recipient, "text": "hello", **args}})
    return Item("key", recipient, None, "key", payload.encode())


def channel_to(server: SlackServer, token: str = BOT_TOKEN, **changes: Any) -> SlackChannel:
    return SlackChannel(SlackSettings(base_url=server.base_url, **changes), lambda: token)


async def test_a_post_arrives_and_its_name_is_the_receipt(slack: SlackServer) -> None:
    receipt = await channel_to(slack).deliver(item())
    [message] = slack.messages[INSIDE]
    assert receipt == Sent(message["ts"])
    assert message["text"] == "hello"


async def test_a_message_is_changed_where_it_stands(slack: SlackServer) -> None:
    channel = channel_to(slack)
    sent = await channel.deliver(item())
    assert isinstance(sent, Sent)
    assert await channel.deliver(item("chat.update", ts=sent.detail, text="changed")) == sent
    assert [message["text"] for message in slack.messages[INSIDE]] == ["changed"]


async def test_posts_arrive_in_the_order_in_which_they_were_put(slack: SlackServer) -> None:
    channel = channel_to(slack)
    await asyncio.gather(*(channel.deliver(item(text=str(number))) for number in range(12)))
    assert [message["text"] for message in slack.messages[INSIDE]] == [str(number) for number in range(12)]


async def test_nobody_knocks_while_slack_asks_for_silence(slack: SlackServer) -> None:
    slack.errors["chat.postMessage"] = [(429, 2)]
    channel = channel_to(slack)
    assert await channel.deliver(item()) == Retry("Slack asks us to slow down", 2.0)
    waiting = await channel.deliver(item())
    assert isinstance(waiting, Retry)
    assert waiting.after is not None
    assert 0 < waiting.after <= 2
    assert len(slack.called("chat.postMessage")) == 1
    await asyncio.sleep(waiting.after + 0.05)
    assert isinstance(await channel.deliver(item()), Sent)
    (_, first), (_, second) = slack.called_at
    assert second - first >= 2.0


@pytest.mark.parametrize(
    "word",
    ["channel_not_found", "is_archived", "not_in_channel", "token_revoked", "invalid_auth", "account_inactive"],
)
async def test_what_only_a_person_can_mend_is_refused_at_once(slack: SlackServer, word: str) -> None:
    slack.always["chat.postMessage"] = word
    assert await channel_to(slack).deliver(item()) == Refused(f"Slack says {word}")


async def test_slack_s_own_checks_are_believed(slack: SlackServer) -> None:
    channel = channel_to(slack)
    slack.channels[INSIDE]["is_archived"] = True
    assert await channel.deliver(item()) == Refused("Slack says is_archived")
    assert await channel.deliver(item(recipient="C0NOWHERE")) == Refused("Slack says channel_not_found")
    assert await channel_to(slack, "xoxb-revoked").deliver(item()) == Refused("Slack says invalid_auth")
    slack.channels[INSIDE]["is_archived"] = False
    assert await channel.deliver(item(text="x" * 50_000)) == Refused("Slack says msg_too_long")


@pytest.mark.parametrize(
    ("fault", "receipt"),
    [
        (503, Retry("Slack answers with status 503", is_unknown=True)),
        ("service_unavailable", Retry("Slack says service_unavailable")),
        ("internal_error", Retry("Slack says internal_error", is_unknown=True)),
        ("ratelimited", Retry("Slack asks us to slow down")),
        ((429, 30), Retry("Slack asks us to slow down", 30.0)),
    ],
)
async def test_what_passes_by_itself_is_tried_again(slack: SlackServer, fault: Any, receipt: Receipt) -> None:
    slack.errors["chat.postMessage"] = [fault]
    assert await channel_to(slack).deliver(item()) == receipt


async def test_an_outage_is_over_when_it_is_over(slack: SlackServer) -> None:
    channel = channel_to(slack)
    slack.is_out = True
    assert isinstance(await channel.deliver(item()), Retry)
    slack.is_out = False
    assert isinstance(await channel.deliver(item()), Sent)


async def test_nobody_there_is_tried_again_and_nothing_was_sent() -> None:
    settings = SlackSettings(base_url=f"http://127.0.0.1:{free_port()}/api/")
    assert await SlackChannel(settings, lambda: BOT_TOKEN).deliver(item()) == Retry("Slack cannot be reached")


async def test_a_server_that_never_answers_is_left_after_its_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/api/"
        channel = SlackChannel(SlackSettings(base_url=url, timeout=1), lambda: BOT_TOKEN)
        began = time.monotonic()
        receipt = await channel.deliver(item())
    assert isinstance(receipt, Retry)
    assert receipt.is_unknown
    assert time.monotonic() - began < channel.deadline + 5


@pytest.mark.parametrize(
    "bad",
    [
        Item("key", INSIDE, None, "key", b"no json"),
        Item("key", INSIDE, None, "key", b"[]"),
        Item("key", INSIDE, None, "key", b'{"method": "chat.postMessage"}'),
        Item("key", SHARED, None, "key", item().payload),
        item("chat.delete"),
        item("admin.users.remove"),
    ],
)
async def test_what_is_no_post_of_ours_goes_nowhere(slack: SlackServer, bad: Item) -> None:
    assert isinstance(await channel_to(slack).deliver(bad), Refused)
    assert slack.calls == []


@pytest.mark.parametrize("url", ["http://slack.com/api/", "ftp://127.0.0.1/", "http://127.0.0.1.example.com/", "x"])
def test_clear_text_is_for_this_machine_only(url: str) -> None:
    with pytest.raises(ValidationError, match="https"):
        SlackSettings(base_url=url)


def test_mail_cannot_be_sent_by_slack() -> None:
    assert not channels.kinds()["slack"].carries_mail


async def test_look_ups_say_who_and_what_something_is(slack: SlackServer) -> None:
    lookups = SlackLookups(SlackSettings(base_url=slack.base_url), lambda: BOT_TOKEN)
    assert (await lookups.ourselves()).user == BOT_USER
    alice = await lookups.member(ALICE, TEAM)
    assert (alice.name, alice.address, alice.refused) == ("Alice", "alice@acme-team.example", None)
    assert (await lookups.member(GUEST, TEAM)).refused == "they are a guest"
    assert (await lookups.member(ALICE, "T0OTHER")).refused == "they are of another team"
    assert (await lookups.channel(INSIDE)).refused is None
    assert (await lookups.channel(SHARED)).refused == "Slack reports it as shared with another organisation"


@pytest.mark.parametrize(
    ("fault", "permanent", "after"),
    [("user_not_found", True, None), (503, False, None), ((429, 7), False, 7.0), ("ratelimited", False, None)],
)
async def test_a_look_up_that_fails_says_whether_it_will_pass(
    slack: SlackServer, fault: Any, *, permanent: bool, after: float | None
) -> None:
    slack.errors["users.info"] = [fault]
    lookups = SlackLookups(SlackSettings(base_url=slack.base_url), lambda: BOT_TOKEN)
    with pytest.raises(LookupFault) as caught:
        await lookups.member(ALICE, TEAM)
    assert (caught.value.permanent, caught.value.after) == (permanent, after)


@pytest.mark.parametrize(
    ("flags", "is_ours"),
    [
        ({}, True),
        ({"is_shared": True, "is_org_shared": True}, True),
        ({"is_shared": True}, False),
        ({"is_ext_shared": True}, False),
        ({"is_pending_ext_shared": True}, False),
        ({"pending_shared": ["T1"]}, False),
        ({"pending_connected_team_ids": ["T1"]}, False),
        ({"is_org_shared": True, "is_shared": True, "is_ext_shared": True}, False),
        ({"is_im": True}, False),
        ({"is_mpim": True}, False),
        ({"is_archived": True}, False),
        ({"is_member": False}, False),
    ],
)
def test_a_channel_is_ours_alone_or_it_is_refused(flags: dict[str, Any], *, is_ours: bool) -> None:
    assert (why_not_internal({"id": INSIDE, "is_member": True, **flags}) is None) == is_ours


@pytest.mark.parametrize(
    "flags",
    [
        {"deleted": True},
        {"is_bot": True},
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"is_stranger": True},
        {"is_invited_user": True},
        {"team_id": "T0OTHER"},
        {"team_id": None},
        {"id": "USLACKBOT"},
    ],
)
def test_whoever_is_no_full_member_of_our_team_is_refused(flags: dict[str, Any]) -> None:
    user = {"id": ALICE, "team_id": TEAM}
    assert why_no_member(user, TEAM) is None
    assert why_no_member({**user, **flags}, TEAM) is not None


async def test_a_token_that_cannot_be_read_now_is_waited_for(slack: SlackServer) -> None:
    def fail() -> str:
        raise OSError("no such file")

    settings = SlackSettings(base_url=slack.base_url)
    receipt = await SlackChannel(settings, fail).deliver(item())
    assert receipt == Retry("the token cannot be read: no such file")
    with pytest.raises(LookupFault, match="cannot be read"):
        await SlackLookups(settings, fail).ourselves()
