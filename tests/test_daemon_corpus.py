"""Real mail in all its shapes: all of the corpus through Dovecot into the real daemon, and nothing is lost."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.servers.dovecot import Dovecot
from tests.servers.house import House
from tests.servers.lanes import corpus

pytestmark = [pytest.mark.dovecot, pytest.mark.corpus]

FEW_UNREADABLE = 6


def mails() -> list[bytes]:
    """Every file of the corpus that is a mail of its own."""
    folders = [corpus() / name for name in ("mime", "bounce", "thread/notmuch", "spam/sa-testsuite")]
    return [path.read_bytes() for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]


def test_all_of_the_corpus_comes_in_with_nothing_lost(house: House, dovecot: Dovecot) -> None:
    account = dovecot.account()
    raws = mails()
    assert len(raws) > 1250
    house.configure(house.mailbox(account))
    account.drop(raws, datetime.now(UTC))
    house.start()
    house.until_done(len(raws))
    ledger = house.status()["ledger"]
    assert ledger["arrivals"] == len(raws) == len(account.flags())
    unreadable = [row for row in house.arrivals() if row["reason"] == "unreadable"]
    assert len(unreadable) <= FEW_UNREADABLE, Counter(row["why"] for row in unreadable)
    assert sum(row["messages"] for row in house.tickets()) >= ledger["by_outcome"]["ticketed"]
    assert house.stop() == 0
