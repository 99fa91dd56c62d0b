"""See how often each symbol was found, how well it tells spam from genuine mail, and what it costs.

As decided at the time, beside what people said of the mails since. A symbol that takes points away points to genuine
mail. Precision: how many of its mails, of those that people named, are of the kind that it points to. Recall: in how
many of that kind it was found. Cost: microseconds a mail of the whole filter, measured here on some of the mails.
"""

import argparse
import os
from collections.abc import Iterator
from itertools import islice
from typing import Any

from daemon import clock, config, control, filter_rules, tables
from daemon.desk import Desk
from daemon.sifting import past
from daemon.sifting.judging import add_listed
from daemon.sifting.past import ask_pages, ask_scope
from daemon.sifting.replay import Replay, add_since, progress
from filters.symbol_figures import Tally, measure_cost, start_tally

_COLUMNS = ("symbol", "group", "mails", "of_them_spam", "of_them_genuine", "points", "precision", "recall", "cost_us")
_SAMPLE = 300  # mails on which the cost is measured


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of which mails, and for whom."""
    add_since(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """0 whatever there is. Raises ConfigFaults where the rules are broken."""
    settings = config.load(args.config)
    rules = filter_rules.load(settings)
    since = clock.now() - args.since
    tally = start_tally(rules)
    with control.connected(settings, "filters") as line, progress("counting") as advance:

        def ask(request: dict[str, Any]) -> Any:
            return line({"what": "stats", **request})

        count, entries = ask_scope(ask, since)
        for done, mail in enumerate(ask_pages(ask, since, with_raw=False), 1):
            tally.add(mail.symbols, spam=mail.spam)
            advance(done, count)
        sample = Replay(add_listed(rules, entries), None, settings.directory, os.cpu_count() or 1)
        mails = [evidence for _, evidence in sample.recall(islice(ask_pages(ask, since, with_raw=True), _SAMPLE))]
        costs = measure_cost(mails, rules, clock.monotonic) if mails else {}
    rows = list(_rows(tally, costs))
    if args.json:
        told = {"mails": tally.mails, "of_them_spam": tally.spam, "of_them_genuine": tally.genuine, "symbols": rows}
        tables.say(told, "", as_json=True)
    else:
        words = f"{tally.mails} mails were judged; people called {tally.spam} spam and {tally.genuine} genuine"
        tables.say(None, words, as_json=False)
        tables.show(rows, _COLUMNS, as_json=False)
    return 0


def answer(desk: Desk, request: dict[str, Any], actor: str) -> Any:  # noqa: ARG001 every verb is answered alike
    """The mails, page by page."""
    return past.tell(desk, request)


def _rows(tally: Tally, costs: dict[str, float]) -> Iterator[dict[str, Any]]:
    """Those that were found most often first."""
    for name, figures in sorted(tally.symbols.items(), key=lambda item: (-item[1].mails, item[0])):
        yield {
            "symbol": name,
            "group": figures.group,
            "mails": figures.mails,
            "of_them_spam": figures.spam,
            "of_them_genuine": figures.genuine,
            "points": _round(figures.mean, 2),
            "precision": _round(tally.precision(name), 3),
            "recall": _round(tally.recall(name), 3),
            "cost_us": _round(costs.get(name), 1),
        }


def _round(value: float | None, digits: int) -> float | None:
    return round(value, digits) if value is not None else None
