"""See what other rules would have made of the mails that were judged, and what people said of those mails.

With --rules FILE: the rules of that file or folder against those that the configuration names. Without: the rules that
the configuration names against what was decided at the time. Every mail is judged as it came then, with what was known
of its sender and learned by that day. Changes nothing. Exit status 0, or 1 where a mail that people called genuine
would be lost.
"""

import argparse
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from daemon import clock, config, control, filter_rules, tables
from daemon.desk import Desk
from daemon.sifting import past
from daemon.sifting.past import Past
from daemon.sifting.replay import Replay, add_since, progress
from filters.replaying import Comparison, Count, Pair

GOOD, UNWELL = 0, 1
_HELD = ("rules", "held", "of_them_spam", "of_them_genuine", "nothing_said")
_CHANGES = ("change", "mails", "of_them_spam", "of_them_genuine", "nothing_said")
_SAMPLES = ("change", "arrival", "sender", "subject", "before", "after", "moved", "said")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which mails, by which rules, and for whom."""
    add_since(parser)
    parser.add_argument("--rules", type=Path, metavar="FILE", help="the edited rules, in a file or a folder")
    parser.add_argument("--samples", type=int, default=5, metavar="MAILS", help="shown of each change (default: 5)")
    parser.add_argument("--json", action="store_true", help="print one JSON object, with every arrival that changes")


def run(args: argparse.Namespace) -> int:
    """0, or 1 where a mail that people called genuine would be lost. Raises ConfigFaults where rules are broken."""
    settings = config.load(args.config)
    after = filter_rules.load(settings, args.rules)
    before = filter_rules.load(settings) if args.rules is not None else None
    shown: dict[int, Past] = {}
    began = clock.monotonic()
    with control.connected(settings, "filters") as line, progress("judging") as advance:
        replay = Replay(after, before, settings.directory, os.cpu_count() or 1, advance=advance)
        comparison = Comparison()
        for mail, pair in replay.pairs(lambda request: line({"what": "replay", **request}), clock.now() - args.since):
            if pair.change:
                shown[pair.arrival] = replace(mail, raw=None)
            comparison.add(pair)
    told = _as_json(comparison, shown, args.samples)
    told |= {"not_kept": replay.lost, "seconds": round(clock.monotonic() - began, 1)}
    if args.json:
        tables.say(told, "", as_json=True)
    else:
        _show(told, "the rules now" if before is not None else "as decided then")
    return UNWELL if comparison.loses_ham else GOOD


def answer(desk: Desk, request: dict[str, Any], actor: str) -> Any:  # noqa: ARG001 every verb is answered alike
    """The mails, page by page."""
    return past.tell(desk, request)


def _as_json(comparison: Comparison, shown: dict[int, Past], samples: int) -> dict[str, Any]:
    return {
        "mails": _count(comparison.judged),
        "held_before": _count(comparison.held_before),
        "held_after": _count(comparison.held_after),
        "scores_moved": comparison.scores_moved,
        "loses_genuine": comparison.loses_ham,
        "changes": [
            {
                "change": change,
                **_count(_sum(pairs)),
                "arrivals": [pair.arrival for pair in pairs],
                "samples": [_sample(pair, shown[pair.arrival]) for pair in _choose(pairs, samples)],
            }
            for change, pairs in sorted(comparison.changes.items())
        ],
    }


def _count(count: Count) -> dict[str, int]:
    rest = count.mails - count.spam - count.genuine
    return {"mails": count.mails, "of_them_spam": count.spam, "of_them_genuine": count.genuine, "nothing_said": rest}


def _sum(pairs: list[Pair]) -> Count:
    count = Count()
    for pair in pairs:
        count.add(spam=pair.spam)
    return count


def _choose(pairs: list[Pair], most: int) -> list[Pair]:
    """Those that would be lost first, then the newest."""
    return sorted(pairs, key=lambda pair: (not pair.loses_ham, -pair.arrival))[:most]


def _sample(pair: Pair, mail: Past) -> dict[str, Any]:
    return {
        "arrival": pair.arrival,
        "sender": mail.sender,
        "subject": mail.subject,
        "before": round(pair.before.score, 2),
        "after": round(pair.after.score, 2),
        "moved": {name: round(weight, 2) for name, weight in pair.moved()},
        "said": {True: "spam", False: "genuine", None: ""}[pair.spam],
    }


def _show(told: dict[str, Any], before: str) -> None:
    changed = sum(change["mails"] for change in told["changes"])
    lost = f"; {told['not_kept']} more are not kept whole" if told["not_kept"] else ""
    mails = told["mails"]
    tables.say(
        None,
        f"{mails['mails']} mails were judged, people called {mails['of_them_spam']} spam and "
        f"{mails['of_them_genuine']} genuine{lost}; {changed} change, {told['scores_moved']} have another score",
        as_json=False,
    )
    held = ((before, told["held_before"]), ("after the change", told["held_after"]))
    tables.show([{"rules": name, **each, "held": each["mails"]} for name, each in held], _HELD, as_json=False)
    tables.show(told["changes"], _CHANGES, as_json=False)
    samples = [{"change": each["change"], **one} for each in told["changes"] for one in each["samples"]]
    for one in samples:
        one["moved"] = " ".join(f"{name} {weight:+.1f}" for name, weight in one["moved"].items())
    tables.show(samples, _SAMPLES, as_json=False)
