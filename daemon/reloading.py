"""SIGHUP: rules that were edited take effect without a restart, whole or not at all."""

from dataclasses import replace
from pathlib import Path

import structlog

from daemon import config, filter_rules
from daemon.desk import Desk
from filters.verdict import Rules

log = structlog.get_logger("reload")


def reload(desk: Desk) -> None:
    """Read configuration and rules anew and judge by the new rules; where either is broken, the old ones go on.

    What else the configuration says counts at the next start, so the rules are compared with the one that runs.
    """
    try:
        if desk.rules.reload(lambda: _read(desk)):
            log.info("the rules were read anew", file=str(desk.rules.file), own=len(desk.rules().custom))
            return
    except Exception:
        log.exception("a bug of ours; the rules go on as they were")
        return
    for fault in desk.rules.refusal.faults if desk.rules.refusal else ():
        log.error("refused; the rules go on as they were", fault=fault)


def _read(desk: Desk) -> tuple[Path | None, Rules]:
    written = config.load(desk.config.file, reads_secrets=True)
    if replace(written, filters=desk.config.filters) != desk.config:
        log.warning("only rules are read anew; what else has changed in the configuration counts at the next start")
    rules = filter_rules.load(replace(desk.config, filters=written.filters))
    return written.filters.rules, rules
