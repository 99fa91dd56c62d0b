"""What the daemon says is one line an event, whatever a mail holds."""

import io
import logging
import re
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from daemon import logs


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    quiet = {name: logging.getLogger(name).level for name in logs.QUIET}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in quiet.items():
        logging.getLogger(name).setLevel(before)
    structlog.reset_defaults()


def journal(*, debug: bool = False) -> io.StringIO:
    stream = io.StringIO()
    logs.set_up(debug=debug, stream=stream)
    return stream


def test_the_journal_gets_the_priority_and_what_is_bound_first() -> None:
    stream = journal()
    log = structlog.get_logger("intake")
    log.info("ticketed", why="new", ticket=42, mailbox="support@acme.example", arrival=7)
    log.warning("slow", seconds=1.5)
    log.error("a worker stands still", worker="mailbox a")
    assert stream.getvalue().splitlines() == [
        "<6>intake: ticketed mailbox=support@acme.example arrival=7 ticket=42 why=new",
        "<4>intake: slow seconds=1.5",
        '<3>intake: a worker stands still worker="mailbox a"',
    ]


def test_what_is_bound_by_the_context_is_said() -> None:
    stream = journal()
    with structlog.contextvars.bound_contextvars(arrival=7):
        structlog.get_logger("a").bind(mailbox="m").info("x")
    structlog.get_logger("a").info("y")
    assert stream.getvalue() == "<6>a: x mailbox=m arrival=7\n<6>a: y\n"


@given(st.text(max_size=300), st.dictionaries(st.sampled_from(["subject", "sender", "why"]), st.text(max_size=300)))
def test_no_text_makes_a_second_line_or_speaks_to_the_terminal(event: str, values: dict[str, str]) -> None:
    stream = journal()
    structlog.get_logger("a").info(event, **values)
    said = stream.getvalue()
    assert said.endswith("\n")
    assert said[:-1].isprintable()
    assert said.startswith("<6>a: ")


def test_a_forged_line_is_seen_to_be_one() -> None:
    stream = journal()
    structlog.get_logger("a").info("x", subject='hi"\n<0>kernel: panic \x1b[2J\u202e arrival=9')
    assert stream.getvalue() == '<6>a: x subject="hi\\"\\n<0>kernel: panic \\x1b[2J\\u202e arrival=9"\n'


def fail(word: str) -> None:
    raise RuntimeError(word)


def test_an_exception_stays_on_its_line_and_keeps_its_end() -> None:
    stream = journal()
    log = structlog.get_logger("a")
    try:
        fail("broken\nhere " + "x" * 9000)
    except RuntimeError:
        log.exception("failed by a bug of ours", arrival=7)
    (line,) = stream.getvalue().splitlines()
    assert line.startswith('<3>a: failed by a bug of ours arrival=7 trace="')
    assert len(line) < 6000


def test_a_terminal_gets_the_trace_line_by_line() -> None:
    stream = Terminal()
    logs.set_up(debug=False, stream=stream)
    try:
        fail("broken\x1b[2J")
    except RuntimeError as fault:
        structlog.get_logger("a").error("failed", exc_info=fault)
    structlog.get_logger("a").info("went on")
    lines = stream.getvalue().splitlines()
    assert re.fullmatch(r"\d\d:\d\d:\d\d \x1b\[31merror   \x1b\[0m a: failed", lines[0])
    assert lines[1] == "    Traceback (most recent call last):"
    assert lines[-2] == "    RuntimeError: broken\\x1b[2J"
    assert re.fullmatch(r"\d\d:\d\d:\d\d info     a: went on", lines[-1])


def test_what_is_named_like_a_secret_is_hidden() -> None:
    stream = journal()
    structlog.get_logger("a").info("x", password="canary", Secret="canary", access_token="canary", user="u")
    assert stream.getvalue() == "<6>a: x password=(hidden) Secret=(hidden) access_token=(hidden) user=u\n"


def test_libraries_are_heard_the_same_way_and_the_talkative_are_quiet() -> None:
    stream = journal(debug=True)
    logging.getLogger("some.library").warning("lost %s", "a\nb")
    logging.getLogger("imapclient.imaplib").debug("> LOGIN me canary")
    logging.getLogger("imapclient").info("canary")
    logging.getLogger("mailparser.core").error("canary of a mail")
    logging.getLogger("asyncio").debug("canary")
    assert stream.getvalue() == "<4>some.library: lost a\\nb\n"


def test_debug_is_said_only_when_asked_for_and_once() -> None:
    quiet, loud = journal(), None
    structlog.get_logger("a").debug("x")
    loud = journal(debug=True)
    structlog.get_logger("a").debug("x")
    assert (quiet.getvalue(), loud.getvalue()) == ("", "<7>a: x\n")


def test_a_long_value_is_cut() -> None:
    stream = journal()
    structlog.get_logger("a").info("x", subject="s" * 5000)
    assert len(stream.getvalue()) < 600
