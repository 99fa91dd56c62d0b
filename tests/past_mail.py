"""A store with mails that the real intake took in and the filters judged, for verbs that look back."""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from daemon.config import Config, load
from daemon.desk import Desk, open_desk
from daemon.intake import Intake
from daemon.lookups.signature_lookup import SignatureLookup
from daemon.sandbox import Limits, Sandbox
from daemon.sifting import teaching
from store import journal, ledger
from store.engine import open_store

BOX = "hi@us.example"
PATIENCE = 150.0
_CONFIG = """
[helpdesk]
state = "{folder}/state"
[control]
socket = "{folder}/control.sock"
[proof]
dkim = false
[outgoing]
host = "127.0.0.1"
tls = "none"
[[mailboxes]]
address = "hi@us.example"
newsletters = "keep"
host = "127.0.0.1"
user = "hi"
tls = "none"
password = {{ env = "PASSWORD" }}
{more}
"""


def configure(folder: Path, more: str = "") -> Path:
    """Write a configuration of one mailbox."""
    (folder / "state").mkdir(exist_ok=True)
    path = folder / "helpdeskd.toml"
    path.write_text(_CONFIG.format(folder=folder, more=more), "utf-8")
    return path


@contextmanager
def open_house(path: Path) -> Iterator[Desk]:
    """The desk of this configuration, with no daemon on it."""
    settings: Config = load(path)
    store = open_store(settings.store.url, settings.helpdesk.state, first_ticket=1)
    try:
        yield open_desk(settings, store)
    finally:
        store.close(5.0)


def take_in(desk: Desk, raws: Sequence[bytes]) -> list[int]:
    """Have the intake decide these mails; the numbers of their arrivals in the same order."""
    now = datetime.now(UTC)
    desk.store.write(partial(journal.first_start, now=now)).result()
    mails = [journal.NewArrival(uid, 1, now, raw) for uid, raw in enumerate(raws, 1)]
    ids = desk.store.write(partial(journal.record, mailbox=BOX, mails=mails, cursor=(1, len(raws)), now=now)).result()
    sandbox = Sandbox(2, Limits())
    lookup = SignatureLookup(desk.config.proof, desk.directory.is_own)
    intake = Intake(desk, sandbox, lookup, lambda _: None, lambda: None)
    thread = threading.Thread(target=intake.run)
    thread.start()
    end = time.monotonic() + PATIENCE
    try:
        while _in_work(desk):
            assert time.monotonic() < end, "the intake is slow"
            time.sleep(0.05)
    finally:
        intake.stop()
        thread.join(20)
        lookup.close()
        sandbox.close()
    return list(ids)


def teach(desk: Desk, arrivals: Iterable[int], *, spam: bool) -> None:
    """Say what they are."""
    for arrival in arrivals:
        say = partial(teaching.teach, arrival=arrival, spam=spam, by="command", actor="test", now=datetime.now(UTC))
        desk.store.write(say).result()


def _in_work(desk: Desk) -> int:
    with desk.store.read() as session:
        return ledger.ledger(session).in_work
