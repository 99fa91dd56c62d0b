"""The command line: each file in this folder is a verb, told by its docstring; nothing lists them.

A verb offers `add_arguments(parser)` and `run(args) -> int`; `args.config` is the path of the configuration. Only the
chosen verb is imported. Exit status: 0 well, 1 what was asked about is not well, 2 wrong usage or configuration,
3 the daemon or the world failed, 130 Ctrl-C.
"""

import argparse
import ast
import contextlib
import difflib
import importlib
import importlib.metadata
import importlib.util
import io
import os
import pkgutil
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

DEFAULT_CONFIG = "/etc/helpdeskd/helpdeskd.toml"
GOOD, UNWELL, WRONG, FAILED, INTERRUPTED, UNHEARD = 0, 1, 2, 3, 130, 141
_ROOMS = frozenset({"channels", "commands", "daemon", "filters", "mail", "mailboxes", "store", "templates", "tickets"})


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; whatever happens is an exit status and, where it went wrong, one line that says what to do."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that lacks a letter is no reason to fail
    wants_traceback = False
    try:
        args = _top().parse_args(argv)
        wants_traceback = args.traceback
        status = _run(args)
        sys.stdout.flush()  # here, where a reader that is gone is noticed
    except SystemExit as end:  # argparse has said all
        return end.code if isinstance(end.code, int) else WRONG
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # `| head` has read enough
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNHEARD
    except Exception as fault:  # noqa: BLE001 the top of every verb
        if wants_traceback:
            traceback.print_exc()
        print(_explain(fault), file=sys.stderr)
        return int(getattr(fault, "exit_code", FAILED))
    return status


def verbs() -> dict[str, str]:
    """Every verb with the docstring of its file, read without importing it."""
    found = {}
    for name in sorted(_names()):
        spec = importlib.util.find_spec(f"{__name__}.{name}")
        source = Path(spec.origin).read_text("utf-8") if spec is not None and spec.origin else ""
        found[name] = ast.get_docstring(ast.parse(source)) or ""
    return found


def parser_of(verb: str) -> argparse.ArgumentParser:
    """The arguments of one verb, which is imported for it."""
    module = importlib.import_module(f"{__name__}.{verb}")
    parser = _Parser(
        prog=f"helpdeskd {verb}",
        description=module.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_common(parser, argparse.SUPPRESS)
    module.add_arguments(parser)
    parser.set_defaults(run=module.run)
    return parser


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line instead of the whole usage."""
        self.exit(WRONG, f"{self.prog}: {message}; see: {self.prog} --help\n")


class _Version(argparse.Action):
    """Asks for the version only where somebody wants to know it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> NoReturn:
        print(f"helpdeskd {importlib.metadata.version('helpdeskd')}")
        parser.exit()


class _Help(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> NoReturn:
        _print_help(parser)
        parser.exit()


def _top() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="helpdeskd", description="An email-centric helpdesk daemon.", add_help=False, allow_abbrev=False
    )
    parser.add_argument("-h", "--help", action=_Help, nargs=0, help="show this and end")
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and end")
    add_common(parser, None)
    parser.add_argument("verb", nargs="?", metavar="VERB", help="what to do")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="…", help="see: helpdeskd VERB --help")
    return parser


def add_common(parser: argparse.ArgumentParser, default: object) -> None:
    """What may stand before the verb as well as behind it."""
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        default=default or Path(os.environ.get("HELPDESKD_CONFIG") or DEFAULT_CONFIG),
        help=f"the configuration (default: $HELPDESKD_CONFIG, else {DEFAULT_CONFIG})",
    )
    parser.add_argument(
        "--traceback", action="store_true", default=default or False, help="show where in the program a fault arose"
    )


def _run(args: argparse.Namespace) -> int:
    if args.verb is None:
        _print_help(_top())
        return GOOD
    names = _names()
    if args.verb not in names:
        close = difflib.get_close_matches(args.verb, names, n=1)
        hint = f"did you mean {close[0]}?" if close else "helpdeskd alone lists them"
        print(f"helpdeskd: there is no verb {args.verb!a}; {hint}", file=sys.stderr)
        return WRONG
    parser = parser_of(args.verb)
    chosen = parser.parse_args(args.rest, argparse.Namespace(config=args.config, traceback=args.traceback))
    return int(chosen.run(chosen))


def _names() -> list[str]:
    return [info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_")]


def _print_help(parser: argparse.ArgumentParser) -> None:
    parser.print_help()
    told = verbs()
    print("\nverbs:")
    for name, docstring in told.items():
        print(f"  {name:{max(map(len, told))}}  {docstring.partition(chr(10))[0]}")


def _explain(fault: Exception) -> str:
    """In words of our own where we know them; a bug of ours is called one."""
    if isinstance(getattr(fault, "faults", None), tuple):
        return str(fault)  # each line begins with file and line, as editors like it
    if type(fault).__module__.partition(".")[0] in _ROOMS:
        return "\n".join(f"helpdeskd: {line}" for line in str(fault).splitlines())
    if isinstance(fault, ModuleNotFoundError):
        extras = "pip install 'helpdeskd[demo,postgres]'"
        return f"helpdeskd: the Python package {fault.name} is missing; install the extra that brings it: {extras}"
    if isinstance(fault, OSError):
        where = f"{fault.filename}: " if fault.filename else ""
        return f"helpdeskd: {where}{fault.strerror or fault}"
    return f"helpdeskd: a bug of ours, {type(fault).__name__}: {fault}; please report what --traceback shows"
