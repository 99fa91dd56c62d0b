"""Which rules the filters judge by: read at the start and at a reload, kept where a new text of them is broken."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from daemon import clock
from daemon.config import ConfigFaults
from filters.verdict import Rules


@dataclass(frozen=True, slots=True)
class Refusal:
    """Rules that were to run and were broken."""

    at: datetime
    faults: tuple[str, ...]  # each with file and line


@dataclass(slots=True)
class RunningRules:
    """The rules of a desk. Each mail is judged by one set of them: a reload takes effect between two mails."""

    read: Callable[[], Rules] = Rules  # reads them the first time; raises ConfigFaults
    file: Path | None = None  # or the folder that they come from; None: they are as they ship
    since: datetime | None = None  # None: nobody needed them yet
    refusal: Refusal | None = None  # of the last reload, where it was refused
    _rules: Rules | None = field(default=None, repr=False)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __call__(self) -> Rules:
        """The rules as they are now, read where nobody has yet. Raises ConfigFaults where that fails."""
        return self._rules if self._rules is not None else self._judge_by(self.read())

    def reload(self, read: Callable[[], tuple[Path | None, Rules]]) -> bool:
        """Judge by what is read now; False where that raises ConfigFaults: `refusal` tells, and the old ones go on."""
        with self._one_at_a_time:  # so that the last reload reads last
            try:
                file, rules = read()
            except ConfigFaults as broken:
                self.refusal = Refusal(clock.now(), tuple(str(fault) for fault in broken.faults))
                return False
            self.file = file
            self._judge_by(rules)
            return True

    def _judge_by(self, rules: Rules) -> Rules:
        self._rules, self.since, self.refusal = rules, clock.now(), None
        return rules
