"""`helpdeskd filters replay`: what other rules would have made of mails, on the mails as they came."""

import email
import email.policy
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from daemon.cli import main
from daemon.sifting.labelled import Labelled, read_index, read_mails
from store import listed, verdicts
from store.schema.arrivals import RAW
from tests.past_mail import configure, open_house, take_in, teach
from tests.servers.lanes import corpus
from tests.servers.rspamd import FeignedRspamd

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


# ---------------------------------------------------------------- on mails written for it
def letter(number: int, subject: str = "Login", more: str = "") -> bytes:
    return (
        f"From: Ann <ann{number}@customer.example>\r\nTo: hi@us.example\r\nSubject: {subject}\r\n{more}"
        f"Date: {datetime.now(UTC):%a, %d %b %Y %H:%M:%S +0000}\r\nMessage-ID: <{number}@customer.example>\r\n\r\n"
        "Since the update we cannot log in any more.\r\n"
    ).encode()


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[int]]:
    """A house with five mails: the second is spam, the third genuine, so people said; of the last no bytes are kept."""
    folder = tmp_path_factory.mktemp("house")
    (folder / "own.toml").write_text("")
    config = configure(folder, f'[filters]\nrules = "{folder}/own.toml"')
    subjects = ("Login", "Money", "Money for the licence", "Free", "Money gone")
    with open_house(config) as desk:
        ids = take_in(desk, [letter(number, subject) for number, subject in enumerate(subjects)])
        teach(desk, ids[1:2], spam=True)
        teach(desk, ids[2:3], spam=False)
        desk.store.write(
            lambda session: session.connection().execute(delete(RAW).where(RAW.c.arrival == ids[4]))
        ).result()
    return config, ids


def edited(config: Path, text: str) -> Path:
    path = config.parent / "edited.toml"
    path.write_text(text)
    return path


def test_a_change_is_told_by_kind_with_what_people_said_and_samples(
    looked_at: tuple[Path, list[int]], capsys: pytest.CaptureFixture[str]
) -> None:
    config, ids = looked_at
    told = replay(capsys, "--config", config, "--rules", edited(config, RULE), "--samples", "1", status=1)
    assert told["mails"] == {"mails": 4, "of_them_spam": 1, "of_them_genuine": 1, "nothing_said": 2}
    assert told["held_before"]["mails"] == 0
    assert told["held_after"] == {"mails": 3, "of_them_spam": 1, "of_them_genuine": 1, "nothing_said": 1}
    assert (told["scores_moved"], told["not_kept"], told["loses_genuine"]) == (3, 1, True)
    [change] = told["changes"]
    assert (change["change"], change["arrivals"]) == ("genuine to spam", ids[1:4])
    [sample] = change["samples"]
    assert sample["arrival"] == ids[2]  # the one that would be lost
    assert (sample["said"], sample["moved"]) == ("genuine", {"FREE_OR_MONEY": POINTS})
    assert sample["after"] == pytest.approx(sample["before"] + POINTS)


def test_people_are_shown_the_same_in_tables(
    looked_at: tuple[Path, list[int]], capsys: pytest.CaptureFixture[str]
) -> None:
    config, _ = looked_at
    assert main(["filters", "replay", "--config", str(config), "--rules", str(edited(config, RULE))]) == 1
    shown = capsys.readouterr().out
    assert "4 mails were judged, people called 1 spam and 1 genuine; 1 more are not kept whole; 3 change" in shown
    assert "genuine to spam" in shown
    assert "FREE_OR_MONEY +6.0" in shown


def test_rules_that_only_send_mail_another_way_change_it_too(
    looked_at: tuple[Path, list[int]], capsys: pytest.CaptureFixture[str]
) -> None:
    config, ids = looked_at
    rules = '[[rules]]\nname = "PAYS"\nreason = "it pays"\ntags = ["money"]\nwhen.subject = "money"\n'
    told = replay(capsys, "--config", config, "--rules", edited(config, rules))
    assert [(each["change"], each["arrivals"]) for each in told["changes"]] == [("genuine, sent another way", ids[1:3])]
    assert told["scores_moved"] == 0


def test_rules_that_say_the_same_change_nothing(
    looked_at: tuple[Path, list[int]], capsys: pytest.CaptureFixture[str]
) -> None:
    config, _ = looked_at
    told = replay(capsys, "--config", config, "--rules", config.parent / "own.toml")
    assert (told["changes"], told["scores_moved"]) == ([], 0)


def test_without_other_rules_those_that_run_are_compared_with_what_was_decided(
    looked_at: tuple[Path, list[int]], capsys: pytest.CaptureFixture[str]
) -> None:
    config, ids = looked_at
    assert replay(capsys, "--config", config)["changes"] == []
    own = config.parent / "own.toml"
    try:
        own.write_text('[block]\nsenders = ["ann0@customer.example"]\n')
        assert [each["arrivals"] for each in replay(capsys, "--config", config)["changes"]] == [ids[:1]]
    finally:
        own.write_text("")


def test_mail_that_was_judged_earlier_is_left_out(
    looked_at: tuple[Path, list[int]], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config, _ = looked_at
    monkeypatch.setattr("daemon.clock.now", lambda: datetime.now(UTC) + timedelta(hours=3))
    assert replay(capsys, "--config", config, "--since", "2h")["mails"]["mails"] == 0
    assert replay(capsys, "--config", config, "--since", "4h")["mails"]["mails"] == 4


def test_whom_agents_listed_is_known_to_both_rules(
    looked_at: tuple[Path, list[int]], capsys: pytest.CaptureFixture[str]
) -> None:
    config, ids = looked_at
    with open_house(config) as desk:
        entry = listed.Listed("ann1@customer.example", "block", "alice", datetime.now(UTC))
        desk.store.write(lambda session: listed.put(session, entry)).result()
    try:
        told = replay(capsys, "--config", config, "--rules", edited(config, RULE), status=1)
        assert [each["arrivals"] for each in told["changes"]] == [ids[2:4]]
        assert told["held_before"]["mails"] == 1
    finally:
        with open_house(config) as desk:
            desk.store.write(lambda session: listed.drop(session, "ann1@customer.example")).result()


@pytest.mark.parametrize("words", [["--since", "x"], ["--since", "0d"], ["--rules", "/nowhere.toml"]])
def test_wrong_usage_and_broken_rules_are_refused(
    looked_at: tuple[Path, list[int]], capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert main(["filters", "replay", "--config", str(looked_at[0]), *words]) == 2
    assert capsys.readouterr().err


# ---------------------------------------------------------------- the other verbs that look back
def test_stats_tell_what_each_symbol_is_worth(
    looked_at: tuple[Path, list[int]], capsys: pytest.CaptureFixture[str]
) -> None:
    config, _ = looked_at
    assert main(["filters", "stats", "--config", str(config), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["mails"], told["of_them_spam"], told["of_them_genuine"]) == (5, 1, 1)
    by_name = {row["symbol"]: row for row in told["symbols"]}
    assert by_name["LEARNED"]["mails"] == 5
    assert (by_name["LEARNED"]["precision"], by_name["LEARNED"]["recall"]) == (0.5, 1.0)
    assert by_name["IMAGE_ONLY"]["mails"] == 0
    assert all(row["cost_us"] > 0 for row in told["symbols"])
    assert main(["filters", "stats", "--config", str(config)]) == 0
    assert "5 mails were judged; people called 1 spam and 1 genuine" in capsys.readouterr().out


def test_an_arrival_is_explained_as_it_came_with_what_was_decided(
    looked_at: tuple[Path, list[int]], capsys: pytest.CaptureFixture[str]
) -> None:
    config, ids = looked_at
    assert main(["filters", "explain", "--config", str(config), "--json", str(ids[0])]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["decision"], told["mailbox"], told["as_it_came"]) == ("genuine", "hi@us.example", True)
    assert told["then"]["decision"] == "genuine"
    assert told["then"]["score"] == pytest.approx(told["score"])
    assert {each["name"] for each in told["symbols"]} >= {"LEARNED"}
    assert sum(each["counted"] for each in told["groups"]) == pytest.approx(told["score"])
    assert told["changes"]
    assert main(["filters", "explain", "--config", str(config), str(ids[0])]) == 0
    assert "genuine at hi@us.example: score" in capsys.readouterr().out


def test_a_file_is_explained_as_if_it_came_now(
    capsys: pytest.CaptureFixture[str], feigned: FeignedRspamd, tmp_path: Path
) -> None:
    rules = tmp_path / "own.toml"
    rules.write_text(RULE)
    config = configure(tmp_path, f'[filters]\nrules = "{rules}"\n[rspamd]\nurl = "{feigned.url}"')
    mail = tmp_path / "mail.eml"
    mail.write_bytes(letter(9, "Money"))
    assert main(["filters", "explain", "--config", str(config), "--json", str(mail)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["decision"], told["as_it_came"], told["then"]) == ("spam", False, None)
    assert {each["name"] for each in told["symbols"]} >= {"FREE_OR_MONEY", "SECOND_OPINION"}
    assert any("without FREE_OR_MONEY" in change for change in told["changes"])
    assert len(feigned.asked) == 1


@pytest.mark.parametrize("words", [["99999"], ["/nowhere.eml"], ["--mailbox", "x@elsewhere.example", __file__]])
def test_what_is_not_there_cannot_be_explained(
    looked_at: tuple[Path, list[int]], capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert main(["filters", "explain", "--config", str(looked_at[0]), *words]) in {1, 3}
    assert "bug" not in capsys.readouterr().err


def test_an_arrival_whose_bytes_are_gone_says_so(
    looked_at: tuple[Path, list[int]], capsys: pytest.CaptureFixture[str]
) -> None:
    config, ids = looked_at
    assert main(["filters", "explain", "--config", str(config), str(ids[4])]) == 1
    assert "no bytes are kept" in capsys.readouterr().err
