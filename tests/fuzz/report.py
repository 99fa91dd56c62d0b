"""One run of the fuzzer, and what is said of it."""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from daemon.sandbox import Breach, Limits, Sandbox
from tests.fuzz.mutants import make_mutant
from tests.fuzz.seeds import Seeds, load_seeds
from tests.fuzz.verdict import CPU_LIMIT, KINDS, Verdict, examine
from tests.fuzz.workers import MEMORY, Examined, examine_all, plan

MOST_UNREADABLE = 0.002  # of all mutants
_MOST_KEPT = 50  # findings of each kind that are saved
_SLOW = 0.5  # seconds from which on the slowest mutant is kept to be looked at


@dataclass(slots=True)
class Tally:
    """What came of all mutants so far."""

    counts: Counter[str] = field(default_factory=Counter)
    mutants: int = 0
    seeds: set[int] = field(default_factory=set)
    cpu: float = 0.0
    slowest: Examined | None = None
    findings: list[Examined] = field(default_factory=list)

    def add(self, one: Examined) -> None:
        """Count a mutant; what is wrong with it is a finding."""
        self.mutants += 1
        self.seeds.add(one.seed)
        self.cpu += one.verdict.cpu
        if self.slowest is None or one.verdict.cpu > self.slowest.verdict.cpu:
            self.slowest = one
        if one.verdict.kind:
            self.counts[one.verdict.kind] += 1
            self.findings.append(one)

    @property
    def holds(self) -> bool:
        """No limit is broken."""
        bad = sum(self.counts[kind] for kind in KINDS if kind != "unreadable")
        return not bad and self.counts["unreadable"] <= MOST_UNREADABLE * self.mutants


def main(argv: Sequence[str] | None = None) -> int:
    """Run and print; 1 where a limit is broken, or a replayed mail still shows its fault."""
    args = _arguments(argv)
    console = Console(stderr=True, quiet=args.json)
    if args.replay:
        return _replay(args.replay, console)
    began = time.perf_counter()
    seeds = load_seeds()
    console.print(f"{args.count} mutants of {seeds.count} mails ({seeds.source})")
    tally = _run(args, console)
    _save(tally, seeds, args.findings)
    figures = _figures(tally, time.perf_counter() - began)
    if args.json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    else:
        Console().print(_as_table(figures))
    return 0 if tally.holds else 1


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="fuzz", description="Read mutants of real mail and tell what went wrong.")
    parser.add_argument("--seed", type=int, default=1, help="the first seed (default: 1)")
    parser.add_argument("--count", type=int, default=20_000, help="mutants, 5,000 of each seed (default: 20000)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="at a time (default: one a core)")
    parser.add_argument("--findings", type=Path, default=Path("fuzz-findings"), help="where mails at fault are kept")
    parser.add_argument("--replay", type=Path, nargs="+", metavar="FILE", help="examine these mails instead")
    parser.add_argument("--json", action="store_true", help="figures for programs instead of a table")
    return parser.parse_args(argv)


def _run(args: argparse.Namespace, console: Console) -> Tally:
    tally = Tally()
    found = TextColumn("{task.fields[found]}")
    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn(), found)
    shown = Progress(*columns, console=console, disable=args.json or not console.is_terminal)
    with shown as progress:
        bar = progress.add_task("mutants", total=args.count, found="")
        for one in examine_all(plan(args.seed, args.count), args.processes):
            tally.add(one)
            if tally.mutants % 50 == 0 or one.verdict.kind:
                progress.update(bar, completed=tally.mutants, found=_in_words(tally.counts))
    return tally


def _in_words(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[kind]} {kind}" for kind in KINDS if counts[kind])


# ---------------------------------------------------------------- findings
def _save(tally: Tally, seeds: Seeds, folder: Path) -> None:
    """Each mail at fault as a file that says its kind, seed and number; the slowest one, too."""
    kept: Counter[str] = Counter()
    for kind, one in _worth_keeping(tally):
        kept[kind] += 1
        if kept[kind] <= _MOST_KEPT:
            folder.mkdir(parents=True, exist_ok=True)
            raw = make_mutant(seeds, one.seed, one.number)
            (folder / f"{kind}-{one.seed}-{one.number}.eml").write_bytes(raw)


def _worth_keeping(tally: Tally) -> Iterator[tuple[str, Examined]]:
    for one in tally.findings:
        yield one.verdict.kind, one
    if tally.slowest is not None and tally.slowest.verdict.cpu > _SLOW:
        yield "slow", tally.slowest


def _replay(files: Sequence[Path], console: Console) -> int:
    """Read the mails in the real parse child, then judge what came of them."""
    sandbox = Sandbox(1, Limits(memory=MEMORY, cpu=CPU_LIMIT, wall=60.0))
    bad = 0
    try:
        for path in files:
            verdict = _read(sandbox, path.read_bytes())
            bad += bool(verdict.kind)
            console.print(f"{path}: {verdict.kind or 'well'} {verdict.why} ({verdict.cpu:.3f} s)", markup=False)
    finally:
        sandbox.close()
    return int(bad > 0)


def _read(sandbox: Sandbox, raw: bytes) -> Verdict:
    try:
        sandbox.submit(raw).result()
    except Breach as breach:
        return Verdict("exit", str(breach), 0.0)
    return examine(raw)


# ---------------------------------------------------------------- figures
def _figures(tally: Tally, seconds: float) -> dict[str, Any]:
    slowest = tally.slowest.verdict.cpu if tally.slowest else 0.0
    return {
        "mutants": tally.mutants,
        "seeds": len(tally.seeds),
        "exits": tally.counts["exit"],
        "lost": tally.counts["lost"],
        "broken": tally.counts["broken"],
        "unreadable": tally.counts["unreadable"],
        "unreadable_pct": round(100 * tally.counts["unreadable"] / max(tally.mutants, 1), 4),
        "slowest_s": round(slowest, 3),
        "cpu_ms_per_mutant": round(1000 * tally.cpu / max(tally.mutants, 1), 2),
        "seconds": round(seconds, 1),
        "holds": tally.holds,
        "findings": [
            {"kind": one.verdict.kind, "seed": one.seed, "number": one.number, "why": one.verdict.why}
            for one in tally.findings
        ],
    }


def _as_table(figures: dict[str, Any]) -> Table:
    table = Table(title=f"{figures['mutants']} mutants of {figures['seeds']} seeds in {figures['seconds']:.0f} s")
    for name in ("", "found", "allowed"):
        table.add_column(name, justify="right" if name else "left")
    for name, most in (("exits", "0"), ("lost", "0"), ("broken", "0")):
        table.add_row(name, str(figures[name]), most)
    table.add_row("unreadable", f"{figures['unreadable_pct']:.2f} %", f"{100 * MOST_UNREADABLE:.1f} %")
    table.add_row("slowest, CPU s", f"{figures['slowest_s']:.2f}", f"{CPU_LIMIT:.1f}")
    table.add_row("on average, CPU ms", f"{figures['cpu_ms_per_mutant']:.2f}", "")
    return table
