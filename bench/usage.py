"""CPU seconds of a process and of all its children, those that have ended included."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(root: int) -> float:
    """CPU seconds that a process and its descendants have used so far; steps of 10 ms (proc_pid_stat(5))."""
    stats = _stats()
    family, ticks = [root], 0
    for pid in family:  # grows while it is walked
        if pid in stats:
            ticks += stats[pid][1]
            family.extend(child for child, (parent, _) in stats.items() if parent == pid)
    return ticks / _TICKS


def _stats() -> dict[int, tuple[int, int]]:
    """Of each process its parent, and its ticks with those of the children that it waited for."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            words = (folder / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):  # it has ended since
            continue
        found[int(folder.name)] = (int(words[1]), sum(map(int, words[11:15])))  # utime, stime, cutime, cstime
    return found
