"""Mutants of real mail: no reader goes down, nothing is lost. The short lane of `make fuzz`."""

import json
import os
from pathlib import Path

import pytest

from mail.model import Mail
from tests.fuzz.mutants import make_mutant
from tests.fuzz.report import MOST_UNREADABLE, main
from tests.fuzz.seeds import load_seeds
from tests.fuzz.verdict import CPU_LIMIT, Verdict, examine
from tests.fuzz.workers import PER_SEED, Examined, examine_all, plan

LANE = range(1, 5)  # seeds; 20,000 mutants


@pytest.fixture
def few_seeds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Our own mails alone: quickly loaded."""
    monkeypatch.setenv("HELPDESKD_CORPUS", str(tmp_path / "none"))


@pytest.mark.timeout(900)  # some forty seconds of a core that is free
@pytest.mark.parametrize("seed", LANE)
def test_five_thousand_mutants_bring_no_reader_down_and_none_is_lost(seed: int) -> None:
    done = list(examine_all(plan(seed, PER_SEED), processes=1))
    assert [one.number for one in done] == list(range(PER_SEED))
    faults = [one for one in done if one.verdict.kind]
    unreadable = [one for one in faults if one.verdict.kind == "unreadable"]
    assert [one for one in faults if one not in unreadable] == []
    assert len(unreadable) <= MOST_UNREADABLE * PER_SEED
    assert max(one.verdict.cpu for one in done) <= CPU_LIMIT


@pytest.mark.usefixtures("few_seeds")
def test_a_mutant_is_the_same_whenever_it_is_made_and_other_numbers_make_others() -> None:
    seeds = load_seeds()
    made = [make_mutant(seeds, 7, number) for number in range(200)]
    again = load_seeds()
    assert made == [make_mutant(again, 7, number) for number in range(200)]
    assert len(set(made)) > 190
    assert made != [make_mutant(seeds, 8, number) for number in range(200)]


@pytest.mark.usefixtures("few_seeds")
def test_without_a_corpus_our_own_mails_are_mutated() -> None:
    seeds = load_seeds()
    assert seeds.count > 20
    assert "no corpus" in seeds.source


def test_the_mutants_of_a_run_are_split_among_seeds() -> None:
    assert plan(7, PER_SEED * 2 + 5) == [(7, 0, PER_SEED), (8, 0, PER_SEED), (9, 0, 5)]


# ---------------------------------------------------------------- what is said of a mail
def test_a_mail_of_which_nothing_is_shown_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = b"Subject: x\n\nwords\n"
    assert examine(raw).kind == ""
    monkeypatch.setattr("tests.fuzz.verdict.parse", lambda _: Mail())
    assert examine(raw).kind == "lost"
    assert examine(b"Subject: x\n\n \n").kind == ""


def test_a_reader_that_raises_is_an_exit(monkeypatch: pytest.MonkeyPatch) -> None:
    def raise_it(_: bytes) -> object:
        raise IndexError("at the end")

    monkeypatch.setattr("tests.fuzz.verdict.parse", raise_it)
    verdict = examine(b"x")
    assert (verdict.kind, verdict.why) == ("exit", "IndexError: at the end")


# ---------------------------------------------------------------- the command
@pytest.mark.usefixtures("few_seeds")
def test_a_run_is_told_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--count", "50", "--seed", "9", "--json", "--findings", str(tmp_path / "found")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["mutants"], told["seeds"], told["exits"], told["holds"]) == (50, 1, 0, True)
    assert not (tmp_path / "found").exists()


@pytest.mark.usefixtures("few_seeds")
def test_a_finding_is_saved_fails_the_run_and_can_be_replayed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = Examined(3, 8, Verdict("exit", "the process ended with -27", 0.0))
    monkeypatch.setattr("tests.fuzz.report.examine_all", lambda *_: iter([found]))
    assert main(["--count", "1", "--findings", str(tmp_path)]) == 1
    file = tmp_path / "exit-3-8.eml"
    assert file.read_bytes() == make_mutant(load_seeds(), 3, 8)
    assert "1" in capsys.readouterr().out
    assert main(["--replay", str(file)]) == 0


def die_of_sevenths(raw: bytes) -> Verdict:
    if len(raw) % 7 == 0:
        os._exit(70)
    return Verdict("", "", 0.0)


@pytest.mark.usefixtures("few_seeds")
def test_a_death_is_told_by_its_mutant_and_the_others_go_on() -> None:
    seeds = load_seeds()
    deadly = [number for number in range(12) if len(make_mutant(seeds, 1, number)) % 7 == 0]
    assert 0 < len(deadly) < 12
    done = list(examine_all([(1, 0, 12)], 1, die_of_sevenths))
    assert [one.number for one in done] == list(range(12))
    assert [one.number for one in done if one.verdict.kind == "exit"] == deadly
