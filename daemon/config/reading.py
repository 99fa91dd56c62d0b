"""From the text of a configuration to its sections, with every fault that each section has by itself."""

import json
import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

import channels
import mailboxes
from daemon.config.call_sections import CallsSection, PersonSection
from daemon.config.faults import Fault
from daemon.config.filter_sections import FiltersSection, QuarantineSection, RspamdSection
from daemon.config.positions import Place, lines_of
from daemon.config.secret import Surroundings
from daemon.config.sections import (
    AccountSection,
    AgentSection,
    AnswersSection,
    CalendarSection,
    ControlSection,
    HelpdeskSection,
    MailboxSection,
    OutgoingSection,
    ProofSection,
    SourceSection,
    StaffSection,
    StoreSection,
    TemplatesSection,
)
from daemon.config.slack import SlackSection
from daemon.config.validation import nearest, read_table
from tickets.acknowledgement import AcknowledgementSettings
from tickets.lifecycle import LifecycleSettings
from tickets.notices import NoticeSettings
from tickets.schedule import ScheduleSettings
from tickets.surveys import SurveySettings
from web.settings import WebSettings

LIMIT = 1_048_576  # bytes of one configuration
TABLES: Mapping[str, type[BaseModel]] = {
    "helpdesk": HelpdeskSection,
    "store": StoreSection,
    "outgoing": OutgoingSection,
    "proof": ProofSection,
    "rspamd": RspamdSection,
    "acknowledgements": AcknowledgementSettings,
    "lifecycle": LifecycleSettings,
    "schedule": ScheduleSettings,
    "notices": NoticeSettings,
    "templates": TemplatesSection,
    "filters": FiltersSection,
    "control": ControlSection,
    "staff": StaffSection,
    "answers": AnswersSection,
    "calls": CallsSection,
    "quarantine": QuarantineSection,
    "surveys": SurveySettings,
    "web": WebSettings,
    "slack": SlackSection,
}
LISTS: Mapping[str, type[BaseModel]] = {
    "mailboxes": MailboxSection,
    "agents": AgentSection,
    "people": PersonSection,
    "accounts": AccountSection,
    "sources": SourceSection,
    "calendars": CalendarSection,
}
_LINE = re.compile(r"\(at (?:line (\d+)|end of document)")
_Section = TypeVar("_Section", bound=BaseModel)


@dataclass(slots=True)
class Draft:
    """What could be read: sections by their place, as far as they are sound; the rest is told in `faults`."""

    file: Path
    surroundings: Surroundings
    lines: Mapping[Place, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    told: set[Place] = field(default_factory=set)
    found: dict[Place, BaseModel] = field(default_factory=dict)
    by_kind: dict[Place, BaseModel] = field(default_factory=dict)  # the kind's own settings of a mailbox or channel

    def tell(self, place: Place, message: str) -> None:
        """Note one fault at the line of its key, or of the table in which the key should stand."""
        near = next((place[:end] for end in range(len(place), 0, -1) if place[:end] in self.lines), ())
        fault = Fault(self.file, self.lines.get(near, 1), _spell(place), message)
        self.told.add(place)
        if fault not in self.faults:
            self.faults.append(fault)

    def tell_in(self, table: Place) -> Callable[[Place, str], None]:
        """As `tell`, for places inside of a table."""
        return lambda place, message: self.tell(table + place, message)

    def is_sound(self, place: Place) -> bool:
        """Nothing was told of this key, of what is in it or of a table around it."""
        return not any(told[: len(place)] == place[: len(told)] for told in self.told)

    def one(self, section: type[_Section], name: str) -> _Section | None:
        """A table by its name; None where nothing of it can be used."""
        found = self.found.get((name,))
        return found if isinstance(found, section) else None

    def each(self, section: type[_Section], name: str) -> list[tuple[Place, _Section]]:
        """The tables of a list that can be used, in the order of the file."""
        return [
            (place, found) for place, found in self.found.items() if place[0] == name and isinstance(found, section)
        ]


def read(file: Path, surroundings: Surroundings) -> Draft:
    """Read a whole file; never raises: a file that cannot be read is a fault like others."""
    draft = Draft(file, surroundings)
    document = read_document(draft, "; name another file with --config FILE")
    if document is not None:
        _read_sections(draft, document)
    return draft


def read_document(draft: Draft, advice: str = "") -> dict[str, Any] | None:
    """The document of a draft's file; None where it is none, which the draft is told, with advice where it is away."""
    try:
        with draft.file.open("rb") as opened:
            raw = opened.read(LIMIT + 1)
    except OSError as fault:
        draft.tell((), f"cannot be read: {fault.strerror}{advice}")
        return None
    return _parse(draft, raw)


def _parse(draft: Draft, raw: bytes) -> dict[str, Any] | None:
    if len(raw) > LIMIT:
        draft.tell((), f"is larger than {LIMIT} bytes")
        return None
    try:
        text = raw.decode("utf-8-sig")
        document = tomllib.loads(text)
        draft.lines = lines_of(text)
        json.dumps(document, default=str)  # a number of thousands of digits cannot be written in tens
    except UnicodeDecodeError as fault:
        _tell_line(draft, raw.count(b"\n", 0, fault.start) + 1, "this is not UTF-8")
        return None
    except tomllib.TOMLDecodeError as fault:
        found = _LINE.search(str(fault))
        line = int(found[1]) if found and found[1] else text.rstrip().count("\n") + 1
        _tell_line(draft, line, f"this is not TOML: {_LINE.split(str(fault))[0].strip()}")
        return None
    except RecursionError:
        draft.tell((), "lists and tables stand too deep in each other")
        return None
    except ValueError:
        draft.tell((), "a number has thousands of digits")
        return None
    return document


def _tell_line(draft: Draft, line: int, message: str) -> None:
    draft.faults.append(Fault(draft.file, line, "", message))


def _read_sections(draft: Draft, document: Mapping[str, Any]) -> None:
    for name in document.keys() - TABLES.keys() - LISTS.keys():
        draft.tell((name,), f"unknown table; {nearest(name, TABLES.keys() | LISTS.keys())}")
    if "outgoing" not in document:
        draft.tell(("outgoing",), "is missing: [outgoing] says how mail leaves")
    for name in sorted(TABLES.keys() - ({"outgoing"} - document.keys())):
        if isinstance(table := document.get(name, {}), dict):
            _read_section(draft, (name,), TABLES[name], table)
        else:
            draft.tell((name,), f"a table is wanted, under [{name}]")
    for name, section in LISTS.items():
        _read_list(draft, name, section, document.get(name, []))


def _read_list(draft: Draft, name: str, section: type[BaseModel], tables: object) -> None:
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        draft.tell((name,), f"tables are wanted, each under [[{name}]]")
    elif not tables and name == "mailboxes":
        draft.tell((name,), "is missing: [[mailboxes]] says what is read")
    else:
        for index, table in enumerate(tables):
            _read_section(draft, (name, index), section, table)


def _read_section(draft: Draft, place: Place, section: type[BaseModel], table: dict[str, Any]) -> None:
    if place[0] in {"mailboxes", "outgoing"}:
        general = section.model_fields.keys()
        _read_kind(draft, place, table, general)
        table = {key: value for key, value in table.items() if key in general}
    if (found := read_table(section, table, draft.surroundings, draft.tell_in(place))) is not None:
        draft.found[place] = found


def _read_kind(draft: Draft, place: Place, table: dict[str, Any], general: Collection[str]) -> None:
    kinds = mailbox_kinds() if place[0] == "mailboxes" else channel_kinds()
    kind = table.get("kind", "imap" if place[0] == "mailboxes" else "smtp")
    if not isinstance(kind, str):
        return  # the section itself says so
    if kind not in kinds:
        draft.tell((*place, "kind"), f"unknown kind; {nearest(kind, kinds)}")
        return
    rest = {key: value for key, value in table.items() if key not in general}
    found = read_table(kinds[kind], rest, draft.surroundings, draft.tell_in(place), also=general)
    if found is not None:
        draft.by_kind[place] = found


def mailbox_kinds() -> dict[str, type[BaseModel]]:
    """The settings of each kind of mailbox."""
    return {name: kind.Settings for name, kind in mailboxes.sources().items()}


def channel_kinds() -> dict[str, type[BaseModel]]:
    """The settings of each kind of channel that mail may leave by."""
    return {name: kind.settings for name, kind in channels.kinds().items() if kind.carries_mail}


def _spell(place: Place) -> str:
    """`mailboxes[2].host` for ("mailboxes", 1, "host")."""
    return "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in place).removeprefix(".")
