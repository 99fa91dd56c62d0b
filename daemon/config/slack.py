"""The section of Slack."""

from typing import Literal

from pydantic import Field

from channels.slack import SlackSettings
from daemon.config.sections import Password
from daemon.config.slack_ids import Channel


class SlackSection(SlackSettings):
    """Slack, where your own people are called and answer; without a bot token it is not used."""

    bot_token: Password = Field(None, description="The app's bot token (xoxb-…), as a secret.")
    mode: Literal["socket", "events"] = Field(
        "socket",
        description='How Slack tells us what is said: "socket" over a connection of ours, so that no port is open, or '
        '"events" by requests to our web address.',
    )
    app_token: Password = Field(None, description='The app-level token (xapp-…) for mode = "socket", as a secret.')
    signing_secret: Password = Field(
        None, description='What requests of Slack are signed with, for mode = "events", as a secret.'
    )
    channel: Channel | None = Field(
        None, description="The internal channel of tickets whose account has none of its own."
    )
