"""A key that cannot be asked now is asked again where that decides something; a Message-ID proves one content."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from daemon import enact
from daemon.config import load
from daemon.desk import Desk, open_desk
from daemon.intake import LEASE, Intake
from daemon.lookups.patience import AGAIN, Patience
from daemon.lookups.signature_lookup import SignatureLookup
from daemon.sandbox import Limits, Sandbox
from mail.parse import parse
from mail.signatures import Signed
from store import journal, ledger, quarantine
from store.engine import Store
from tests.mail_signing import KEY_NAME, RECEIVED, key_pair, letter, sign
from tests.servers.nameserver import Nameserver
from tickets.model import Outcome, Reason

CONFIG = """
[helpdesk]
state = "{state}"
[proof]
resolvers = ["{dns}"]
[outgoing]
host = "127.0.0.1"
tls = "none"
[[agents]]
name = "Alice"
addresses = ["alice@us.example"]
[[mailboxes]]
address = "support@us.example"
host = "127.0.0.1"
user = "support"
tls = "none"
password = {{ env = "PASSWORD" }}
"""


@pytest.fixture
def desk(store: Store, tmp_path: Path, nameserver: Nameserver) -> Desk:
    path = tmp_path / "helpdeskd.toml"
    path.write_text(CONFIG.format(state=tmp_path / "state", dns=nameserver.address), "utf-8")
    desk = open_desk(load(path), store)
    store.write(partial(journal.first_start, now=RECEIVED - timedelta(days=10))).result()
    return desk


def receive(desk: Desk, *raws: bytes) -> None:
    mails = [journal.NewArrival(uid, 1, RECEIVED, raw) for uid, raw in enumerate(raws, 1)]
    record = partial(journal.record, mailbox="support@us.example", mails=mails, cursor=(1, 99), now=RECEIVED)
    desk.store.write(record).result()


def claim(desk: Desk, now: datetime) -> list[journal.Claimed]:
    return desk.store.write(partial(journal.claim, limit=9, now=now, lease=LEASE)).result()


PASSING = Signed(why="no answer within 3 s", passing=True)
STRANGER = letter("mallory@evil.example", subject="Hello", message_id="<m@evil.example>")


def test_an_agents_mail_waits_and_a_strangers_does_not(desk: Desk) -> None:
    receive(desk, letter(), STRANGER)
    patience = Patience()
    waits = [
        desk.store.write(
            partial(patience.ask_again_at, desk=desk, claimed=each, mail=parse(each.raw), signed=PASSING, now=RECEIVED)
        ).result()
        for each in claim(desk, RECEIVED)
    ]
    assert waits == [RECEIVED + AGAIN, None]


def test_a_mail_waits_for_ten_minutes_at_most_and_no_attempt_is_counted(desk: Desk) -> None:
    receive(desk, letter())
    patience, now = Patience(), RECEIVED
    rounds = 0
    while found := claim(desk, now):
        [claimed] = found
        assert claimed.attempt == 1
        ask_again = partial(
            patience.ask_again_at, desk=desk, claimed=claimed, mail=parse(claimed.raw), signed=PASSING, now=now
        )
        until = desk.store.write(ask_again).result()
        if until is None:
            break
        desk.store.write(partial(journal.postpone, arrival=claimed.id, until=until)).result()
        assert claim(desk, until - timedelta(seconds=1)) == []
        now, rounds = until + timedelta(seconds=1), rounds + 1
    assert 10 < rounds <= 20
    assert now - RECEIVED >= timedelta(minutes=10)


def test_what_was_released_or_answered_waits_no_longer(desk: Desk) -> None:
    receive(desk, letter())
    [claimed] = claim(desk, RECEIVED)
    for given, signed in ((replace(claimed, released=True), PASSING), (claimed, Signed(why="no key"))):
        ask_again = partial(
            Patience().ask_again_at, desk=desk, claimed=given, mail=parse(claimed.raw), signed=signed, now=RECEIVED
        )
        assert desk.store.write(ask_again).result() is None


def outcomes(desk: Desk) -> list[tuple[Outcome | None, Reason | None]]:
    with desk.store.read() as session:
        return [(row.outcome, row.reason) for row in sorted(ledger.arrivals(session, 99), key=lambda row: row.id)]


def test_the_intake_lets_others_pass_and_proves_the_waiting_mail_when_dns_is_back(
    desk: Desk, nameserver: Nameserver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.lookups.patience.AGAIN", timedelta(seconds=1))
    monkeypatch.setattr("daemon.lookups.dkim_keys.SILENT", 0.1)
    monkeypatch.setattr("daemon.intake.IDLE_SECONDS", 0.1)
    nameserver.texts[KEY_NAME], nameserver.is_gone = [key_pair().record], True
    receive(desk, sign(letter()), STRANGER)
    sandbox = Sandbox(1, Limits())
    lookup = SignatureLookup(desk.config.proof, desk.directory.is_own)
    intake = Intake(desk, sandbox, lookup, lambda _: None, lambda: None)
    thread = threading.Thread(target=intake.run)
    thread.start()
    try:
        assert until(lambda: outcomes(desk) == [(None, None), (Outcome.TICKETED, None)]), outcomes(desk)
        nameserver.is_gone = False
        assert until(lambda: outcomes(desk)[0] == (Outcome.TICKETED, None)), outcomes(desk)
    finally:
        intake.stop()
        thread.join(20)
        lookup.close()
        sandbox.close()


def until(is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + 40
    while not (found := is_so()) and time.monotonic() < end:
        time.sleep(0.1)
    return found


# ---------------------------------------------------------------- a Message-ID proves once
HOLDS = Signed(holds=True, why="signed by us.example (DKIM)")


def decide(desk: Desk, raw: bytes) -> tuple[Outcome | None, Reason | None]:
    [claimed] = claim(desk, RECEIVED)
    desk.store.write(lambda s: enact.enact(s, desk, claimed, parse(raw), RECEIVED, HOLDS)).result()
    return outcomes(desk)[-1]


def test_a_signed_mail_sent_again_with_another_type_proves_nothing(desk: Desk) -> None:
    first = letter(more=(("Content-Type", "text/plain"),))
    other = first.replace(b"text/plain", b"text/html")
    receive(desk, first)
    assert decide(desk, first) == (Outcome.TICKETED, None)
    desk.store.write(
        partial(
            journal.record,
            mailbox="support@us.example",
            mails=[journal.NewArrival(50, 1, RECEIVED, other), journal.NewArrival(51, 1, RECEIVED, first)],
            cursor=(1, 99),
            now=RECEIVED,
        )
    ).result()
    [replayed, copied] = claim(desk, RECEIVED)
    for each in (replayed, copied):
        mail = parse(each.raw)
        desk.store.write(partial(enact.enact, desk=desk, claimed=each, mail=mail, now=RECEIVED, signed=HOLDS)).result()
    assert outcomes(desk)[1:] == [(Outcome.QUARANTINED, Reason.UNCONFIRMED), (Outcome.DUPLICATE, None)]
    with desk.store.read() as session:
        assert "Message-ID" in quarantine.waiting(session, 9)[0].why


def test_what_proved_nothing_leaves_its_message_id_to_the_genuine_mail(desk: Desk) -> None:
    forged = letter(text="something else")
    receive(desk, forged, letter())
    [first, second] = claim(desk, RECEIVED)
    for each, signed in ((first, Signed(why="not valid")), (second, HOLDS)):
        mail = parse(each.raw)
        desk.store.write(partial(enact.enact, desk=desk, claimed=each, mail=mail, now=RECEIVED, signed=signed)).result()
    assert outcomes(desk) == [(Outcome.QUARANTINED, Reason.UNCONFIRMED), (Outcome.TICKETED, None)]
