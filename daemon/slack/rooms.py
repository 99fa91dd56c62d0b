"""Which channels are ours alone: as the configuration says, and as Slack says."""

from daemon.config import Config
from daemon.desk import Desk
from store import slack_channels
from store.engine import Session
from tickets.model import Ticket


def is_used(config: Config) -> bool:
    """Whether Slack is configured at all."""
    return config.slack.bot_token is not None


def internal_channels(config: Config) -> frozenset[str]:
    """Every channel where internal words may stand, as far as the configuration knows."""
    named = {account.internal_channel for account in config.directory.accounts} | {config.slack.channel}
    named |= {area.channel for area in config.calls.roster.areas.values()}
    named |= {rung.channel for rung in config.calls.ladder.rungs}
    return frozenset(channel for channel in named if channel is not None) - customer_channels(config)


def customer_channels(config: Config) -> frozenset[str]:
    """Every channel that customers read."""
    named = (account.customer_channel for account in config.directory.accounts)
    return frozenset(channel for channel in named if channel is not None)


def channel_of(desk: Desk, ticket: Ticket) -> str | None:
    """The internal channel of a ticket: its account's, else the house's."""
    account = desk.directory.account(ticket.account) if ticket.account is not None else None
    return (account.internal_channel if account is not None else None) or desk.config.slack.channel


def may_post(session: Session, desk: Desk, channel: str | None) -> bool:
    """Whether internal words may be put there: Slack has said of it that only our own people read it."""
    if channel is None or not is_used(desk.config) or channel in customer_channels(desk.config):
        return False
    known = slack_channels.find(session, channel)
    return known is not None and known.refused is None
