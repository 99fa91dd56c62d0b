"""Calls on a Slack that follows its documents: what stands there, in which thread, and what never does."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from daemon import clock
from daemon.slack import posting
from store import slack_threads
from store.engine import Store
from tests.servers.slack_server import ALICE, CAROL, INSIDE, SHARED, SlackServer, until
from tests.slack_office import SlackOffice, asking, open_slack_office

HOSTILE = "<!channel> <@U000ALICE0> @here *bold* <https://evil.example|your bank> & _x_ `code`"


@pytest.fixture
async def office(
    store: Store, tmp_path: Path, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SlackOffice]:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-local")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-local")
    opened = await open_slack_office(store, tmp_path, slack, text=HOSTILE)
    await opened.trust()
    yield opened
    await opened.stop()


def texts(message: dict[str, Any]) -> list[dict[str, Any]]:
    """Every text object of a message."""
    found = [block["text"] for block in message["blocks"] if "text" in block]
    return found + [each for block in message["blocks"] for each in block.get("elements", [])]


async def posted(office: SlackOffice, many: int, channel: str = INSIDE) -> list[dict[str, Any]]:
    """So many messages in a channel."""
    await until(lambda: len(office.slack.messages[channel]) >= many, f"{many} messages")
    return office.slack.messages[channel]


async def test_a_call_mentions_whom_it_calls_and_says_all_there_is(office: SlackOffice) -> None:
    assert await office.call(asking(CAROL, text="Do you know this?"))
    office.run()
    [message] = await posted(office, 1)
    shown = "\n".join(each["text"] for each in texts(message))
    for part in (
        f"<@{CAROL}>",
        "#1 About the search",
        "Do you know this?",
        "max@initech.example",
        "Initech",
        "New: nobody has it yet",
        "becomes an internal note",
        "hold REFERENCE",
    ):
        assert part in shown
    assert "thread_ts" not in message


async def test_nothing_in_a_customer_s_words_is_markup_or_a_mention(office: SlackOffice) -> None:
    await office.call(asking(CAROL))
    office.run()
    [message] = await posted(office, 1)
    hostile = [each for each in texts(message) if "evil.example" in each["text"]]
    assert hostile
    assert all(each["type"] == "plain_text" and each["emoji"] is False for each in hostile)
    for each in [*texts(message), {"type": "mrkdwn", "text": message["text"]}]:
        if each["type"] == "mrkdwn":
            assert "<!channel>" not in each["text"]
            assert f"<@{ALICE}>" not in each["text"]
            assert "@here" not in each["text"]
    [given] = office.slack.called("chat.postMessage")
    assert (given["parse"], given["link_names"], given["unfurl_links"]) == ("none", False, False)


async def test_every_further_call_stands_in_the_ticket_s_one_thread(office: SlackOffice) -> None:
    await office.call(asking(CAROL))
    await office.call(asking(CAROL, rung=1))
    await office.call(asking(ALICE, call=2))
    office.run()
    first, *others = await posted(office, 3)
    assert [each["thread_ts"] for each in others] == [first["ts"]] * 2
    assert [texts(each)[0]["text"].partition(" ")[0] for each in others] == [f"<@{CAROL}>", f"<@{ALICE}>"]


async def test_the_same_step_of_a_call_is_put_once(office: SlackOffice) -> None:
    assert await office.call(asking(CAROL))
    assert await office.call(asking(CAROL))
    office.run()
    await posted(office, 1)
    await asyncio.sleep(0.3)
    assert len(office.slack.messages[INSIDE]) == 1


async def test_a_word_stands_in_the_channel_of_the_ticket_s_account(office: SlackOffice) -> None:
    ticket = await office.ticket()
    words = "Max rated 1 of 5: <!everyone> slow"
    desk = office.office.desk
    assert await office.write(lambda session: posting.put_word(session, desk, ticket, words, clock.now()))
    office.run()
    [message] = await posted(office, 1)
    shown = "\n".join(each["text"] for each in texts(message))
    assert "rated 1 of 5" in shown
    assert "<!everyone>" not in shown


@pytest.mark.parametrize("channel", [SHARED, "C0UNKNOWN1"])
async def test_a_channel_of_which_slack_has_not_said_that_it_is_ours_is_not_used(
    office: SlackOffice, channel: str
) -> None:
    assert not await office.call(asking(CAROL, channel=channel))
    assert not await office.write(lambda session: slack_threads.has_unposted(session, channel))


async def test_a_customer_s_channel_is_never_used_whatever_slack_says_of_it(office: SlackOffice) -> None:
    await office.trust(SHARED)
    assert not await office.call(asking(CAROL, channel=SHARED))
    office.run()
    await asyncio.sleep(0.2)
    assert office.slack.messages[SHARED] == []
