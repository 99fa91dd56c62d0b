"""What must hold of Slack: nothing internal where customers read, each member one agent, the right secrets."""

from collections.abc import Iterator

from daemon.config.call_sections import CallsSection, PersonSection
from daemon.config.positions import Place
from daemon.config.reading import Draft
from daemon.config.sections import AccountSection, AgentSection
from daemon.config.slack import SlackSection
from web.settings import WebSettings

Found = Iterator[tuple[Place, str]]


def check_channels(draft: Draft) -> Found:
    """A channel is internal or a customer's, never both, whosoever's tables say so."""
    accounts = draft.each(AccountSection, "accounts")
    shared = {account.customer_channel for _, account in accounts} - {None}
    for place, channel in _internal_channels(draft):
        if channel in shared:
            yield place, "this is a customer_channel, too; nothing internal may ever stand where a customer reads it"


def _internal_channels(draft: Draft) -> Iterator[tuple[Place, str | None]]:
    """Every channel that is to be read by our own people alone."""
    slack, calls = draft.one(SlackSection, "slack"), draft.one(CallsSection, "calls")
    if slack is not None:
        yield ("slack", "channel"), slack.channel
    for place, account in draft.each(AccountSection, "accounts"):
        yield (*place, "internal_channel"), account.internal_channel
    if calls is not None:
        yield from ((("calls", "product", name, "channel"), area.channel) for name, area in calls.product.items())
        yield from ((("calls", "ladder", at, "channel"), rung.channel) for at, rung in enumerate(calls.ladder))


def check_members(draft: Draft) -> Found:
    """Whoever has a member id may act as that agent."""
    taken: set[str] = set()
    people: list[tuple[Place, AgentSection | PersonSection]] = [*draft.each(AgentSection, "agents")]
    people += draft.each(PersonSection, "people")
    for place, one in people:
        if one.slack in taken:
            yield (*place, "slack"), "this member id is somebody else's already"
        taken |= {one.slack} if one.slack is not None else set()


def check_secrets(draft: Draft) -> Found:
    """What each mode needs beside the bot token."""
    slack = draft.one(SlackSection, "slack")
    if slack is None or slack.bot_token is None:
        return
    key = "app_token" if slack.mode == "socket" else "signing_secret"
    if getattr(slack, key) is None and draft.is_sound(("slack", key)):
        yield ("slack", key), f'is missing for mode = "{slack.mode}"; write {key} = {{ credential = "NAME" }}'
    web = draft.one(WebSettings, "web")
    if slack.mode == "events" and (web is None or web.address is None) and draft.is_sound(("web", "address")):
        yield ("slack", "mode"), 'mode = "events" needs [web] address, under which Slack finds us'
