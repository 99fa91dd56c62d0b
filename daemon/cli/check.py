"""Find every fault in a configuration, with file and line, before the daemon does.

Looks at the file, the secrets and folders that it names, and the templates; connects to nobody. Exit status 0 where
nothing is wrong, else 2.
"""

import argparse
from dataclasses import asdict
from pathlib import Path

from daemon import config, tables
from templates.render import Templates


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which file, and for whom."""
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="another file than --config says")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """0 where the configuration is good, else 2."""
    file = args.file or args.config
    faults = config.check(file)
    settings = config.load(file) if not faults else None
    texts = Templates(settings.templates.folder).check() if settings is not None else ()
    told = {
        "ok": settings is not None and not texts,
        "file": str(file),
        "faults": [asdict(fault) | {"file": str(fault.file)} for fault in faults],
        "templates": list(texts),
    }
    good = _summary(settings) if settings is not None and not texts else ""
    tables.say(told, "\n".join([*map(str, faults), *texts]) or good, as_json=args.json)
    return 0 if good else 2


def _summary(settings: config.Config) -> str:
    boxes = ", ".join(mailbox.address for mailbox in settings.mailboxes)
    store = settings.store.url_without_password.partition(":")[0]
    agents = len(settings.directory.agents)
    sends = f"sends by {settings.outgoing.kind}"
    return f"{settings.file}: good; reads {boxes}; {sends}; store in {store}; agents: {agents}"
