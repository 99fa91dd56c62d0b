"""Everything of Slack that a configuration names, asked of Slack: tokens, channels, members."""

from collections.abc import Awaitable, Iterator
from dataclasses import dataclass

from channels.slack import SlackSettings
from channels.slack_lookups import LookupFault, SlackLookups
from daemon.config import Config
from daemon.slack.rooms import internal_channels


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `fault` is empty where it is as it should be."""

    what: str
    named: str  # as Slack calls it
    fault: str


async def examine(config: Config) -> list[Finding]:
    """All findings, the tokens first."""
    slack = config.slack
    if slack.bot_token is None:
        return [Finding("[slack]", "", "there is no bot_token, so Slack is not used")]
    settings = SlackSettings(base_url=slack.base_url, timeout=slack.timeout)
    lookups, found = SlackLookups(settings, slack.bot_token), []
    team = ""
    try:
        ourselves = await lookups.ourselves()
        team = ourselves.team
        found.append(Finding("bot_token", ourselves.user, ""))
    except LookupFault as fault:
        return [Finding("bot_token", "", str(fault))]
    if slack.mode == "socket" and slack.app_token is not None:
        found.append(await _look("app_token", SlackLookups(settings, slack.app_token).connection()))
    asked = [(f"channel {each}", _channel(lookups, each)) for each in sorted(internal_channels(config))]
    asked += [(f"member {member} ({name})", _member(lookups, member, team)) for name, member in _members(config)]
    return [*found, *[await _look(*each) for each in asked]]


async def _look(what: str, asking: Awaitable[tuple[str, str | None]]) -> Finding:
    try:
        named, refused = await asking
    except LookupFault as fault:
        return Finding(what, "", str(fault))
    return Finding(what, named, refused or "")


async def _channel(lookups: SlackLookups, channel: str) -> tuple[str, str | None]:
    facts = await lookups.channel(channel)
    return f"#{facts.name}", facts.refused


async def _member(lookups: SlackLookups, user: str, team: str) -> tuple[str, str | None]:
    member = await lookups.member(user, team)
    return member.name, member.refused


def _members(config: Config) -> Iterator[tuple[str, str]]:
    people = {each.slack: each.name for each in config.calls.roster.people.values() if each.slack is not None}
    yield from ((name, member) for member, name in people.items())
