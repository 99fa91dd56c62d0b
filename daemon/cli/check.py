"""Find every fault in a configuration, with file and line, before the daemon does.

Looks at the file, the secrets and folders that it names, the templates and the rules of the filters; connects to
nobody. Exit status 0 where nothing is wrong, else 2.
"""

import argparse
from dataclasses import asdict
from pathlib import Path

from daemon import config, filter_rules, tables
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
    faults = filter_rules.check(settings) if settings is not None else faults
    texts = Templates(settings.templates.folder).check() if settings is not None else ()
    is_good = settings is not None and not faults and not texts
    told = {
        "ok": is_good,
        "file": str(file),
        "faults": [asdict(fault) | {"file": str(fault.file)} for fault in faults],
        "templates": list(texts),
    }
    good = _summary(settings) if settings is not None and is_good else ""
    tables.say(told, "\n".join([*map(str, faults), *texts]) or good, as_json=args.json)
    return 0 if good else 2


def _summary(settings: config.Config) -> str:
    boxes = ", ".join(mailbox.address for mailbox in settings.mailboxes)
    store = settings.store.url_without_password.partition(":")[0]
    agents = len(settings.directory.agents)
    sends = f"sends by {settings.outgoing.kind}"
    return f"{settings.file}: good; reads {boxes}; {sends}; store in {store}; agents: {agents}"
