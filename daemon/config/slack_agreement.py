"""What must hold of Slack: nothing internal where customers read, each member one agent, the right secrets."""

from collections.abc import Iterator

from daemon.config.positions import Place
from daemon.config.reading import Draft
from daemon.config.sections import AccountSection, AgentSection
from daemon.config.slack import SlackSection

Found = Iterator[tuple[Place, str]]


def check_channels(draft: Draft) -> Found:
    """A channel is internal or a customer's, never both, whosoever's tables say so."""
    accounts = draft.each(AccountSection, "accounts")
    shared = {account.customer_channel for _, account in accounts} - {None}
    slack = draft.one(SlackSection, "slack")
    named: list[tuple[Place, str | None]] = [(("slack", "channel"), slack.channel if slack is not None else None)]
    named += [((*place, "internal_channel"), account.internal_channel) for place, account in accounts]
    for place, channel in named:
        if channel in shared:
            yield place, "this is a customer_channel, too; nothing internal may ever stand where a customer reads it"


def check_members(draft: Draft) -> Found:
    """Whoever has a member id may act as that agent."""
    taken: set[str] = set()
    for place, agent in draft.each(AgentSection, "agents"):
        if agent.slack in taken:
            yield (*place, "slack"), "this member id is another agent's already"
        taken |= {agent.slack} if agent.slack is not None else set()


def check_secrets(draft: Draft) -> Found:
    """What each mode needs beside the bot token."""
    slack = draft.one(SlackSection, "slack")
    if slack is None or slack.bot_token is None:
        return
    key = "app_token" if slack.mode == "socket" else "signing_secret"
    if getattr(slack, key) is None and draft.is_sound(("slack", key)):
        yield ("slack", key), f'is missing for mode = "{slack.mode}"; write {key} = {{ credential = "NAME" }}'
