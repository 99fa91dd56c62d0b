"""The admin's rules file: read whole, compared with the configuration, refused with every fault at once.

Rules only add to what ships, or override its scores. Every pattern is compiled here, so that none can fail later.
"""

from pathlib import Path

from daemon.config import Config, ConfigFaults, Fault
from daemon.filter_rules.reading import read_all
from filters.verdict import Rules

__all__ = ["check", "load"]


def load(config: Config, path: Path | None = None) -> Rules:
    """The rules that the configuration names, or those of another file or folder. Raises ConfigFaults."""
    rules, faults = _read(config, path)
    if faults:
        raise ConfigFaults(faults)
    return rules


def check(config: Config, path: Path | None = None) -> list[Fault]:
    """All that is wrong with them, in the order of the files; empty where nothing is."""
    return _read(config, path)[1]


def _read(config: Config, path: Path | None) -> tuple[Rules, list[Fault]]:
    chosen = path or config.filters.rules
    return read_all(chosen, config) if chosen is not None else (Rules(), [])
