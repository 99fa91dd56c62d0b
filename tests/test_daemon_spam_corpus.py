"""A story from real mail: agents say what is spam for a while, and what is held of the mail that comes then."""

from functools import partial
from pathlib import Path

import pytest

from daemon.sifting import teaching
from daemon.sifting.labelled import read_index, read_mails
from store.engine import open_store
from tests.office import open_office
from tests.servers.lanes import corpus
from tests.spam_office import adds_up, learned
from tickets.model import Reason

EVERY = 6  # of the index: it spans some months, and begins with spam alone
TAUGHT, JUDGED = 700, 300


@pytest.mark.corpus
@pytest.mark.timeout(600)
def test_what_agents_taught_holds_spam_and_loses_no_genuine_mail(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/a.sqlite", tmp_path / "state")
    office = open_office(store, tmp_path)
    index = corpus() / "spam" / "index"
    rows = read_index(index)[::EVERY][: TAUGHT + JUDGED]
    came, held = {True: 0, False: 0}, {True: 0, False: 0}
    for at, (row, raw) in enumerate(zip(rows, read_mails(index, rows), strict=True)):
        if at == TAUGHT:
            assert sum(learned(office).known) > TAUGHT / 2
        arrival = office.receive(raw)
        is_held = office.arrival(arrival).reason is Reason.SPAM
        if at < TAUGHT:
            assert row.spam or not is_held
            teach = partial(teaching.teach, arrival=arrival, spam=row.spam, by="train", actor="test", now=office.now)
            assert office.write(teach)
        else:
            came[row.spam] += 1
            held[row.spam] += is_held
    assert min(came.values()) > JUDGED / 10
    assert held[False] <= came[False] / 200
    assert held[True] >= 0.6 * came[True], (held, came)
    assert adds_up(office)
    assert store.close(30.0)
