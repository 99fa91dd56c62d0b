"""Say that a defect is mended, to all tickets that bear it.

Their owners are told and the tickets become Open again.
"""

import argparse
from typing import Any

from commands.grammar import read_words
from daemon import config, control
from daemon.agents import speaking
from daemon.desk import Desk


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which defect."""
    parser.add_argument("reference", metavar="REF", help="the defect, as #hold named it")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """0 when there are such tickets."""
    said = control.ask(config.load(args.config), "fixed", {"reference": args.reference})
    speaking.show(said, as_json=args.json)
    return 0


def answer(desk: Desk, request: dict[str, Any], actor: str) -> Any:
    """Say it. Raises Trouble where no ticket bears the defect."""
    return speaking.speak(desk, actor, read_words(["fixed", str(request["reference"])]))
