"""Where the demo's people talk among themselves: a Slack on loopback, whose messages stay from start to start."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.console import Console

from daemon.cli.demo.slack import LocalSlack
from daemon.cli.demo.stage import Stage

CHANNEL, ERIC = "C0000INITECH", "U0000ERIC"


@asynccontextmanager
async def open_slack(stage: Stage) -> AsyncIterator[LocalSlack]:
    """Serve it until the block ends. Raises OSError where its port is taken."""
    slack = LocalSlack()
    slack.add_user(ERIC, "Eric", "eric@acme-team.example")
    slack.add_channel(CHANNEL, "acct-initech")
    if stage.slack.exists():
        slack.messages[CHANNEL] = json.loads(stage.slack.read_text("utf-8"))
    try:
        async with slack.serve(stage.slack_port):
            yield slack
    finally:
        stage.slack.write_text(json.dumps(slack.messages[CHANNEL]), "utf-8")


def print_slack(console: Console, slack: LocalSlack) -> None:
    """The channel as a person sees it."""
    console.print("\n[bold]#acct-initech on Slack[/]")
    for line in slack.show(CHANNEL):
        console.print(f"  {line}", markup=False)
