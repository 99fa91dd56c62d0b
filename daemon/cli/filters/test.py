"""Try the cases that stand beside the rules: filters.test.toml for filters.toml.

Each is a mail and what must come of it. Exit status 0 where all come out as expected, 1 where one does not, 2 where
rules or cases are broken.
"""

import argparse
from pathlib import Path
from typing import Any

from daemon import config, filter_rules, tables
from daemon.cli import GOOD, UNWELL, WRONG
from daemon.filter_rules.cases import read_cases
from daemon.filter_rules.gathered import symbol_names
from daemon.filter_rules.trying import Tried, try_case
from filters.verdict import Rules


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which rules, and for whom."""
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="other rules, in a file or a folder")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """0 where every case comes out as expected. Raises ConfigFaults where rules or cases are broken."""
    settings = config.load(args.config)
    path = args.file or settings.filters.rules
    if path is None:
        tables.say({"ok": False, "cases": []}, "the configuration names no rules; name a FILE", as_json=args.json)
        return WRONG
    rules = filter_rules.load(settings, path)
    names = frozenset({*symbol_names(), *(rule.name for rule in rules.custom)})
    tried = [try_case(case, rules, settings.directory) for case in read_cases(path, settings, names)]
    is_good = bool(tried) and not any(each.wrong for each in tried)
    idle = _idle(rules, tried)
    told = {"ok": is_good, "cases": [_as_json(each) for each in tried], "rules_without_a_case": idle}
    tables.say(told, _in_words(tried, idle), as_json=args.json)
    return GOOD if is_good else UNWELL


def _idle(rules: Rules, tried: list[Tried]) -> list[str]:
    found = {symbol.name for each in tried for symbol in each.verdict.symbols}
    return [rule.name for rule in rules.custom if rule.name not in found]


def _as_json(tried: Tried) -> dict[str, Any]:
    verdict = tried.verdict
    return {
        "where": tried.case.where,
        "name": tried.case.written.name,
        "ok": not tried.wrong,
        "wrong": list(tried.wrong),
        "decision": verdict.decision.value,
        "score": round(verdict.score, 2),
        "symbols": {symbol.name: round(symbol.score, 2) for symbol in verdict.symbols},
        "reason": verdict.reason,
    }


def _in_words(tried: list[Tried], idle: list[str]) -> str:
    lines = []
    for each in tried:
        name = each.case.written.name
        lines.append(f"{each.case.where}: {name}: {'; '.join(each.wrong) or 'good'}")
        if each.wrong:
            lines.append(f"    {each.verdict.reason}")
    failed = sum(bool(each.wrong) for each in tried)
    lines.append(f"cases: {len(tried)}, not as expected: {failed}" if tried else "there is no case")
    lines += [f"no case finds {name}" for name in idle]
    return "\n".join(lines)
