"""Requests in Slack's name: what is signed and fresh is kept, nothing else does anything."""

import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import aiohttp
import pytest
from aiohttp import web

from tests.servers.slack_server import CAROL, INSIDE, SIGNING_SECRET, Signed, SlackServer, push_event
from web.slack_events import MOST_BYTES, PATH, is_signed, route

NOW = 1_800_000_000


@dataclass
class Site:
    """A server with this one route, and what it kept."""

    url: str = ""
    heard: list[bytes] = field(default_factory=list)
    fails: bool = False

    async def hear(self, raw: bytes) -> None:
        if self.fails:
            raise OSError("the disk is full")
        self.heard.append(raw)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    app = web.Application(client_max_size=1024)  # as pages have it, whose forms are small
    app.add_routes([route(lambda: SIGNING_SECRET, made.hear, lambda: NOW)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    yield made
    await runner.cleanup()


def event(slack: SlackServer, text: str = "hello") -> dict[str, object]:
    message = {"type": "message", "channel": INSIDE, "user": CAROL, "text": text, "ts": "2.000000"}
    return slack.event({**message, "thread_ts": "1.000000"})


async def send(site: Site, body: bytes, headers: list[tuple[str, str]]) -> tuple[int, bytes]:
    async with aiohttp.ClientSession() as session, session.post(site.url, data=body, headers=headers) as answer:
        return answer.status, await answer.read()


async def test_an_event_is_kept_as_it_came(site: Site, slack: SlackServer) -> None:
    told = event(slack)
    assert await push_event(site.url, told, now=NOW) == 200
    assert await push_event(site.url, told, attempt=1, now=NOW) == 200
    assert [json.loads(each) for each in site.heard] == [told, told]


async def test_a_large_event_is_kept_and_one_beyond_all_bounds_is_not(site: Site, slack: SlackServer) -> None:
    assert await push_event(site.url, event(slack, "x" * 40_000), now=NOW) == 200
    assert await push_event(site.url, event(slack, "x" * MOST_BYTES), now=NOW) == 413
    assert len(site.heard) == 1


async def test_the_address_is_verified_by_repeating_the_challenge(site: Site) -> None:
    body = json.dumps({"type": "url_verification", "token": "t", "challenge": "3eZbrw1aBm2r"}).encode()
    status, answer = await send(site, body, list(Signed(body, NOW).headers.items()))
    assert (status, json.loads(answer)) == (200, {"challenge": "3eZbrw1aBm2r"})


async def test_an_event_that_cannot_be_kept_is_told_again(site: Site, slack: SlackServer) -> None:
    site.fails = True
    assert await push_event(site.url, event(slack), now=NOW) == 503


@pytest.mark.parametrize("seconds", [-301, 301, -NOW])
async def test_what_is_not_fresh_does_nothing(site: Site, slack: SlackServer, seconds: int) -> None:
    assert await push_event(site.url, event(slack), now=NOW + seconds) == 401
    assert site.heard == []


async def test_what_is_not_signed_by_slack_does_nothing(site: Site, slack: SlackServer) -> None:
    body = json.dumps(event(slack)).encode()
    good = Signed(body, NOW)
    headers = good.headers
    signature, timestamp = headers["X-Slack-Signature"], headers["X-Slack-Request-Timestamp"]
    forged = [
        (body, list(replace(good, secret="another").headers.items())),
        (body + b" ", list(headers.items())),
        (body, [("X-Slack-Request-Timestamp", str(NOW + 1)), ("X-Slack-Signature", signature)]),
        (body, [("X-Slack-Request-Timestamp", timestamp)]),
        (body, [("X-Slack-Signature", signature)]),
        (body, []),
        (body, [("X-Slack-Request-Timestamp", timestamp), ("X-Slack-Signature", signature.removeprefix("v0="))]),
        (body, [("X-Slack-Request-Timestamp", timestamp), ("X-Slack-Signature", "v1=" + signature[3:])]),
        (body, [*headers.items(), ("X-Slack-Signature", signature)]),
        (body, [*headers.items(), ("X-Slack-Request-Timestamp", timestamp)]),
        (body, [("X-Slack-Request-Timestamp", "soon"), ("X-Slack-Signature", signature)]),
        (body, [("X-Slack-Request-Timestamp", "9" * 4000), ("X-Slack-Signature", signature)]),
    ]
    answers = [await send(site, content, given) for content, given in forged]
    assert answers == [(401, b"")] * len(forged)
    assert site.heard == []


@pytest.mark.parametrize("timestamp", ["", "-1", "1.5", "NaN", "\u0661\u0662", " 1800000000", "1_800_000_000"])
def test_a_timestamp_that_is_none_is_refused(timestamp: str) -> None:
    assert not is_signed(SIGNING_SECRET, b"{}", timestamp, "v0=x", NOW)


def test_a_signature_of_other_letters_is_refused() -> None:
    assert not is_signed(SIGNING_SECRET, b"{}", str(NOW), "v0=\u00e4\ud800", NOW)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"type": "block_actions"}'])
async def test_what_is_signed_and_no_event_is_answered_and_left_alone(site: Site, body: bytes) -> None:
    status, _ = await send(site, body, list(Signed(body, int(NOW)).headers.items()))
    assert status == 200
    assert site.heard == []


def test_signatures_are_those_of_slack_s_own_client() -> None:
    from slack_sdk.signature import SignatureVerifier

    body, at = b'{"a": "\xc3\xa4"}', str(int(time.time()))
    signature = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=at, body=body)
    assert signature is not None
    assert is_signed(SIGNING_SECRET, body, at, signature, float(at))
