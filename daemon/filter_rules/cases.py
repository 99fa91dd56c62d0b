"""Cases beside the rules: a mail, what is known of its sender, and what the filters must make of it."""

from dataclasses import dataclass
from pathlib import Path

from daemon.config import Config, ConfigFaults
from daemon.config.positions import Place
from daemon.config.reading import Draft, read_document
from daemon.config.secret import Surroundings
from daemon.config.validation import nearest, read_table
from daemon.filter_rules.case_sections import CaseSection
from daemon.filter_rules.conditions import hint_of
from daemon.filter_rules.reading import CASES
from tickets.directory import Directory


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it can be tried."""

    where: str  # file:line
    raw: bytes
    written: CaseSection


def read_cases(rules: Path, config: Config, symbols: frozenset[str]) -> list[Case]:
    """The cases beside rules: filters.test.toml for filters.toml, or all of a folder. Raises ConfigFaults."""
    files = sorted(rules.glob(f"*{CASES}")) if rules.is_dir() else [case_file_of(rules)]
    drafts = [Draft(file, Surroundings(file.parent, {})) for file in files]
    cases = [case for draft in drafts for case in _read_file(draft, config, symbols)]
    faults = [fault for draft in drafts for fault in draft.faults]
    if faults:
        raise ConfigFaults(sorted(faults, key=lambda fault: (fault.file, fault.line, fault.path)))
    return cases


def case_file_of(rules: Path) -> Path:
    """Where the cases of a rules file stand."""
    return rules.with_name(rules.name.removesuffix(".toml") + CASES)


def _read_file(draft: Draft, config: Config, symbols: frozenset[str]) -> list[Case]:
    document = read_document(draft) or {}
    for name in document.keys() - {"cases"}:
        draft.tell((name,), "unknown table; [[cases]] is wanted")
    tables = document.get("cases", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        draft.tell(("cases",), "tables are wanted, each under [[cases]]")
        return []
    read = [_read_case(draft, config, symbols, index, table) for index, table in enumerate(tables)]
    return [case for case in read if case is not None]


def _read_case(
    draft: Draft, config: Config, symbols: frozenset[str], index: int, table: dict[str, object]
) -> Case | None:
    place = ("cases", index)
    section = read_table(CaseSection, table, draft.surroundings, draft.tell_in(place))
    if section is None:
        return None
    for key in ("symbols", "without"):
        for at, name in enumerate(getattr(section.expect, key)):
            if name not in symbols:
                draft.tell((*place, "expect", key, at), f"there is no such symbol; {hint_of(name, symbols)}")
    _check_words(draft, place, section, config.directory)
    where = f"{draft.file}:{draft.lines.get(place, 1)}"
    if section.file is None:
        return Case(where, (section.mail or "").encode(), section)
    try:
        return Case(where, (draft.file.parent / section.file).read_bytes(), section)
    except OSError as fault:
        draft.tell((*place, "file"), f"cannot be read: {fault.strerror}")
        return None


def _check_words(draft: Draft, place: Place, section: CaseSection, directory: Directory) -> None:
    boxes = [mailbox.address for mailbox in directory.mailboxes]
    if section.mailbox is not None and section.mailbox not in boxes:
        draft.tell((*place, "mailbox"), f"there is no such mailbox; {nearest(section.mailbox, boxes)}")
    if section.account and directory.account(section.account) is None:
        draft.tell((*place, "account"), "there is no such account")
