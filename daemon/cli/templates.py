"""Look at the texts that customers and admins receive, and find faults in them before anybody does.

`preview` shows a text with made-up values, `check` renders every file and names each fault with file and line.
"""

import argparse
import json
import sys
from pathlib import Path

from daemon import config
from templates.contexts import TEXTS
from templates.render import Rendered, Templates
from templates.wording import meanings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is looked at, and whose texts."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    preview = actions.add_parser("preview", help="show a text with made-up values")
    preview.add_argument("name", choices=[text.name for text in TEXTS], help="which text")
    preview.add_argument("--language", default="en", help="the reader's language (default: en)")
    preview.add_argument("--mailbox", default="", help="the address that it is sent for, where that has its own text")
    preview.add_argument(
        "--html", type=Path, metavar="FILE", help="write the HTML part to FILE, to look at in a browser"
    )
    check = actions.add_parser("check", help="render every text and name each fault with file and line")
    for action in (preview, check):
        action.add_argument("--folder", type=Path, help="your own texts (default: as the configuration says)")
        action.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """0 when all is well, 1 when a text has faults. Raises ConfigFaults, and OSError where FILE cannot be written."""
    texts = Templates(_folder(args))
    return _preview(texts, args) if args.action == "preview" else _check(texts, args)


def _folder(args: argparse.Namespace) -> Path | None:
    """The admin's folder: as said here, else as the configuration says; without one there are our own texts only."""
    if args.folder is not None:
        return Path(args.folder)
    return config.load(args.config).templates.folder if args.config.exists() else None


def _preview(texts: Templates, args: argparse.Namespace) -> int:
    rendered = texts.preview(args.name, language=args.language, mailbox=args.mailbox)
    if args.html is not None:
        args.html.write_text(rendered.html, "utf-8")
    if args.json:
        print(json.dumps(_as_json(args, rendered), ensure_ascii=False, indent=2))
    else:
        print(f"Subject: {rendered.subject}\n\n{rendered.text}", end="")
    if rendered.fault is not None:
        print(f"helpdeskd: another file had to serve: {rendered.fault}", file=sys.stderr)
        return 1
    return 0


def _as_json(args: argparse.Namespace, rendered: Rendered) -> dict[str, object]:
    (variables,) = (meanings(text) for text in TEXTS if text.name == args.name)
    return {
        "name": args.name,
        "language": rendered.language,
        "subject": rendered.subject,
        "text": rendered.text,
        "html": rendered.html,
        "variables": dict(variables),
        "fault": rendered.fault,
    }


def _check(texts: Templates, args: argparse.Namespace) -> int:
    faults = texts.check()
    if args.json:
        print(json.dumps({"ok": not faults, "faults": faults}, ensure_ascii=False, indent=2))
    else:
        print("\n".join(faults) or f"All texts can be sent: {', '.join(texts.names())}.")
    return 1 if faults else 0
