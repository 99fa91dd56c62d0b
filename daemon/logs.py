"""What the daemon says: one line an event, for a person at a terminal or for the journal; no mail writes a line of it.

Whatever a value holds, its line ends, escapes and turned text are written out in letters: a mail cannot forge a line.
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import TextIO

import structlog

from daemon import clock

MAX_VALUE = 500  # characters of one value
MAX_TRACE = 4000  # characters of a traceback: its end says most
BOUND = ("mailbox", "arrival", "ticket")  # said first
QUIET = {
    "imapclient": logging.WARNING,
    "mailparser": logging.CRITICAL + 1,
    "alembic": logging.WARNING,
    "asyncio": logging.WARNING,
}
_PRIORITY = {"debug": 7, "info": 6, "warning": 4, "error": 3, "exception": 3, "critical": 2}  # sd-daemon(3)
_COLOUR = {"warning": "\x1b[33m", "error": "\x1b[31m", "exception": "\x1b[31m", "critical": "\x1b[1;31m"}
_PLAIN_AGAIN = "\x1b[0m"
_SECRET = re.compile("passw|secret|token|credential|authorization|cookie", re.IGNORECASE)
_PLAIN = re.compile(r"[^\s\"'=\\]+")


def set_up(*, debug: bool, stream: TextIO | None = None) -> None:
    """Say everything on `stream` (stderr): readable on a terminal, else with the priority that the journal reads.

    Loggers of libraries are heard the same way; those that would repeat mail or a log-in are quietened.
    """
    target = sys.stderr if stream is None else stream
    handler = logging.StreamHandler(target)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
    ]
    render = _for_terminal if target.isatty() else _for_journal
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[render], foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if debug else logging.INFO)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _for_journal(_logger: object, _method: str, said: MutableMapping[str, object]) -> str:
    trace = _take_trace(said)
    line = f"<{_PRIORITY.get(str(said.get('level')), 6)}>{_words(said)}"
    return f"{line} trace={_quote(trace)}" if trace else line


def _for_terminal(_logger: object, _method: str, said: MutableMapping[str, object]) -> str:
    trace = _take_trace(said)
    level = str(said.get("level", "info"))
    shown = f"{_COLOUR[level]}{level:<8}{_PLAIN_AGAIN}" if level in _COLOUR else f"{level:<8}"
    line = f"{clock.now().astimezone():%H:%M:%S} {shown} {_words(said)}"
    return "\n".join([line, *(f"    {_escape(each)}" for each in trace.splitlines())])


def _words(said: Mapping[str, object]) -> str:
    values = {
        name: value
        for name, value in said.items()
        if not name.startswith("_") and name not in {"event", "level", "logger"}
    }
    ordered = [*(name for name in BOUND if name in values), *(name for name in values if name not in BOUND)]
    event = f"{_escape(str(said.get('logger') or 'helpdeskd'))}: {_escape(str(said.get('event')))}"
    return " ".join((event, *(f"{_escape(name)}={_value(name, values[name])}" for name in ordered)))


def _value(name: str, value: object) -> str:
    if _SECRET.search(name):
        return "(hidden)"
    text = value if isinstance(value, str) else repr(value)
    text = text if len(text) <= MAX_VALUE else text[:MAX_VALUE] + "..."
    return text if _PLAIN.fullmatch(text) and text.isprintable() else _quote(text)


def _quote(text: str) -> str:
    return '"' + _escape(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def _escape(text: str) -> str:
    """The text with whatever does not print written out as in a Python string."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def _take_trace(said: MutableMapping[str, object]) -> str:
    found = said.pop("exc_info", None)
    said.pop("stack_info", None)
    if found is True:
        found = sys.exc_info()
    if isinstance(found, BaseException):
        found = (type(found), found, found.__traceback__)
    if not isinstance(found, tuple) or found[0] is None:
        return ""
    return "".join(traceback.format_exception(*found))[-MAX_TRACE:].rstrip()
