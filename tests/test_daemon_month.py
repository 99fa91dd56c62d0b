"""Thirty days of one support team: exactly what leaves is the expectation, and laws that no list can bless away.

What must leave stands in tests/month/expected.txt: time (UTC), channel, class, kind, to whom, ticket, subject. Where
something else is right from now on, have it written anew, and read what has changed line by line:

    WRITE_MONTH=1 python -m pytest tests/test_daemon_month.py
"""

import difflib
import os
import traceback
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from daemon import clock
from daemon.slack.house import open_house
from daemon.watchdog import Watchdog
from store.engine import open_store
from tests.month import house as place
from tests.month.laws import LAWS
from tests.month.play import Month, Player
from tests.month.plots import stories
from tests.servers.slack_server import SlackServer

EXPECTED = Path(__file__).parent / "month" / "expected.txt"
SHOWN = 60  # lines of what is different


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PASSWORD": "x", "SLACK_BOT_TOKEN": "xoxb-local", "SLACK_APP_TOKEN": "xapp-local"}.items():
        monkeypatch.setenv(name, value)


def open_slack() -> SlackServer:
    """A workspace with the team's channels, one of them shared with a customer."""
    slack = SlackServer()
    for channel, name in place.CHANNELS.items():
        is_shared = channel == place.CUSTOMERS
        slack.add_channel(channel, name, is_shared=is_shared, is_ext_shared=is_shared)
    for address, member in place.MEMBERS.items():
        slack.add_user(member, address.partition("@")[0].title(), address)
    return slack


async def play(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Month:
    """The whole month, on a clock that the test sets."""
    slack, store = open_slack(), open_store(f"sqlite:///{folder / 'store.sqlite'}", folder / "state")
    async with slack.serve():
        monkeypatch.setattr(clock, "now", lambda: place.BEGIN)
        office = place.open_month(store, folder, slack)
        monkeypatch.setattr(clock, "now", lambda: office.now)
        way_out = open_house(office.desk, Watchdog(clock.monotonic), lambda: None)
        assert way_out is not None
        month = Month(place.House(office, slack, way_out), [Player(each) for each in stories()])
        await month.play()
        await way_out.dispatch.channel.close()
    assert store.close(30.0)
    return month


def broken(month: Month) -> Iterator[str]:
    """The laws that do not hold, and why."""
    for law in LAWS:
        try:
            law(month)
        except AssertionError:
            yield f"{law.__name__}: {traceback.format_exc(limit=-1)[-2000:]}"


def place_of(line: str) -> tuple[str, str]:
    """By the minute; what leaves within the same one has no order of its own."""
    return line[len("Mon ") : len("Mon 03-16 05:00")], line


async def test_thirty_days_of_one_team_let_leave_exactly_what_they_should(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    month = await play(tmp_path, monkeypatch)
    lines = sorted((each.line() for each in month.house.left), key=place_of)
    if os.environ.get("WRITE_MONTH"):
        EXPECTED.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    assert list(broken(month)) == []
    wanted = EXPECTED.read_text("utf-8").splitlines()
    different = difflib.unified_diff(wanted, lines, "expected", "left", lineterm="", n=1)
    assert list(islice(different, SHOWN)) == []
