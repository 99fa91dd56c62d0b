"""Find every fault in the rules, with file and line, before the daemon does.

Exit status 0 where nothing is wrong, else 2. Reads no secret and connects to nobody.
"""

import argparse
from dataclasses import asdict
from pathlib import Path

from daemon import config, filter_rules, tables
from daemon.filter_rules.reading import files_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which rules, and for whom."""
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="other rules, in a file or a folder")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """0 where the rules are good, else 2."""
    settings = config.load(args.config)
    path = args.file or settings.filters.rules
    faults = filter_rules.check(settings, path)
    told = {
        "ok": not faults,
        "files": [str(file) for file in files_of(path)] if path is not None else [],
        "faults": [asdict(fault) | {"file": str(fault.file)} for fault in faults],
    }
    words = "\n".join(map(str, faults)) or f"{path or 'no rules of your own'}: good"
    tables.say(told, words, as_json=args.json)
    return 2 if faults else 0
