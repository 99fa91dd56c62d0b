"""What people do in the demo beside writing mail: on the command line, on Slack, and by waiting."""

import asyncio
import subprocess
import sys

from daemon.cli.demo.letters import ANN, DORA
from daemon.cli.demo.show import Show
from daemon.cli.demo.workplace import CHANNEL, ERIC

SURVEY_SECONDS = 60.0  # the clock's steps are looked for every twenty


async def let_out(show: Show) -> bool:
    """The admin asks why Dora's mail is held, and lets it out."""
    rows = await show.arrivals()
    held = next((row for row in rows.values() if row["sender"] == DORA and row["outcome"] == "quarantined"), None)
    if held is None:
        return False
    number = str(held["id"])
    why = await _run(show, "filters", "explain", number)
    released = await _run(show, "quarantine", "release", number)
    return "PASSWORD_LURE" in why and "released" in released and await show.caught_for(DORA, 0)


async def answer_in_thread(show: Show) -> bool:
    """The engineer answers where he was called; the note stands on the ticket, and Alice is told."""
    if not await show.until(lambda _: bool(show.slack.messages[CHANNEL])):
        return False
    called = show.slack.messages[CHANNEL][0]
    for line in show.slack.show(CHANNEL):
        show.console.print(f"    {line}", markup=False)
    before = len(show.sunk)
    await show.slack.say(CHANNEL, ERIC, "Yes, since Monday. It keeps cookies for an hour.", called["ts"])
    return await show.caught_for("alice@acme-team.example", before)


async def wait_for_survey(show: Show) -> bool:
    """A day after closing, which is a few seconds here."""
    show.console.print("  (a day goes by: half a minute here)")
    return await show.until(lambda _: any(sunk.recipient == ANN and sunk.asks for sunk in show.sunk), SURVEY_SECONDS)


async def tell_csat(show: Show) -> bool:
    """What the rating counts for."""
    said = await _run(show, "csat", "--by", "agent")
    return "100%" in said


async def _run(show: Show, *words: str) -> str:
    """A verb as a person types it; what it says."""
    config = str(show.stage.config)
    show.console.print(f"  $ helpdeskd --config {config} {' '.join(words)}", markup=False)
    command = [sys.executable, "-m", "daemon.cli", "--config", config, *words]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=60, check=False)
    for line in (done.stdout + done.stderr).splitlines():
        show.console.print(f"    {line}", markup=False)
    return str(done.stdout)
