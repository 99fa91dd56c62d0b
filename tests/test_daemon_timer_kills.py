"""A step of the clock that is cut off by kill -9, wherever: it comes once all the same, neither twice nor never."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.due.stepping import Stumbled
from daemon.failpoints import VARIABLE, Tripped, arm
from store import history
from store.engine import open_store
from tests.agents_mail import CUSTOMER, answer, first_notice, ticket
from tests.notice_team import ANNA, open_team
from tests.office import Office
from tickets.events import Nudged, NudgesUnanswered, StillPending
from tickets.model import Resolution, Rung

ROOT = Path(__file__).parent.parent
DAYS = [datetime(2026, 3, day, 11, tzinfo=UTC) for day in (4, 5, 11, 16, 18, 19)]
INSIDE = ["timer.tick", "timer.stepped", "timer.told"]
CHILD = """
import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from daemon.config import load
from daemon.desk import open_desk
from daemon.failpoints import arm, reach
from daemon.timer import Timer
from store.engine import open_store
hooks = {name: partial(reach, f"writer.{name}") for name in ("before_commit", "after_commit")}
config = load(Path(sys.argv[1]))
store = open_store(sys.argv[2], config.helpdesk.state, **hooks)
desk = open_desk(config, store)
arm()
store.write(partial(Timer(desk, lambda _: None, lambda: None).tick, now=datetime.fromisoformat(sys.argv[3]))).result()
"""


def opened(folder: Path) -> Office:
    store = open_store(f"sqlite:///{folder}/killed.sqlite", folder / "state")
    return open_team(store, folder, more="[schedule]\nsurvey_hours = 0\n")


def close(office: Office) -> None:
    assert office.desk.store.close(30.0)


def wait(office: Office) -> None:
    """Carl asks, Anna answers, Carl does not."""
    office.receive(answer(first_notice(office), ANNA, "b", "Please try again."))


def kill(folder: Path, now: datetime, point: str) -> int:
    """How a look at what is due ends that is killed there."""
    environ = os.environ | {VARIABLE: f"{point}:kill9", "PYTHONPATH": str(ROOT)}
    given = [str(folder / "helpdeskd.toml"), f"sqlite:///{folder}/killed.sqlite", now.isoformat()]
    return subprocess.run([sys.executable, "-c", CHILD, *given], env=environ, check=False).returncode


def looked(office: Office, now: datetime) -> int:
    """How many mails leave after another look."""
    office.now = now
    office.tick()
    return len(office.leave())


def check_whole(office: Office) -> None:
    """Every step happened once."""
    with office.desk.store.read() as session:
        happened = [each.event for each in history.history(session, 1)]
    assert [event.rung for event in happened if isinstance(event, StillPending)] == [*Rung][:-1]
    assert [event for event in happened if isinstance(event, Nudged)] == [Nudged(1, CUSTOMER), Nudged(2, CUSTOMER)]
    assert happened.count(NudgesUnanswered(2)) == 1
    assert ticket(office).resolution is Resolution.NO_RESPONSE


@pytest.mark.parametrize("point", [*INSIDE, "writer.before_commit", "writer.after_commit"])
def test_a_reminder_and_the_closing_cut_off_by_kill_9_come_once(tmp_path: Path, point: str) -> None:
    office = opened(tmp_path)
    wait(office)
    office.leave()
    for day in DAYS:
        if day in {DAYS[1], DAYS[5]}:
            close(office)
            assert kill(tmp_path, day, point) == -signal.SIGKILL
            office = opened(tmp_path)
        mails = looked(office, day)
        assert mails == (2 if day == DAYS[0] else 1)  # Anna's answer on the first day, too
        assert looked(office, day) == 0
    check_whole(office)
    close(office)


@pytest.mark.parametrize("point", INSIDE)
def test_a_step_that_fails_inside_its_transaction_leaves_nothing_and_comes_with_the_next_look(
    tmp_path: Path, point: str
) -> None:
    office = opened(tmp_path)
    wait(office)
    office.leave()
    try:
        for day in DAYS:
            arm({VARIABLE: f"{point}:raise"})
            office.now = day
            with pytest.raises(Tripped if point == "timer.tick" else Stumbled):
                office.tick()
            arm({})
            assert looked(office, day) == (2 if day == DAYS[0] else 1)
    finally:
        arm({})
    check_whole(office)
    close(office)


def test_late_steps_whose_turns_were_cut_off_by_kill_9_have_them_once(tmp_path: Path) -> None:
    office = opened(tmp_path)
    wait(office)
    office.leave()
    close(office)
    late = datetime(2026, 3, 10, 11, tzinfo=UTC)
    assert kill(tmp_path, late, "timer.spread") == -signal.SIGKILL
    office = opened(tmp_path)
    office.now = late
    office.tick()
    assert [each.klass for each in office.leave() if each.klass != "answer"] == ["alert"]
    assert looked(office, late) == 0
    assert looked(office, late + timedelta(hours=1)) == 1
    assert looked(office, late + timedelta(hours=1)) == 0
    close(office)
