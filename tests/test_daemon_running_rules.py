"""Which rules run: new ones from a reload on, the old ones where the new ones are broken."""

from pathlib import Path

import pytest

from daemon.config import ConfigFaults, Fault
from daemon.sifting.running_rules import RunningRules
from filters.verdict import Rules

FAULT = Fault(Path("filters.toml"), 3, "scores.BAYS", "unknown symbol")
OLD, NEW = Rules(scores={"A": 1.0}), Rules(scores={"A": 2.0})


class Text:
    """A rules file that somebody edits."""

    def __init__(self) -> None:
        self.now: Rules | None = OLD
        self.reads = 0

    def __call__(self) -> Rules:
        self.reads += 1
        if self.now is None:
            raise ConfigFaults([FAULT])
        return self.now

    def again(self) -> tuple[Path, Rules]:
        return Path("filters.toml"), self()


def test_rules_are_read_once_and_then_kept() -> None:
    text = Text()
    running = RunningRules(text)
    assert (running(), running(), text.reads) == (OLD, OLD, 1)
    text.now = NEW
    assert running() == OLD


def test_a_reload_puts_the_new_rules_in_place() -> None:
    text = Text()
    running = RunningRules(text)
    running()
    text.now = NEW
    assert running.reload(text.again)
    assert (running(), running.refusal, running.file) == (NEW, None, Path("filters.toml"))


def test_broken_rules_are_told_and_the_old_ones_go_on() -> None:
    text = Text()
    running = RunningRules(text)
    running()
    since = running.since
    text.now = None
    assert not running.reload(text.again)
    assert (running(), running.since) == (OLD, since)
    assert running.refusal is not None
    assert running.refusal.faults == ("filters.toml:3: scores.BAYS: unknown symbol",)


def test_a_good_reload_forgets_the_refusal_before() -> None:
    text = Text()
    running = RunningRules(text)
    running()
    text.now = None
    running.reload(text.again)
    text.now = NEW
    assert running.reload(text.again)
    assert running.refusal is None


def test_rules_that_are_broken_at_the_start_are_refused() -> None:
    text = Text()
    text.now = None
    with pytest.raises(ConfigFaults):
        RunningRules(text)()
