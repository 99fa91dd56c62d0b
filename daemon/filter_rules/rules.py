"""The [[rules]] of a rules file."""

from collections.abc import Mapping
from typing import Any

from daemon.config.positions import Place
from daemon.config.reading import Draft
from daemon.config.validation import nearest, read_table
from daemon.filter_rules.conditions import ConditionReader, Known
from daemon.filter_rules.gathered import Gathered, tell_where
from daemon.filter_rules.sections import RuleSection
from filters.rules.conditions import Condition
from filters.rules.rule import Decision, Rule, Ways

_CALLED = ("ce", "team", "oncall")


def read_rules(gathered: Gathered, draft: Draft, document: Mapping[str, Any]) -> None:
    """Every rule in its order; a rule may name those above it."""
    tables = document.get("rules", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        draft.tell(("rules",), "tables are wanted, each under [[rules]]")
        return
    for index, table in enumerate(tables):
        _read_rule(gathered, draft, ("rules", index), table)


def _read_rule(gathered: Gathered, draft: Draft, place: Place, table: Mapping[str, Any]) -> None:
    section = read_table(RuleSection, table, draft.surroundings, draft.tell_in(place))
    condition = _read_when(gathered, draft, place, table.get("when"))
    _check_call(gathered, draft, (*place, "call"), table.get("call"))
    if section is None:
        return
    gathered.groups.add(section.group)
    if section.name in gathered.symbols:
        draft.tell((*place, "name"), f"{gathered.symbols[section.name]} has this name already")
        return
    gathered.symbols[section.name] = f"the rule at {tell_where(draft, place)}"
    if condition is not None:
        gathered.rules.append(_rule(section, condition))


def _read_when(gathered: Gathered, draft: Draft, place: Place, when: object) -> Condition | None:
    if not isinstance(when, dict):
        return None  # the section itself says so
    directory = gathered.config.directory
    known = Known(
        [account.name for account in directory.accounts],
        [mailbox.address for mailbox in directory.mailboxes],
        gathered.symbols,
    )
    return ConditionReader(known, draft.tell_in((*place, "when"))).read(when)


def _rule(section: RuleSection, condition: Condition) -> Rule:
    return Rule(
        section.name,
        condition,
        section.reason or section.name.lower().replace("_", " "),
        section.score,
        section.group,
        Ways(section.tags, section.priority, section.team, section.call and section.call.lower(), section.automatic),
        Decision(section.decide) if section.decide else None,
    )


def _check_call(gathered: Gathered, draft: Draft, place: Place, call: object) -> None:
    if not isinstance(call, str) or call in _CALLED:
        return  # what is no text the section itself tells of
    whom, colon, area = call.partition(":")
    areas = gathered.config.calls.product
    if whom != "product" or not colon:
        draft.tell(place, '"ce", "team", "oncall" or "product:AREA" is wanted')
    elif area.lower() not in areas:
        hint = nearest(area, areas) if areas else "[calls] of the configuration names none"
        draft.tell(place, f"there is no such area of the product; {hint}")
