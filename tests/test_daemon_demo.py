"""The demo as a newcomer sees it: the story, a mail of one's own, Ctrl-C, and a second start."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PATIENCE = 150.0


def helpdeskd(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "daemon.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "demo"


@pytest.fixture
def running(state: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The demo after its story, still running."""
    said = state.with_suffix(".out")
    with said.open("wb") as out:
        command = [sys.executable, "-m", "daemon.cli", "demo", "--state", str(state)]
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        until(lambda: b"Ctrl-C ends it" in said.read_bytes(), said)
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(30)


def until(is_so: Callable[[], bool], said: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if is_so():
            return
        time.sleep(0.1)
    raise AssertionError(said.read_text("utf-8", "replace"))


def sink(state: Path) -> list[str]:
    return sorted(path.stem.partition("-")[2] for path in (state / "sent").glob("*.eml"))


def test_the_story_goes_as_told_and_a_second_start_picks_up_where_it_was(
    state: Path, running: subprocess.Popen[bytes]
) -> None:
    told = state.with_suffix(".out").read_text("utf-8")
    assert "NOT as it should be" not in told
    assert "The sink holds 6 acknowledgements; it should hold 6." in told
    assert helpdeskd("demo", "--state", str(state), "--say", "My printer burns").returncode == 0
    until(lambda: "you@example.net" in sink(state), state.with_suffix(".out"))
    config = str(state / "helpdeskd.toml")
    status = json.loads(helpdeskd("--config", config, "status", "--json").stdout)
    assert status["well"]
    assert status["ledger"]["arrivals"] == 21
    assert status["outbox"] == {
        "acknowledgement sent": 7,
        "alert sent": 1,  # the call on Slack
        "answer sent": 2,
        "notice sent": 18,  # two of them say on Slack what the ticket has become
        "survey sent": 1,
    }
    running.send_signal(signal.SIGINT)
    assert running.wait(30) == 0
    again = helpdeskd("demo", "--state", str(state), "--once")
    assert again.returncode == 0, again.stdout
    assert "22 parts of the story were played before" in again.stdout
    assert len(sink(state)) == 7 + 2 + 16 + 1


def test_verbs_answer_through_the_daemon_and_say_what_is_wrong(state: Path, running: subprocess.Popen[bytes]) -> None:
    assert running.poll() is None

    def ask(*words: str) -> subprocess.CompletedProcess[str]:
        return helpdeskd("--config", str(state / "helpdeskd.toml"), *words)

    assert {row["number"] for row in json.loads(ask("tickets", "--json").stdout)} == {1, 2, 3, 4, 5, 6}
    shown = json.loads(ask("show", "1", "--json").stdout)
    assert [message["kind"] for message in shown["messages"]] == [
        "customer",
        "customer",
        "public",
        "note",
        "note",
        "customer",
        "public",
    ]
    assert {each["state"] for each in shown["outgoing"]} == {"sent"}
    assert "ann@initech.example" in ask("show", "1").stdout
    missing = ask("show", "99")
    assert (missing.returncode, missing.stderr) == (1, "helpdeskd: there is no ticket #99; see: helpdeskd tickets\n")
    assert len(json.loads(ask("arrivals", "--json", "--limit", "3").stdout)) == 3
    assert [row["reason"] for row in json.loads(ask("quarantine", "list", "--json").stdout)] == ["unconfirmed", "spam"]
    assert ask("quarantine", "release", "1").returncode == 1
    assert json.loads(ask("pause", "--json").stdout) == {"paused": True}
    assert ask("status").stdout.startswith("running, paused")
    assert json.loads(ask("resume", "--json").stdout) == {"paused": False, "dropped": 0}
