"""Make a ticket for somebody else, who asked elsewhere: on the phone, in their own Slack, in a community.

The text is what they said there. A requester without an address is a mere name; answers to them are kept and send
nothing.
"""

import argparse
from typing import Any

from commands.grammar import Parsed
from commands.invocation import Invocation
from daemon import config, control
from daemon.agents import speaking
from daemon.control import Trouble
from daemon.desk import Desk


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """For whom, and about what."""
    parser.add_argument("--requester", required=True, help="who asked: an address, or a name")
    parser.add_argument("--subject", required=True, help="about what, in one line")
    parser.add_argument("--source", help="where they asked, such as phone or initech-slack")
    parser.add_argument("--text", metavar="TEXT", help="what they said; - reads the standard input")
    parser.add_argument("--mailbox", help="the mailbox that it lives in (default: the first one)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """0 when it is made."""
    names = ("requester", "subject", "source", "mailbox")
    request = {name: getattr(args, name) for name in names} | {"text": speaking.read_text(args.text)}
    speaking.show(control.ask(config.load(args.config), "new", request), as_json=args.json)
    return 0


def answer(desk: Desk, request: dict[str, Any], actor: str) -> Any:
    """Make it. Raises Trouble where something is wrong with it."""
    wanted = request.get("mailbox")
    box = desk.directory.mailbox_of(str(wanted)) if wanted else desk.directory.mailboxes[0]
    if box is None:
        raise Trouble(f"{wanted} is none of our mailboxes; nothing was done")
    lines = tuple((name, str(request[name])) for name in ("requester", "subject", "source") if request.get(name))
    parsed = Parsed((Invocation("new", (), lines, "the command line"),), str(request.get("text") or ""))
    return speaking.speak(desk, actor, parsed, mailbox=box.address)
