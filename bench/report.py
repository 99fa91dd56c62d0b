"""One run of the bench, and what is said of it."""

import argparse
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.floors import Cost, measure_floors
from bench.helpdesk import NeverEnded
from bench.mix import mails
from bench.stage import open_stage
from bench.way import measure_way
from tests.servers.postgres import Postgres

STORES = ("sqlite", "postgresql")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where a run did not end as it should."""
    args = _arguments(argv)
    console = Console(stderr=True, quiet=args.json)
    try:
        floors, ways, size = _measure(args, console)
    except NeverEnded as fault:
        Console(stderr=True, markup=False, highlight=False).print(str(fault))
        return 1
    if args.json:
        print(json.dumps(_as_json(floors, ways, size), indent=2))
    else:
        Console().print(_as_table(floors, ways, size))
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="mail_to_ack", description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="mails (default: 1000)")
    parser.add_argument("--seed", type=int, default=1, help="of the mails (default: 1)")
    parser.add_argument("--stores", default=",".join(STORES), help=f"some of {','.join(STORES)} (default: all)")
    parser.add_argument("--json", action="store_true", help="figures for programs instead of a table")
    args = parser.parse_args(argv)
    args.stores = args.stores.split(",")
    if not set(args.stores) <= set(STORES) or args.count < 1:
        parser.error(f"--stores names some of {','.join(STORES)}, --count at least one mail")
    return args


def _measure(args: argparse.Namespace, console: Console) -> tuple[list[Cost], list[Cost], int]:
    with tempfile.TemporaryDirectory(prefix="helpdeskd-bench-") as name, open_stage(Path(name)) as stage:
        now = datetime.now(UTC)
        raws = list(mails(args.count, args.seed, now=now))
        console.print(f"{len(raws)} mails, {sum(map(len, raws)) / len(raws) / 1000:.1f} kB on average")
        floors = measure_floors(raws, stage.fill(stage.account(), raws, now), stage.folder)
        ways = []
        for store in args.stores:
            console.print(f"from Dovecot to acknowledged tickets on {store} …")
            with _database(store) as url:
                ways.append(measure_way(stage, raws, store, url))
    return floors, ways, sum(map(len, raws))


@contextmanager
def _database(store: str) -> Iterator[str | None]:
    """The URL of a fresh PostgreSQL database in a cluster of its own; None for SQLite."""
    if store != "postgresql":
        yield None
        return
    with ExitStack() as stack:
        folder = tempfile.mkdtemp(prefix="pg-")
        stack.callback(shutil.rmtree, folder)
        server = Postgres(Path(folder))
        server.make()
        stack.callback(server.stop)
        server.start()
        yield stack.enter_context(server.database())


def _slowest(floors: Sequence[Cost]) -> Cost:
    return min(floors, key=lambda floor: floor.rate)


def _as_json(floors: Sequence[Cost], ways: Sequence[Cost], size: int) -> dict[str, Any]:
    slowest = _slowest(floors)
    return {
        "mails": floors[0].mails,
        "average_bytes": size // floors[0].mails,
        "floors": [_figures(cost) for cost in floors],
        "slowest_floor": slowest.name,
        "stores": [{**_figures(cost), "times_slowest_floor": round(slowest.rate / cost.rate, 2)} for cost in ways],
    }


def _figures(cost: Cost) -> dict[str, Any]:
    return {
        "name": cost.name,
        "seconds": round(cost.seconds, 3),
        "mails_per_second": round(cost.rate, 1),
        "cpu_seconds": round(cost.cpu_seconds, 3),
        "cpu_seconds_per_1000": round(cost.cpu_per_thousand, 2),
    }


def _as_table(floors: Sequence[Cost], ways: Sequence[Cost], size: int) -> Table:
    slowest, count = _slowest(floors), floors[0].mails
    table = Table(title=f"{count} mails of {size / count / 1000:.1f} kB on average")
    table.add_column("")
    for name in ("mails/s", "CPU s for 1,000", "times the slowest floor"):
        table.add_column(name, justify="right")
    for cost in floors:
        table.add_row(cost.name, f"{cost.rate:.0f}", f"{cost.cpu_per_thousand:.2f}", "1.00" if cost is slowest else "")
    table.add_section()
    for cost in ways:
        ratio = f"{slowest.rate / cost.rate:.2f}"
        table.add_row(
            f"Dovecot to acknowledged, {cost.name}", f"{cost.rate:.0f}", f"{cost.cpu_per_thousand:.2f}", ratio
        )
    return table
