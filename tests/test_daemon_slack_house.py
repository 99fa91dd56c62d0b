"""The whole daemon and a Slack that follows its documents: calls and their answers, restarts, and the doctor."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.servers.house import House
from tests.servers.ports import free_port
from tests.servers.slack_server import ALICE, CAROL, GUEST, INSIDE, SHARED, SlackServer, until

CONFIG = """
[slack]
bot_token = {{ env = "SLACK_BOT_TOKEN" }}
app_token = {{ env = "SLACK_APP_TOKEN" }}
base_url = "{url}"
channel = "{channel}"
[staff]
domains = ["acme-team.example"]
[calls]
team = ["carol@acme-team.example"]
[[people]]
name = "Carol"
address = "carol@acme-team.example"
slack = "{carol}"
[[agents]]
name = "Alice"
addresses = ["alice@acme-team.example"]
slack = "{alice}"
[[mailboxes]]
address = "support@example.com"
host = "127.0.0.1"
port = {port}
tls = "none"
user = "support"
password = {{ file = "{folder}/password" }}
"""
CANARY = "canary-in-a-call"


@pytest.fixture
def desk(house: House, slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A daemon, not started, that finds its Slack and no mail server."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-local")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-local")
    configure(house, slack, tmp_path)
    return house


def configure(house: House, slack: SlackServer, folder: Path, **changes: str) -> None:
    given = {"url": slack.base_url, "channel": INSIDE, "carol": CAROL, "alice": ALICE} | changes
    house.configure(more=CONFIG.format(port=free_port(), folder=folder, **given))


async def soon(ask: Callable[[], Any], is_so: Callable[[Any], bool], what: str) -> Any:
    """What is answered once it is so."""
    for _ in range(400):
        answer = await asyncio.to_thread(ask)
        if is_so(answer):
            return answer
        await asyncio.sleep(0.05)
    raise AssertionError(f"never: {what}")


async def ask(house: House, verb: str, **request: object) -> Any:
    return await asyncio.to_thread(lambda: house.ask(verb, **request))


async def call(house: House) -> None:
    """A ticket, and a call for the team."""
    words = {"requester": "Max of Initech", "source": "phone", "subject": "Search is slow", "text": "It takes a minute"}
    await ask(house, "new", **words)
    await ask(house, "do", number=1, words=["#call team"], text=CANARY)


async def test_a_call_is_answered_in_its_thread_and_an_agent_takes_the_ticket_there(
    desk: House, slack: SlackServer
) -> None:
    await asyncio.to_thread(desk.start)
    await until(lambda: slack.sockets and slack.called("conversations.info"), "Slack is asked and heard")
    await soon(lambda: known(desk), bool, "the channel is known")
    await call(desk)
    await until(lambda: slack.messages[INSIDE], "the call is posted")
    first = slack.messages[INSIDE][0]
    assert f"<@{CAROL}>" in first["blocks"][0]["text"]["text"]
    await asyncio.sleep(0.5)
    await slack.say(INSIDE, CAROL, "a known limit", first["ts"])
    shown = await soon(lambda: desk.show(1), lambda told: "a known limit" in json.dumps(told), "the note is there")
    assert "carol@acme-team.example" in json.dumps(shown)
    await slack.say(INSIDE, ALICE, "take", first["ts"])
    await until(lambda: "Owner: Alice" in str(first["blocks"]), "the first message shows who has it")
    await until(lambda: "Done: #take" in str(slack.messages[INSIDE]), "the thread says so")
    assert await asyncio.to_thread(desk.stop) == 0
    log = desk.log()
    assert "bug of ours" not in log
    for secret in ("xoxb-local", "xapp-local", CANARY, "a known limit"):
        assert secret not in log
    assert slack.messages[SHARED] == []


def known(house: House) -> bool:
    """Whether Slack's word on the channel is on record."""
    with sqlite3.connect(f"file:{house.database}?mode=ro", uri=True) as database:
        return bool(database.execute("SELECT count(*) FROM slack_channels").fetchone()[0])


async def test_what_was_called_while_slack_was_away_stands_there_after_a_restart(
    desk: House, slack: SlackServer
) -> None:
    await asyncio.to_thread(desk.start)
    await soon(lambda: known(desk), bool, "the channel is known")
    slack.is_out = True
    await call(desk)
    await asyncio.to_thread(desk.kill)
    slack.is_out = False
    await asyncio.to_thread(desk.start)
    await until(lambda: slack.messages[INSIDE], "the call is posted", 90.0)
    assert await asyncio.to_thread(desk.stop) == 0


async def test_a_shared_channel_is_refused_from_the_start_and_the_call_is_mailed(
    desk: House, slack: SlackServer, tmp_path: Path
) -> None:
    configure(desk, slack, tmp_path, channel=SHARED)
    await asyncio.to_thread(desk.start)
    await soon(lambda: known(desk), bool, "the channel is known")
    await call(desk)

    def mailed() -> list[tuple[str, ...]]:
        return [mail.rcpt for mail in desk.smtp.mails]

    await soon(mailed, lambda told: ("carol@acme-team.example",) in told, "Carol is mailed")
    assert ("admin@ops.example",) in mailed()
    assert slack.messages[SHARED] == []
    assert slack.called("chat.postMessage") == []
    assert await asyncio.to_thread(desk.stop) == 0


async def doctor(house: House) -> tuple[int, dict[str, str]]:
    """What the doctor says of each thing."""
    done = await asyncio.to_thread(lambda: house.run("doctor", "slack", "--json"))
    found = json.loads(done.stdout)["found"]
    return done.returncode, {each["what"]: each["fault"] for each in found}


async def test_the_doctor_finds_all_well_and_posts_nothing(desk: House, slack: SlackServer) -> None:
    status, found = await doctor(desk)
    assert (status, set(found.values())) == (0, {""})
    assert len(found) == 5
    assert slack.called("chat.postMessage") == []


async def test_the_doctor_tells_of_shared_channels_guests_and_tokens(
    desk: House, slack: SlackServer, tmp_path: Path
) -> None:
    configure(desk, slack, tmp_path, channel=SHARED, carol=GUEST)
    slack.always["apps.connections.open"] = "token_revoked"
    status, found = await doctor(desk)
    assert status == 1
    assert found == {
        "bot_token": "",
        "app_token": "Slack says token_revoked",
        f"channel {SHARED}": "Slack reports it as shared with another organisation",
        f"member {GUEST} (Carol)": "they are a guest",
        f"member {ALICE} (Alice)": "",
    }


async def test_the_doctor_says_that_slack_refuses_the_token(desk: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-canary")
    assert await doctor(desk) == (1, {"bot_token": "Slack says invalid_auth"})
