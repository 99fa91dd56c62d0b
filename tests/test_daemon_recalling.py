"""What a verdict rested on is kept with it, whatever a mail made of it, and comes back as it was."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from daemon.sifting.recalling import Kept, recall, write_down
from filters import Evidence, Facts, Opinion
from mail.model import Level, Mail, Proof
from store import verdicts
from tests.store_samples import NOW, journaled
from tickets.directory import Directory, Mailbox

MAIL = Mail(subject="Hello")
EVIDENCE = Evidence(
    MAIL,
    Proof(
        Level.PROVEN, "signed by us.example (DKIM)", by_signature=True, reported=frozenset({"spf=pass", "dkim=none"})
    ),
    "hi@us.example",
    datetime(2026, 11, 1, tzinfo=UTC),
    4711,
    Facts(tickets=3, account="Initech", answers_token=True, own_domains=frozenset({"us.example"})),
    learned=-0.25,
    opinion=Opinion(1.5, 15.0, (("R_DKIM_NA", 1.5),)),
)
DIRECTORY = Directory(mailboxes=(Mailbox("hi@us.example", 0),))


def kept(circumstances: str) -> Kept:
    return Kept(EVIDENCE.mailbox, EVIDENCE.received_at, EVIDENCE.size, circumstances)


def test_evidence_comes_back_as_it_was() -> None:
    assert recall(MAIL, kept(write_down(EVIDENCE)), DIRECTORY) == EVIDENCE
    bare = replace(EVIDENCE, opinion=None, learned=None, facts=Facts(own_domains=frozenset({"us.example"})))
    assert recall(MAIL, kept(write_down(bare)), DIRECTORY) == bare


@pytest.mark.parametrize("words", ["", "null", "{}", '{"proof": 1}', "no JSON"])
def test_what_an_earlier_version_did_not_keep_is_not_made_up(words: str) -> None:
    assert recall(MAIL, kept(words), DIRECTORY) is None


def test_no_word_of_a_mail_spoils_what_is_kept(do: Callable[[Any], Any]) -> None:
    odd = replace(EVIDENCE, proof=Proof(Level.UNPROVEN, 'x\udc80 \0 "', reported=frozenset({"spf=\ud800"})))

    def work(session: Any) -> str:
        [arrival] = journaled(session, 1)
        verdicts.keep(session, verdicts.Judged(arrival, 1.0, "spam", (), "", NOW, write_down(odd)))
        found = verdicts.verdict(session, arrival)
        assert found is not None
        return found.circumstances

    found = recall(MAIL, kept(do(work)), DIRECTORY)
    assert found is not None
    assert found.proof.level is Level.UNPROVEN
    assert found.proof.why.startswith("x")
