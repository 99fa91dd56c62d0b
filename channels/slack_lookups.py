"""What Slack says of a channel, a member, and ourselves; it is asked, never told anything."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from channels.slack import WORLD, SlackSettings, TokenFault, make_client
from channels.slack_reply import read_error, seconds_asked


class LookupFault(Exception):
    """Slack could not be asked; `permanent`: it answered, and what it said will not pass by itself."""

    def __init__(self, words: str, *, permanent: bool = False, after: float | None = None) -> None:
        super().__init__(words)
        self.permanent = permanent
        self.after = after  # seconds for which Slack asks to be left alone


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """A channel as conversations.info tells of it; `refused`: why nothing internal may stand there."""

    name: str
    refused: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody as users.info tells of them; `refused`: why they are no full member of ours."""

    name: str
    address: str
    refused: str | None


@dataclass(frozen=True, slots=True)
class Ourselves:
    """Who we are to Slack."""

    team: str
    user: str
    bot: str


class SlackLookups:
    """Asks Slack's Web API; `token` is asked anew each time."""

    def __init__(self, settings: SlackSettings, token: Callable[[], str]) -> None:
        self._settings = settings
        self._token = token

    async def channel(self, channel: str) -> ChannelFacts:
        """What a channel is. Raises LookupFault."""
        told = await self._ask("conversations.info", channel=channel)
        found = _table(told, "channel")
        return ChannelFacts(str(found.get("name", "")), why_not_internal(found))

    async def member(self, user: str, team: str) -> Member:
        """Who a user is, seen from this team. Raises LookupFault."""
        found = _table(await self._ask("users.info", user=user), "user")
        profile = _table(found, "profile")
        names = (profile.get("real_name"), found.get("real_name"), found.get("name"), user)
        name = next(str(each) for each in names if each)
        return Member(name, str(profile.get("email", "")), why_no_member(found, team))

    async def ourselves(self) -> Ourselves:
        """Who we are. Raises LookupFault."""
        told = await self._ask("auth.test")
        return Ourselves(str(told.get("team_id", "")), str(told.get("user_id", "")), str(told.get("bot_id", "")))

    async def connection(self) -> tuple[str, None]:
        """Whether a connection of ours is let in, asked with an app-level token. Raises LookupFault."""
        await self._ask("apps.connections.open")
        return "", None

    async def _ask(self, method: str, **params: str) -> dict[str, Any]:
        try:
            client = make_client(self._settings, self._token)
            answer = await client.api_call(method, params=params)
            return dict(answer.data) if isinstance(answer.data, dict) else {}
        except SlackApiError as fault:
            status, word = read_error(fault)
            after = seconds_asked(fault)
            permanent = bool(word) and status == 200 and word not in {"ratelimited", "internal_error", "fatal_error"}
            raise LookupFault(f"Slack says {word or f'status {status}'}", permanent=permanent, after=after) from fault
        except TokenFault as fault:
            raise LookupFault(str(fault)) from fault
        except TimeoutError as late:
            raise LookupFault("Slack does not answer in time") from late
        except (*WORLD, aiohttp.ClientError) as fault:
            raise LookupFault(f"Slack cannot be asked: {type(fault).__name__}") from fault


def why_not_internal(channel: dict[str, Any]) -> str | None:
    """Why nothing internal may stand in a channel; None where only our own people read it.

    Shared within one organisation is still ours; shared, or about to be, with anybody else is not
    (https://api.slack.com/types/conversation).
    """
    flags = {
        "is_ext_shared": "Slack reports it as shared with another organisation",
        "is_pending_ext_shared": "Slack reports that another organisation is invited to it",
        "pending_shared": "Slack reports that another organisation is invited to it",
        "pending_connected_team_ids": "Slack reports that another organisation is invited to it",
        "is_im": "it is no channel, but a conversation of two",
        "is_mpim": "it is no channel, but a conversation of a few",
        "is_archived": "it is archived",
    }
    why = next((words for flag, words in flags.items() if channel.get(flag)), None)
    if why is None and channel.get("is_shared") and not channel.get("is_org_shared"):
        return "Slack reports it as shared with another workspace"
    if why is None and channel.get("is_member") is False:
        return "our app is not in it; invite it there"
    return why


def why_no_member(user: dict[str, Any], team: str) -> str | None:
    """Why somebody is no full member of our team; None where they are."""
    kinds = {
        "deleted": "their account is deactivated",
        "is_bot": "it is a bot",
        "is_workflow_bot": "it is a bot",
        "is_restricted": "they are a guest",
        "is_ultra_restricted": "they are a guest",
        "is_stranger": "they are of another organisation",
        "is_invited_user": "they have not joined yet",
    }
    why = next((words for flag, words in kinds.items() if user.get(flag)), None)
    if why is None and (user.get("team_id") != team or user.get("id") == "USLACKBOT"):
        return "they are of another team"
    return why


def _table(told: dict[str, Any], name: str) -> dict[str, Any]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}
