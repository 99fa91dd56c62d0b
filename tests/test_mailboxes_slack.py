"""Events over the socket of a Slack that follows its documents: kept before they are answered."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from daemon.cli.demo.slack import APP_TOKEN
from mailboxes.slack import SlackSocket
from tests.servers.slack_server import CAROL, INSIDE, SlackServer, until


@dataclass
class Ear:
    """Keeps what it hears; fails so often before it does."""

    fails: int = 0
    heard: list[dict[str, Any]] = field(default_factory=list)

    async def hear(self, raw: bytes) -> None:
        if self.fails:
            self.fails -= 1
            raise OSError("the disk is full")
        self.heard.append(json.loads(raw))

    def texts(self) -> list[str]:
        return [each["event"]["text"] for each in self.heard]


@dataclass
class Line:
    """A socket that runs, and what it heard."""

    socket: SlackSocket
    ear: Ear
    notes: list[str | None]
    task: "asyncio.Task[None]"


@pytest.fixture
async def line(slack: SlackServer) -> AsyncIterator[Line]:
    ear, notes = Ear(), list[str | None]()
    socket = SlackSocket(slack.base_url, 5, lambda: APP_TOKEN, ear.hear, lambda _: None, notes.append)
    opened = Line(socket, ear, notes, asyncio.create_task(socket.run()))
    await until(lambda: slack.sockets, "a connection")
    yield opened
    socket.stop()
    await opened.task


async def test_an_event_is_kept_and_answered(slack: SlackServer, line: Line) -> None:
    await slack.say(INSIDE, CAROL, "hello")
    assert line.ear.texts() == ["hello"]
    assert line.ear.heard[0]["event_id"].startswith("Ev")
    assert all(answered.is_set() for answered in slack.unanswered.values())


async def test_an_event_that_cannot_be_kept_is_not_answered_so_that_slack_tells_it_again(
    slack: SlackServer, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.cli.demo.slack.ACK_SECONDS", 0.3)
    line.ear.fails = 1
    await slack.say(INSIDE, CAROL, "hello")
    assert line.ear.texts() == ["hello"]
    assert [answered.is_set() for answered in slack.unanswered.values()] == [False, True]


async def test_another_connection_is_taken_when_slack_asks_for_it_and_nothing_is_missed(
    slack: SlackServer, line: Line
) -> None:
    await slack.say(INSIDE, CAROL, "one")
    await slack.refresh()
    await slack.say(INSIDE, CAROL, "two")
    await until(lambda: line.ear.texts() == ["one", "two"], "both were heard")
    assert line.notes[-1] is None


async def test_a_connection_that_is_cut_is_made_again(
    slack: SlackServer, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailboxes.backoff.FIRST_SECONDS", 0.05)
    await slack.cut()
    await until(lambda: not slack.sockets, "it is gone")
    await until(lambda: slack.sockets, "another connection")
    await slack.say(INSIDE, CAROL, "back")
    assert line.ear.texts() == ["back"]


async def test_other_envelopes_are_answered_and_left_alone(slack: SlackServer, line: Line) -> None:
    slack.unanswered["x"] = asyncio.Event()
    told = {
        "envelope_id": "x",
        "type": "slash_commands",
        "payload": {"command": "/x"},
        "accepts_response_payload": True,
    }
    await slack.sockets[-1].send_json(told)
    await until(slack.unanswered["x"].is_set, "it is answered")
    assert line.ear.heard == []


async def test_a_token_that_is_revoked_is_said_and_tried_ever_more_seldom(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("mailboxes.backoff.FIRST_SECONDS", 0.2)
    notes: list[str | None] = []
    socket = SlackSocket(slack.base_url, 5, lambda: "xapp-canary", Ear().hear, lambda _: None, notes.append)
    task = asyncio.create_task(socket.run())
    await until(lambda: len(slack.called("apps.connections.open")) >= 4, "it is tried again")
    opened = [at for name, at in slack.called_at if name == "apps.connections.open"]
    assert opened[3] - opened[2] > opened[1] - opened[0]
    assert set(notes) == {"Slack says invalid_auth"}
    socket.stop()
    await task
    assert "canary" not in caplog.text


async def test_an_outage_ends_by_itself(slack: SlackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailboxes.backoff.FIRST_SECONDS", 0.05)
    slack.is_out = True
    notes: list[str | None] = []
    socket = SlackSocket(slack.base_url, 5, lambda: APP_TOKEN, Ear().hear, lambda _: None, notes.append)
    task = asyncio.create_task(socket.run())
    await until(lambda: notes, "it is said")
    slack.is_out = False
    await until(lambda: slack.sockets and notes[-1] is None, "a connection")
    socket.stop()
    await task
