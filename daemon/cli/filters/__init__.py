"""See how the filters judge mail, and try a change before it is live."""

# Each file in this folder is a verb of it, told by its docstring; nothing lists them.
import argparse
import importlib
import pkgutil
from types import ModuleType
from typing import Any

from daemon.cli import add_common
from daemon.desk import Desk


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and what it needs."""
    verbs = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    for name in names():
        module = _module(name)
        told = module.__doc__ or ""
        verb = verbs.add_parser(
            name,
            help=told.partition("\n")[0].rstrip("."),
            description=told,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        add_common(verb, argparse.SUPPRESS)
        module.add_arguments(verb)


def run(args: argparse.Namespace) -> int:
    """As the chosen verb says."""
    return int(_module(args.what).run(args))


def answer(desk: Desk, request: dict[str, Any], actor: str) -> Any:
    """The chosen verb's answer; its name stands in the request as `what`. Raises LookupError where there is none."""
    module = _module(request["what"]) if request["what"] in names() else None
    if module is None or not hasattr(module, "answer"):
        raise LookupError(f"filters {request['what']} is not answered by the daemon")
    return module.answer(desk, request, actor)


def names() -> list[str]:
    """The verbs of this folder."""
    return sorted(info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_"))


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{__name__}.{name}")
