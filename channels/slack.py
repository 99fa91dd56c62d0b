"""Posts out to Slack by its Web API: one at a time, in order, and silent for as long as Slack asks us to be."""

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, field_validator
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from channels import Item, Kind, Receipt, Refused, Retry, Sent
from channels.slack_reply import judge, read_post
from channels.smtp import is_loopback

METHODS = frozenset({"chat.postMessage", "chat.update"})
# What a broken, hostile or absent server can make the client raise besides what it says itself.
WORLD = (aiohttp.ClientError, SlackClientError, OSError, ValueError, AttributeError, AssertionError)


class SlackSettings(BaseModel):
    """How Slack's Web API is reached."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str = Field(
        "https://slack.com/api/",
        description="Where Slack's Web API is; another one only where a proxy stands before it.",
    )
    timeout: int = Field(30, ge=1, le=300, description="Seconds that Slack may take for one answer.")

    @field_validator("base_url")
    @classmethod
    def _refuse_clear_text(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
            raise ValueError("write it with https://; clear text is for this machine only (127.0.0.1, ::1, localhost)")
        return value


class TokenFault(Exception):
    """The token cannot be read now; the text says where it was sought and never what it is."""


def make_client(settings: SlackSettings, token: Callable[[], str] | None) -> AsyncWebClient:
    """Slack's own client, without its retries: when to try again is decided here. Raises TokenFault."""
    try:
        read = token() if token is not None else None
    except Exception as fault:
        raise TokenFault(f"the token cannot be read: {fault}") from fault
    return AsyncWebClient(read, settings.base_url, settings.timeout, retry_handlers=[])


class SlackChannel:
    """The way out to Slack. Belongs to one event loop; `token` is asked for each post."""

    concurrency = 1  # so that posts arrive in the order in which they were put

    def __init__(self, settings: SlackSettings, token: Callable[[], str] | None) -> None:
        self.deadline = settings.timeout * 3.0
        self._settings = settings
        self._token = token
        self._turn = asyncio.Lock()
        self._silent_until = 0.0

    async def deliver(self, item: Item) -> Receipt:
        """Post once; what Slack calls the message stands in `Sent.detail`."""
        post = read_post(item.payload)
        if post is None or post[0] not in METHODS:
            return Refused("this is no post")
        if post[1].get("channel") != item.recipient:
            return Refused("the post is for another channel than its recipient")
        try:
            async with asyncio.timeout(self.deadline):
                async with self._turn:
                    return await self._post(*post)
        except TimeoutError:
            return Retry(f"no answer from Slack within {self.deadline:.0f} seconds", is_unknown=True)

    async def close(self) -> None:
        """Nothing is kept open between posts."""

    async def _post(self, method: str, args: dict[str, object]) -> Receipt:
        loop = asyncio.get_running_loop()
        if (left := self._silent_until - loop.time()) > 0:
            return Retry("Slack asked us to slow down", left)
        try:
            client = make_client(self._settings, self._token)
            answer = await client.api_call(method, json=args)
            return Sent(str(answer["ts"]))
        except SlackApiError as fault:
            receipt = judge(fault)
            if isinstance(receipt, Retry) and receipt.after is not None:
                self._silent_until = loop.time() + receipt.after
            return receipt
        except (aiohttp.ClientConnectorError, TokenFault) as fault:
            return Retry(str(fault) if isinstance(fault, TokenFault) else "Slack cannot be reached")
        except TimeoutError:
            return Retry("Slack does not answer in time", is_unknown=True)
        except (*WORLD, KeyError) as fault:
            return Retry(f"Slack's answer cannot be read: {type(fault).__name__}", is_unknown=True)


KIND = Kind("slack", SlackSettings, SlackChannel, carries_mail=False)
