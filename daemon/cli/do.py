"""Say commands to a ticket, as agents do by mail: `helpdeskd do 42 close confirmed`.

Several in one text with their signs: `helpdeskd do 42 '#take #priority high'`. All happen or none, on record as done by
you. `helpdeskd do 42 help` tells of every command.
"""

import argparse
from typing import Any

from commands import manual
from commands.grammar import read_words
from daemon import config, control
from daemon.agents import speaking
from daemon.control import Trouble
from daemon.desk import Desk

BY_MAIL = ("undo", "yes")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """To which ticket, and what."""
    parser.add_argument("number", type=int, help="the ticket's number")
    parser.add_argument("words", nargs="+", metavar="COMMAND", help="a command and what stands behind it")
    parser.add_argument("--text", metavar="TEXT", help="the text that goes with it; - reads the standard input")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """0 when it is done."""
    if args.words[0].lstrip("#").lower() == "help":
        print(manual.page())
        return 0
    request = {"number": args.number, "words": args.words, "text": speaking.read_text(args.text)}
    speaking.show(control.ask(config.load(args.config), "do", request), as_json=args.json)
    return 0


def answer(desk: Desk, request: dict[str, Any], actor: str) -> Any:
    """Do it. Raises Trouble where something is wrong with it."""
    parsed = read_words([str(word) for word in request["words"]])
    by_mail = next((each.name for each in parsed.invocations if each.name in BY_MAIL), None)
    if by_mail is not None:
        raise Trouble(f"#{by_mail} is said by mail, in an answer to what it is about; nothing was done")
    parsed = speaking.with_text(parsed, str(request.get("text") or ""))
    return speaking.speak(desk, actor, parsed, number=int(request["number"]))
