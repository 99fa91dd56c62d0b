"""The bench measures what it says it does; how fast anything is, no test says."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from bench.mix import mails
from bench.usage import cpu_seconds
from mail.parse import parse

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BENCH = Path(__file__).resolve().parents[1] / "bench" / "mail_to_ack.py"


def kind_of(raw: bytes) -> str:
    message = message_from_bytes(raw)
    if not message.is_multipart():
        return "text"
    if message.get_content_subtype() == "alternative":
        return "html"
    attachment = message.get_payload(1)
    assert not isinstance(attachment, str)
    size = len(attachment.get_payload(decode=True))
    assert 40_000 <= size <= 200_000 or 500_000 <= size <= 1_000_000
    return "attachment" if size <= 200_000 else "large"


def test_of_each_twenty_mails_twelve_are_text_five_html_two_have_an_attachment_and_one_a_large_one() -> None:
    made: Iterator[bytes] = mails(60, now=NOW)
    while twenty := [kind_of(raw) for raw in islice(made, 20)]:
        counts = {kind: twenty.count(kind) for kind in set(twenty)}
        assert counts == {"text": 12, "html": 5, "attachment": 2, "large": 1}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_thousand_mails_are_about_eighty_kilobytes_on_average(seed: int) -> None:
    assert 75_000 <= sum(len(raw) for raw in mails(1000, seed, now=NOW)) / 1000 <= 85_000


def test_a_seed_makes_the_same_mails_again_and_another_seed_others() -> None:
    assert list(mails(40, 7, now=NOW)) == list(mails(40, 7, now=NOW))
    assert list(mails(40, 7, now=NOW)) != list(mails(40, 8, now=NOW))


def test_every_mail_is_new_and_from_somebody_else() -> None:
    read = [parse(raw) for raw in mails(40, now=NOW)]
    assert {mail.date for mail in read} == {NOW - timedelta(minutes=1)}
    assert len({mail.message_id for mail in read}) == 40
    assert len({mail.sender.address for mail in read if mail.sender}) == 40
    assert not any(mail.defects or mail.automatic or mail.error for mail in read)


def test_the_cpu_time_of_children_counts_while_they_run_and_after_they_ended() -> None:
    burn = "import time\nwhile time.process_time() < 0.3: pass\n"
    before = cpu_seconds(os.getpid())
    subprocess.run([sys.executable, "-c", burn], check=True)
    assert cpu_seconds(os.getpid()) - before >= 0.28
    with subprocess.Popen([sys.executable, "-c", burn + "print(flush=True)\ninput()"], stdin=-1, stdout=-1) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert cpu_seconds(child.pid) >= 0.28
        child.communicate(b"\n")


def run_bench(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(BENCH), "--count", "20", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=150)


def assert_measured(report: dict[str, Any], *stores: str) -> None:
    assert report["mails"] == 20
    assert [floor["name"] for floor in report["floors"]] == [
        "mail-parser alone",
        "one durable commit each",
        "Dovecot fetch alone",
    ]
    assert [way["name"] for way in report["stores"]] == list(stores)
    slowest = min(report["floors"], key=lambda floor: floor["mails_per_second"])
    assert report["slowest_floor"] == slowest["name"]
    for way in report["stores"]:
        assert way["cpu_seconds"] > 0
        ratio = slowest["mails_per_second"] / way["mails_per_second"]
        assert way["times_slowest_floor"] == pytest.approx(ratio, rel=0.02)


@pytest.mark.dovecot
def test_twenty_mails_are_measured_from_dovecot_to_the_acknowledgement() -> None:
    done = run_bench("--stores", "sqlite", "--json")
    assert done.returncode == 0, done.stderr
    assert_measured(json.loads(done.stdout), "sqlite")


@pytest.mark.dovecot
@pytest.mark.postgres
def test_both_stores_are_measured_in_one_run_and_shown_as_a_table() -> None:
    done = run_bench()
    assert done.returncode == 0, done.stderr
    for word in ("mail-parser alone", "sqlite", "postgresql", "20 mails of"):
        assert word in done.stdout


def test_an_unknown_store_is_refused() -> None:
    done = run_bench("--stores", "mysql")
    assert done.returncode == 2
    assert "sqlite,postgresql" in done.stderr
