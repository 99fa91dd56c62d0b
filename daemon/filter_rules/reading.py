"""From the text of one rules file, or of several in a folder, to the rules that mail is judged by."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from daemon.config import Config, Fault
from daemon.config.reading import Draft, read_document
from daemon.config.secret import Surroundings
from daemon.config.validation import nearest
from daemon.filter_rules.gathered import Gathered
from daemon.filter_rules.rules import read_rules
from daemon.filter_rules.senders import read_allow, read_block
from daemon.filter_rules.weights import read_caps, read_scores, read_thresholds, settle_thresholds
from filters.rules.lists import Lists
from filters.verdict import Rules

CASES = ".test.toml"  # the end of the name of a file with cases, which are no rules
TABLES: Mapping[str, Callable[[Gathered, Draft, Mapping[str, Any]], None]] = {
    "scores": read_scores,
    "groups": read_caps,
    "thresholds": read_thresholds,
    "allow": read_allow,
    "block": read_block,
}


def read_all(path: Path, config: Config) -> tuple[Rules, list[Fault]]:
    """The rules in a file or in all files of a folder, as far as they are sound, and all faults in order."""
    gathered = Gathered(config)
    drafts = [Draft(file, Surroundings(file.parent, {})) for file in files_of(path)]
    read = [(draft, read_document(draft) or {}) for draft in drafts]
    for draft, document in read:
        read_rules(gathered, draft, document)
    for draft, document in read:  # scores and groups name symbols of any file
        _read_tables(gathered, draft, document)
    rules = Rules(
        gathered.scores,
        gathered.caps,
        settle_thresholds(gathered),
        Lists(gathered.allow, gathered.block),
        tuple(gathered.rules),
    )
    return rules, [fault for draft in drafts for fault in _in_order(draft)]


def files_of(path: Path) -> list[Path]:
    """The files of rules that a path means: itself, or each *.toml of a folder by name, but no cases."""
    if not path.is_dir():
        return [path]
    return [file for file in sorted(path.glob("*.toml")) if not file.name.endswith(CASES)]


def _read_tables(gathered: Gathered, draft: Draft, document: Mapping[str, Any]) -> None:
    known = {*TABLES, "rules"}
    for name in document.keys() - known:
        draft.tell((name,), f"unknown table; {nearest(name, known)}")
    for name, read in TABLES.items():
        table = document.get(name, {})
        if isinstance(table, dict):
            read(gathered, draft, table)
        else:
            draft.tell((name,), f"a table is wanted, under [{name}]")


def _in_order(draft: Draft) -> list[Fault]:
    return sorted(draft.faults, key=lambda fault: (fault.line, fault.path, fault.message))
