"""List every symbol that a rule may name, with what it weighs by the rules now, and what it means."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from daemon import config, filter_rules, tables
from filters import registry
from filters.verdict import Rules

_COLUMNS = ("symbol", "score", "default", "group", "meaning")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """By which rules, and for whom."""
    parser.add_argument("--rules", type=Path, metavar="FILE", help="other rules than the configuration names")
    parser.add_argument("--json", action="store_true", help="print one JSON list")


def run(args: argparse.Namespace) -> int:
    """0. Raises ConfigFaults where configuration or rules are broken."""
    rules = filter_rules.load(config.load(args.config), args.rules)
    tables.show(list(_rows(rules)), _COLUMNS, as_json=args.json)
    return 0


def _rows(rules: Rules) -> Iterator[dict[str, object]]:
    for each in registry().values():
        for kind in each.kinds:
            score = rules.scores.get(kind.name, kind.score)
            yield dict(zip(_COLUMNS, (kind.name, score, kind.score, each.group, kind.meaning), strict=True))
    for rule in rules.custom:
        score = rules.scores.get(rule.name, rule.score)
        yield dict(zip(_COLUMNS, (rule.name, score, rule.score, rule.group, rule.description), strict=True))
