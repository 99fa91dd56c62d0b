"""`helpdeskd filters evaluate`: labelled mail in order, judged and then learned, for programs a line a mail."""

import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from daemon.sifting.labelled import NoIndex, read_index, read_mails
from filters.learning.evaluation import measure
from tests.servers.lanes import corpus

USUAL = b"To: support@acme.test\nDate: Fri, 4 Oct 2002 10:00:00 +0000\nMessage-ID: <x@example.net>\n"
HAM = USUAL + b"From: ann@example.com\nSubject: Login\n\nThe dashboard shows no seats since the upgrade.\n"
SPAM = USUAL + b"From: bob@example.net\nSubject: Casino\n\nJackpot! Cheap pills for every winner.\n"
COUNT = 12


def evaluate(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("helpdeskd")), "filters", "evaluate", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def lines(*arguments: str | Path) -> list[dict[str, object]]:
    done = evaluate("--json", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Ham and spam in turn, in files beside their index."""
    rows = []
    for number in range(COUNT):
        (tmp_path / f"{number:03}").write_bytes(SPAM if number % 2 else HAM)
        rows.append(f"{'spam' if number % 2 else 'ham'} {number:03} 1034294466\n")
    path = tmp_path / "index"
    path.write_text("".join(rows))
    return path


def test_there_is_a_line_for_each_mail_in_order(index: Path) -> None:
    told = lines(index)
    assert [(line["path"], line["label"]) for line in told] == [
        (f"{number:03}", "spam" if number % 2 else "ham") for number in range(COUNT)
    ]
    assert told[0]["score"] == 0
    scores = [(line["label"] == "spam", float(str(line["score"]))) for line in told]
    assert measure(scores[4:]).one_minus_roca == 0
    assert all(score < 5 for _, score in scores)


def test_labels_can_come_late_or_in_part(index: Path) -> None:
    assert [line["score"] for line in lines("--delay", "11", index)] == [0.0] * COUNT
    assert [line["score"] for line in lines("--feedback", "0", index)] == [0.0] * COUNT
    half = [line["score"] for line in lines("--feedback", "0.5", index)]
    assert half[:2] == [0.0, 0.0] != half[2:4]


def test_header_words_can_be_left_out(index: Path) -> None:
    assert [line["score"] for line in lines("--without-headers", index)] != [line["score"] for line in lines(index)]


def test_for_people_there_are_figures(index: Path) -> None:
    done = evaluate(index)
    assert done.returncode == 0
    assert "one minus roca" in done.stdout


def test_mails_may_lie_in_a_tar_in_any_order(tmp_path: Path, index: Path) -> None:
    moved = tmp_path / "other"
    moved.mkdir()
    (moved / "index").write_text(index.read_text())
    with tarfile.open(moved / "mails.tar.gz", "w:gz") as packed:
        for number in reversed(range(COUNT)):
            data = (tmp_path / f"{number:03}").read_bytes()
            member = tarfile.TarInfo(f"./{number:03}")
            member.size = len(data)
            packed.addfile(member, io.BytesIO(data))
    assert lines(moved / "index") == lines(index)


@pytest.mark.parametrize("wrong", ["good 000\n", "spam\n", ""])
def test_what_is_no_index_is_refused_with_its_line(index: Path, wrong: str) -> None:
    index.write_text(wrong)
    done = evaluate("--json", index)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{index}:1: " in done.stderr


def test_a_mail_that_is_not_there_is_told(index: Path) -> None:
    index.write_text("ham 000\nspam gone\n")
    done = evaluate("--json", index)
    assert done.returncode == 2
    assert "gone lies neither in its folder nor in a tar there" in done.stderr


@pytest.mark.parametrize("wrong", [["--feedback", "2"], ["--feedback", "x"], ["--delay", "-1"]])
def test_shares_and_delays_that_cannot_be_are_refused(index: Path, wrong: list[str]) -> None:
    assert evaluate(*wrong, index).returncode == 2


def test_an_index_gives_its_mails_one_by_one(index: Path) -> None:
    rows = read_index(index)
    assert list(read_mails(index, rows)) == [HAM, SPAM] * (COUNT // 2)
    (index.parent / "000").unlink()
    with pytest.raises(NoIndex):
        next(read_mails(index, rows))


@pytest.mark.corpus
def test_real_mail_is_told_apart(tmp_path: Path) -> None:
    """A coarse floor on every fifth mail of the corpus; what is really reached stands in docs/filters.md."""
    whole = corpus() / "spam"
    rows = [line for number, line in enumerate((whole / "index").read_text().splitlines()) if number % 5 == 0]
    (tmp_path / "index").write_text("\n".join(rows))
    for packed in whole.glob("*.tar.xz"):
        (tmp_path / packed.name).symlink_to(packed)
    figures = measure([(line["label"] == "spam", float(str(line["score"]))) for line in lines(tmp_path / "index")])
    assert figures.ham > 700 < 2 * figures.spam
    assert figures.one_minus_roca is not None
    assert figures.one_minus_roca < 1.0
    assert figures.ham_lost is not None
    assert figures.ham_lost <= 0.5
