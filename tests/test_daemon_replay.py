"""`helpdeskd filters replay`: what other rules would have made of mails, on the mails as they came."""

import email
import email.policy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from daemon.cli import main
from daemon.labelled import Labelled, read_index, read_mails
from store import verdicts
from tests.past_mail import configure, open_house, take_in, teach
from tests.servers.lanes import corpus

POINTS = 6.0
RULE = f"""
[[rules]]
name = "FREE_OR_MONEY"
reason = "its subject speaks of money"
score = {POINTS}
when.subject = '\\b(free|money)\\b'
"""


def replay(capsys: pytest.CaptureFixture[str], *words: str | Path, status: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["filters", "replay", "--json", *map(str, words)]) == status
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def subject_of(raw: bytes) -> str:
    """As the standard library reads it."""
    found = email.message_from_bytes(raw, policy=email.policy.compat32)["Subject"]
    words = email.header.decode_header(str(found or ""))
    return "".join(
        word.decode(charset or "latin-1", "replace") if isinstance(word, bytes) else word for word, charset in words
    )


def sample_of_corpus(every: int) -> tuple[list[Labelled], list[bytes]]:
    index = corpus() / "spam" / "index"
    rows = read_index(index)
    chosen = [
        (row, raw) for n, (row, raw) in enumerate(zip(rows, read_mails(index, rows), strict=True)) if n % every == 0
    ]
    return [row for row, _ in chosen], [raw for _, raw in chosen]


@pytest.mark.corpus
def test_a_replay_finds_exactly_the_mails_that_an_edited_rule_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configure(tmp_path)
    rows, raws = sample_of_corpus(15)
    with open_house(config) as desk:
        ids = take_in(desk, raws)
        teach(desk, (one for one, row in zip(ids, rows, strict=True) if row.spam), spam=True)
        teach(desk, (one for one, row in zip(ids, rows, strict=True) if not row.spam), spam=False)
        with desk.store.read() as session:
            judged = {one: verdicts.verdict(session, one) for one in ids}
    expected = set()
    for one, raw in zip(ids, raws, strict=True):
        verdict = judged[one]
        if verdict is None or not re.search(r"\b(free|money)\b", subject_of(raw), re.IGNORECASE):
            continue
        lines = (5.0, 2.0)
        before, after = (sum(score < line for line in lines) for score in (verdict.score, verdict.score + POINTS))
        if before != after:
            expected.add(one)
    (tmp_path / "edited.toml").write_text(RULE)
    told = replay(capsys, "--config", config, "--rules", tmp_path / "edited.toml", status=1)
    found = {arrival for change in told["changes"] for arrival in change["arrivals"]}
    assert found == expected
    assert len(expected) > 5
