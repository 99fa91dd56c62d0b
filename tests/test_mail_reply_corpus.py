"""Mail bodies that others took apart: as much of them as agrees with one another is taken apart as they want it."""

import json
from typing import Any

import pytest

from mail.reply import Split, split
from tests.servers.lanes import corpus

pytestmark = pytest.mark.corpus


def _flat(text: str) -> str:
    return " ".join(text.split())


def _agrees(want: dict[str, Any], found: Split) -> bool:
    reply, signature = _flat(found.reply), _flat(found.signature)
    outside = f"{_flat(found.quote)} {signature}"
    if "reply" in want:
        ends = _flat(want["reply"]).rstrip("-_= ")
        return ends in {reply.rstrip("-_= "), f"{reply} {signature}"}
    if "signature_text" in want:
        return _flat(want["signature_text"]) == signature
    return (
        all(_flat(part) in reply for part in want.get("contains", ()))
        and not any(_flat(part) in reply for part in want.get("not_contains", ()))
        and all(_flat(part) in signature for part in want.get("signature_contains", ()))
        and all(_flat(part) in f"{reply} {outside}" for part in want.get("other_fragment_contains", ()))
    )


def test_replies_of_the_corpus_are_taken_apart_as_their_sources_want_it() -> None:
    rows = [json.loads(line) for line in (corpus() / "reply.jsonl").read_text("utf-8").splitlines()]
    missed = []
    for row in rows:
        text = (corpus() / row["file"]).read_text("utf-8").replace("\r\n", "\n")
        if row["match"] != "time" and not _agrees(row["expect"], split(text, "Re: Question")):
            missed.append(row["id"])
    assert len(missed) <= 1, missed
