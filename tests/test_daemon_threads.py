"""Laws of threading on a real store: in whatever order trusted mails come, and however often, the tickets are one."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from daemon import enact
from daemon.cli import main
from daemon.desk import Desk
from daemon.dry_run import throw_away
from mail.parse import parse
from store import journal
from store.engine import Session
from store.schema.conversations import MESSAGES
from tests.servers.lanes import corpus
from tests.tickets_world import NOW

Written = tuple[int, int | None, list[int], list[int]]  # sender, own id, ids in References, in In-Reply-To
POOL = 6  # ids that mails bear and name; some of them never come
_runs = count()
_uids = count(1)


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    """An office that trusts everybody."""
    with throw_away(Path("/nowhere"), None, trust_senders=True) as opened:
        yield opened


def write(run: int, mail: Written) -> bytes:
    sender, own, references, answered = mail

    def names(numbers: list[int]) -> str:
        return " ".join(f"<{run}.{number}@x.example>" for number in numbers)

    fields = [f"From: someone{sender}@x.example", "To: support@y.example", f"Subject: a mail of run {run}"]
    fields += [f"Message-ID: {names([own])}"] if own is not None else []
    fields += [f"References: {names(references)}"] if references else []
    fields += [f"In-Reply-To: {names(answered)}"] if answered else []
    return ("\r\n".join(fields) + f"\r\n\r\n{mail}\r\n").encode()


mails = st.tuples(
    st.integers(0, 3),
    st.none() | st.integers(0, POOL - 1),
    st.lists(st.integers(0, POOL + 1), max_size=3, unique=True),
    st.lists(st.integers(0, POOL + 1), max_size=2, unique=True),
)
some_mails = st.lists(
    mails, min_size=2, max_size=6, unique_by=(str, lambda mail: mail[1] if mail[1] is not None else str(mail))
)


def take(session: Session, desk: Desk, raw: bytes) -> int:
    """One mail all the way; its arrival."""
    new = journal.NewArrival(next(_uids), 1, NOW, raw)
    (arrival,) = journal.record(session, "support@helpdeskd.invalid", [new], None, NOW)
    (claimed,) = journal.claim(session, 1, NOW, timedelta(minutes=1))
    enact.enact(session, desk, claimed, parse(raw), datetime.now(UTC))
    return arrival


def grouped(desk: Desk, run: int, order: list[Written]) -> set[frozenset[str]]:
    """The mails of each ticket when all have come in this order, by what each says."""
    said: dict[int, str] = {}
    for mail in order:
        arrival = desk.store.write(partial(take, desk=desk, raw=write(run, mail))).result()
        said[arrival] = str(mail)
    tickets: dict[int, set[str]] = defaultdict(set)
    with desk.store.read() as session:
        rows = session.connection().execute(
            select(MESSAGES.c.ticket, MESSAGES.c.arrival).where(MESSAGES.c.arrival.in_(said))
        )
        for row in rows:
            tickets[row.ticket].add(said[row.arrival])
    return {frozenset(each) for each in tickets.values()}


def connected(order: list[Written]) -> set[frozenset[str]]:
    """The mails that belong together because an id connects them, be its mail there or not."""
    groups: list[tuple[set[int], set[str]]] = []
    for mail in order:
        ids, together = {*mail[2], *mail[3], *([mail[1]] if mail[1] is not None else [])}, {str(mail)}
        apart = []
        for known, group in groups:
            if known & ids:
                ids, together = ids | known, together | group
            else:
                apart.append((known, group))
        groups = [*apart, (ids, together)]
    return {frozenset(group) for _, group in groups}


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=some_mails, data=st.data())
def test_the_order_of_arrival_does_not_change_which_mails_are_one_ticket(
    desk: Desk, made: list[Written], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(made))
    assert grouped(desk, next(_runs), order) == connected(made)


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=some_mails, data=st.data())
def test_a_mail_that_is_delivered_twice_is_one(desk: Desk, made: list[Written], data: st.DataObject) -> None:
    order = data.draw(st.permutations([*made, *made]))
    run = next(_runs)
    assert grouped(desk, run, order) == connected(made)


@pytest.mark.corpus
def test_real_threads_are_one_ticket_each_as_far_as_ids_tell(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Truth: whatever Message-ID, In-Reply-To and References connect, be the mail that they name there or not."""
    monkeypatch.setattr("daemon.logs.set_up", lambda **_: None)  # it would speak for all tests that follow
    table = corpus() / "thread-notmuch.jsonl"
    threads = {row["file"]: row["thread"] for row in map(json.loads, table.read_text("utf-8").splitlines())}
    mails = corpus() / "thread" / "notmuch"
    assert main(["--config", "/nowhere", "import", "--dry-run", "--trust-senders", "--json", str(mails)]) == 0
    ticket: dict[str, int] = {}
    for line in map(json.loads, capsys.readouterr().out.splitlines()):
        for path in (line["path"], *line.get("rejoined", ())):
            ticket[Path(path).name] = line["ticket"]
    assert ticket.keys() == threads.keys()
    pairs = {(ticket[name], thread) for name, thread in threads.items()}
    assert len(pairs) == len(set(ticket.values())) == len(set(threads.values()))
