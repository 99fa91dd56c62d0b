"""Parse children: a mail that uses up its child's memory or time harms itself alone, the others flow on."""

import asyncio
import base64
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from daemon import parse_child
from daemon.sandbox import Breach, Limits, Sandbox
from mail.model import Mail
from mail.parse import parse

ORDINARY = b"From: Ann <ann@example.com>\r\nSubject: number %d\r\n\r\nIt does not work.\r\n"


def spin(_: bytes) -> None:
    while True:
        pass


def hang(_: bytes) -> None:
    signal.pause()


def swallow(_: bytes) -> None:
    bytearray(1 << 40)


def creep(_: bytes) -> None:
    held = []
    while True:
        held.append(bytes(1 << 22))


def die(_: bytes) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fault(_: bytes) -> None:
    raise KeyError("a bug")


def write(target: bytes) -> None:
    Path(os.fsdecode(target)).write_bytes(b"x")


def tell(_: bytes) -> Mail:
    return Mail(subject=repr(sorted(os.environ)), text=str(os.getpid()))


WORDS: dict[bytes, Callable[[bytes], Mail | None]] = {
    word.__name__.encode(): word for word in (spin, hang, swallow, creep, die, fault, write, tell)
}


def read(raw: bytes) -> Mail:
    """Do what the first word of a mail says, else read it."""
    word, _, rest = raw.partition(b" ")
    done = WORDS[word](rest.strip()) if word in WORDS else None
    return done or parse(raw)


def misbehave(pipe: Connection, memory: int, cpu: float) -> None:
    """A parse child with such a reader, within the real limits."""
    setattr(parse_child, "parse", read)  # noqa: B010 mypy knows the name as the one of another module
    parse_child.serve(pipe, memory, cpu)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox(2, Limits(memory=128 * 1024 * 1024, cpu=0.3, wall=2.0), misbehave)
    yield made
    made.close()


def test_mails_are_read_in_children_and_come_back_whole(sandbox: Sandbox) -> None:
    mail = sandbox.submit(ORDINARY % 7).result()
    assert mail.sender is not None
    assert (mail.subject, mail.text, mail.sender.name) == ("number 7", "It does not work.", "Ann")


@pytest.mark.parametrize(
    ("word", "why"),
    [
        (b"spin", "more than 0.3 s of CPU time"),
        (b"hang", "no answer within 2 s"),
        (b"swallow", "more than 128 MB of memory"),
        (b"creep", "more than 128 MB of memory"),
        (b"die", "its child was ended by SIGKILL"),
        (b"fault", "a fault of ours: KeyError: 'a bug'"),
    ],
)
def test_a_breach_harms_no_other_mail(sandbox: Sandbox, word: bytes, why: str) -> None:
    before = [sandbox.submit(ORDINARY % n) for n in range(10)]
    breach = sandbox.submit(word + b" \r\n\r\n")
    behind = [sandbox.submit(ORDINARY % n) for n in range(10)]
    with pytest.raises(Breach) as raised:
        breach.result()
    assert str(raised.value) == why
    assert [one.result().subject for one in (*before, *behind)] == [f"number {n}" for n in (*range(10), *range(10))]


def test_a_child_writes_no_file(sandbox: Sandbox, tmp_path: Path) -> None:
    target = tmp_path / "written"
    with pytest.raises(Breach, match="File too large"):
        sandbox.submit(b"write " + bytes(target)).result()
    assert not target.exists() or target.read_bytes() == b""


def test_ordinary_mails_flow_while_one_hangs(sandbox: Sandbox) -> None:
    hanging = sandbox.submit(b"hang")
    assert [sandbox.submit(ORDINARY % n).result().subject for n in range(50)][-1] == "number 49"
    assert not hanging.done()
    with pytest.raises(Breach):
        hanging.result()


def test_many_breaches_in_a_row_leave_it_working(sandbox: Sandbox) -> None:
    futures = [sandbox.submit(b"die") for _ in range(6)]
    assert all(isinstance(one.exception(), Breach) for one in futures)
    assert sandbox.submit(ORDINARY % 1).result().subject == "number 1"


def await_end(child: int) -> None:
    """Return when the process is dead, be it buried already or not: it dies some time after it is killed."""
    end = time.monotonic() + 20
    stat = Path(f"/proc/{child}/stat")
    while time.monotonic() < end:
        try:
            if stat.read_text("ascii").rpartition(")")[2].split()[0] == "Z":
                return
        except (FileNotFoundError, ProcessLookupError):
            return
        time.sleep(0.01)
    raise AssertionError(f"{child} does not die")


def test_a_child_that_died_idle_costs_no_mail(sandbox: Sandbox) -> None:
    for _ in range(4):
        child = int(sandbox.submit(b"tell").result().text)
        os.kill(child, signal.SIGKILL)
        await_end(child)
    assert sandbox.submit(ORDINARY % 2).result().subject == "number 2"


def test_a_child_knows_nothing_of_the_environment(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELPDESKD_SECRET", "s3cret")
    assert sandbox.submit(b"tell").result().subject == "[]"


def test_children_do_not_heed_the_signals_of_the_terminal(sandbox: Sandbox) -> None:
    child = int(sandbox.submit(b"tell").result().text)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(child, number)
    told = {sandbox.submit(b"tell").result().text for _ in range(20)}
    assert str(child) in told


def test_a_child_is_replaced_after_its_share_of_mails() -> None:
    made = Sandbox(1, Limits(mails=3), misbehave)
    children = [made.submit(b"tell").result().text for _ in range(9)]
    made.close()
    assert len(set(children)) == 3


def test_a_large_mail_fits_into_what_is_promised() -> None:
    made = Sandbox(1, Limits(memory=256 * 1024 * 1024))
    body = base64.encodebytes(os.urandom(15_000_000))
    head = b"From: a@b.c\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n"
    (one,) = made.submit(head + body).result().attachments
    made.close()
    assert one.size == 15_000_000


def test_closing_ends_the_children_and_cancels_what_waits() -> None:
    made = Sandbox(1, Limits(cpu=0.3, wall=60.0), misbehave)
    child = int(made.submit(b"tell").result().text)
    futures = [made.submit(b"hang"), *(made.submit(ORDINARY % n) for n in range(5))]
    while not futures[0].running():
        threading.Event().wait(0.01)
    made.close(seconds=0.5)
    assert isinstance(futures[0].exception(), Breach)
    assert all(one.cancelled() for one in futures[1:])
    assert made.submit(b"late").cancelled()
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


async def test_it_serves_a_daemon_whose_main_thread_runs_a_loop() -> None:
    made = await asyncio.to_thread(Sandbox, 2, Limits())
    mails = await asyncio.gather(*(asyncio.wrap_future(made.submit(ORDINARY % n)) for n in range(20)))
    await asyncio.to_thread(made.close)
    assert [mail.subject for mail in mails] == [f"number {n}" for n in range(20)]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("parse-")]


ORPHANS = """
import os, signal, sys
from daemon.sandbox import Limits, Sandbox
from tests.test_daemon_sandbox import misbehave
if __name__ == "__main__":
    sandbox = Sandbox(1, Limits(), misbehave)
    print(sandbox.submit(b"tell").result().text, flush=True)
    sandbox.submit(b"hang")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_children_end_with_their_parent(tmp_path: Path) -> None:
    script = tmp_path / "orphans.py"
    script.write_text(ORPHANS)
    root = Path(__file__).resolve().parents[1]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    told = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, check=False, cwd=root
    )
    child = int(told.stdout)
    gone = threading.Event()
    for _ in range(200):
        if not Path(f"/proc/{child}").exists() or "\nState:\tZ" in Path(f"/proc/{child}/status").read_text():
            break
        gone.wait(0.05)
    else:
        pytest.fail("the child outlived its parent")
