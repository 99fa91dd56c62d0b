"""Failpoints do nothing unless armed, and exactly what was asked for where they are."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.failpoints import FAILPOINTS, VARIABLE, Tripped, arm, reach


@pytest.fixture(autouse=True)
def _disarmed() -> Iterator[None]:
    yield
    arm({})


def test_there_are_at_least_twenty_each_with_its_meaning() -> None:
    assert len(FAILPOINTS) >= 20
    assert all(meaning and "\n" not in meaning for meaning in FAILPOINTS.values())


def test_unarmed_nothing_happens() -> None:
    arm({})
    for name in FAILPOINTS:
        reach(name)


def test_a_name_that_is_none_is_a_bug() -> None:
    with pytest.raises(KeyError):
        reach("intake.nowhere")


def test_the_named_pass_and_no_other_raises() -> None:
    arm({VARIABLE: " timer.tick:raise@3, dispatch.sent:raise "})
    reach("timer.tick")
    reach("timer.tick")
    reach("intake.parsed")
    for name in ("timer.tick", "dispatch.sent"):
        with pytest.raises(Tripped, match=name):
            reach(name)
        reach(name)


def test_one_of_many_threads_trips() -> None:
    arm({VARIABLE: "intake.parsed:raise@100"})
    tripped: list[str] = []

    def pass_often() -> None:
        for _ in range(50):
            try:
                reach("intake.parsed")
            except Tripped as fault:
                tripped.append(str(fault))

    threads = [threading.Thread(target=pass_often) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tripped == ["intake.parsed"]


@pytest.mark.parametrize(
    "order",
    [
        "intake.nowhere:raise",
        "timer.tick",
        "timer.tick:explode",
        "timer.tick:raise@0",
        "timer.tick:raise@x",
        "timer.tick:raise@1@2",
        ":",
    ],
)
def test_what_cannot_be_armed_is_refused_and_arms_nothing(order: str) -> None:
    with pytest.raises(ValueError, match=VARIABLE):
        arm({VARIABLE: f"timer.tick:raise, {order}"})
    reach("timer.tick")


def start(order: str) -> subprocess.Popen[bytes]:
    code = "from daemon import failpoints as f; f.arm(); print('armed', flush=True); f.reach('timer.tick'); print(1)"
    environ = {**os.environ, VARIABLE: order, "PYTHONPATH": str(Path(__file__).parents[1])}
    return subprocess.Popen([sys.executable, "-c", code], env=environ, stdout=subprocess.PIPE)


def test_kill9_ends_the_process_without_a_word() -> None:
    process = start("timer.tick:kill9")
    said, _ = process.communicate(timeout=60)
    assert (said, process.returncode) == (b"armed\n", -9)


def test_hang_stands_still_until_the_process_is_killed() -> None:
    with start("timer.tick:hang") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"armed\n"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)
        process.kill()
        assert process.stdout.read() == b""
