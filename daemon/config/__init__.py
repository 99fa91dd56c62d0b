"""The configuration: one TOML file, read whole, refused with every fault at once, each with its line.

Each room declares its own settings beside its code; here they are composed, compared with each other, and handed on as
values. A key that an earlier version understood is understood for ever, and a new key has a default: no file that an
earlier version wrote is ever refused.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from daemon.config import agreement, machine
from daemon.config.faults import ConfigFaults, Fault
from daemon.config.reading import Draft, read
from daemon.config.secret import Secret, SecretFault, Surroundings
from daemon.config.settled import Config
from daemon.config.settling import settle

__all__ = ["Config", "ConfigFaults", "Fault", "Secret", "SecretFault", "check", "load"]


def load(file: Path, environ: Mapping[str, str] = os.environ, *, reads_secrets: bool = False) -> Config:
    """The configuration in a file, with every default filled in. Raises ConfigFaults with all that is wrong.

    `reads_secrets`: a secret that cannot be read is a fault, too. The daemon wants to know that before it starts; who
    only asks the daemon something has no right to read them.
    """
    draft = _draft(file, environ, reads_secrets=reads_secrets)
    if draft.faults:
        raise ConfigFaults(_in_order(draft))
    return settle(draft)


def check(file: Path, environ: Mapping[str, str] = os.environ) -> list[Fault]:
    """All that is wrong with a configuration, in the order of the file; empty where nothing is."""
    return _in_order(_draft(file, environ, reads_secrets=True))


def _draft(file: Path, environ: Mapping[str, str], *, reads_secrets: bool) -> Draft:
    draft = read(file, Surroundings(file.absolute().parent, environ))
    for compare in (*agreement.CHECKS, *machine.CHECKS, *(machine.FOR_THE_DAEMON if reads_secrets else ())):
        for place, message in compare(draft):
            draft.tell(place, message)
    return draft


def _in_order(draft: Draft) -> list[Fault]:
    return sorted(draft.faults, key=lambda fault: (fault.line, fault.path, fault.message))
