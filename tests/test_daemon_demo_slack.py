"""The local Slack as Slack's own client finds it: paging, look-ups, threads, and what a person sees."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from daemon.cli.demo.slack import BOT_TOKEN
from tests.servers.slack_server import ALICE, CAROL, INSIDE, SlackServer


@pytest.fixture
def client(slack: SlackServer) -> AsyncWebClient:
    return AsyncWebClient(BOT_TOKEN, slack.base_url, retry_handlers=[])


async def test_channels_are_listed_page_by_page(slack: SlackServer, client: AsyncWebClient) -> None:
    for number in range(5):
        slack.add_channel(f"C000000{number}", f"room-{number}")
    names = [
        [channel["name"] for channel in page["channels"]] async for page in await client.conversations_list(limit=3)
    ]
    assert [len(page) for page in names] == [3, 3, 1]
    assert len({name for page in names for name in page}) == 7


async def test_users_are_found_by_their_address(client: AsyncWebClient) -> None:
    found = await client.users_lookupByEmail(email="carol@acme-team.example")
    assert found["user"]["id"] == CAROL
    with pytest.raises(SlackApiError, match="users_not_found"):
        await client.users_lookupByEmail(email="nobody@acme-team.example")


@pytest.mark.parametrize(
    ("method", "args", "word"),
    [
        ("chat.postMessage", {"channel": "C0NOWHERE0", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": INSIDE}, "no_text"),
        ("chat.postMessage", {"channel": INSIDE, "text": "x", "thread_ts": "1.000000"}, "thread_not_found"),
        ("chat.update", {"channel": INSIDE, "text": "x", "ts": "1.000000"}, "message_not_found"),
        ("conversations.info", {"channel": "C0NOWHERE0"}, "channel_not_found"),
        ("users.info", {"user": "U0NOBODY00"}, "user_not_found"),
        ("chat.meMessage", {"channel": INSIDE, "text": "x"}, "unknown_method"),
    ],
)
async def test_what_cannot_be_done_is_refused_in_slack_s_words(
    client: AsyncWebClient, method: str, args: dict[str, str], word: str
) -> None:
    with pytest.raises(SlackApiError, match=word):
        await client.api_call(method, json=args)


async def test_nobody_changes_what_somebody_else_wrote(slack: SlackServer, client: AsyncWebClient) -> None:
    theirs = await slack.say(INSIDE, ALICE, "mine")
    with pytest.raises(SlackApiError, match="cant_update_message"):
        await client.chat_update(channel=INSIDE, ts=theirs["ts"], text="yours")


async def test_a_channel_is_shown_with_its_threads(slack: SlackServer, client: AsyncWebClient) -> None:
    first = await client.chat_postMessage(channel=INSIDE, text="Who knows?")
    await slack.say(INSIDE, CAROL, "I do", first["ts"])
    assert list(slack.show(INSIDE)) == ["helpdeskd: Who knows?", "    Carol: I do"]
