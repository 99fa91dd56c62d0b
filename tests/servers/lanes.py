"""Lanes: what a test needs beside Python. One that is missing is skipped aloud; under CI=true it is a failure."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/bin"
_PROGRAMS = {"dovecot": "dovecot", "browser": "chromium", "mutt": "mutt", "rspamd": "rspamd"}
ROOT = Path(__file__).resolve().parents[2]


def corpus() -> Path:
    """The folder of real mail: $HELPDESKD_CORPUS, by default beside the repository."""
    return Path(os.environ.get("HELPDESKD_CORPUS") or ROOT.parent / "shared" / "corpus")


def missing(lane: str) -> str | None:
    """Why a lane cannot run here; None where it can."""
    if lane in _PROGRAMS:
        return None if shutil.which(_PROGRAMS[lane], path=_PATH) else f"{_PROGRAMS[lane]} is not installed"
    match lane:
        case "postgres":
            return None if any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) else "PostgreSQL is not installed"
        case "corpus":
            return None if (corpus() / "mime.jsonl").is_file() else f"no corpus at $HELPDESKD_CORPUS ({corpus()})"
    return None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose lane is not there, or fail it where nothing may be skipped."""
    for mark in item.iter_markers():
        why = missing(mark.name)
        if why is None:
            continue
        if os.environ.get("CI") == "true":
            pytest.fail(f"lane {mark.name}: {why}", pytrace=False)
        pytest.skip(f"lane {mark.name}: {why}")


def reasons(reporter: pytest.TerminalReporter) -> Iterator[str]:
    """Each lane that was skipped, once, with its reason."""
    for report in reporter.stats.get("skipped", []):
        text = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if "lane " in text:
            yield text[text.index("lane ") :]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end what did not run, and why."""
    for line in sorted(set(reasons(terminalreporter))):
        terminalreporter.write_line(f"NOT RUN: {line}", yellow=True)
