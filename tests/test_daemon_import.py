"""Old mail: taken in once however often it is brought, through the real intake, and nothing leaves for it."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from daemon.cli import main, parser_of
from store import imports
from store.engine import Session, Store
from tests.servers.house import BORDER, House, vouched
from tests.store_samples import NOW

MAILBOX = """
[[mailboxes]]
address = "{0}@example.com"
host = "127.0.0.1"
port = 1
tls = "none"
user = "{0}"
password = {{ env = "HOME" }}
"""
AGENTS = '[[agents]]\nname = "Alice"\naddresses = ["alice@example.com"]\n[staff]\ndomains = ["example.com"]'


def letter(
    number: int, *, parent: int | None = None, to: str = "support@example.com", sender: str = "kim", more: str = ""
) -> bytes:
    """A mail of 2019, proven; `parent` is the number of the mail that it answers."""
    answers = f"In-Reply-To: <{parent}@one.example>\r\n" if parent is not None else ""
    return vouched(
        f"From: {sender}@one.example\r\nTo: {to}\r\nSubject: About {number}\r\nMessage-ID: <{number}@one.example>\r\n"
        f"Date: Thu, 4 Apr 2019 10:{number:02d}:00 +0000\r\n{answers}{more}\r\nText {number}\r\n".encode()
    )


def letters() -> list[bytes]:
    """Twelve mails on six tickets: three threads of two and of four mails, one delivered twice."""
    made = [letter(n) for n in range(5)]
    made += [letter(n, parent=n - 5) for n in range(5, 8)]
    made += [letter(8, parent=7), letter(9, parent=8), letter(10, parent=99)]
    return [*made, b"X-Another-Way: yes\r\n" + letter(3)]


TICKETS, OUTCOMES = 6, {"ticketed": 11, "duplicate": 1}


def as_folder(folder: Path, mails: list[bytes]) -> Path:
    folder.mkdir()
    for number, raw in enumerate(mails):
        (folder / f"{number:03d}.eml").write_bytes(raw)
    return folder


def as_maildir(folder: Path, mails: list[bytes]) -> Path:
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True)
    for number, raw in enumerate(mails):
        (folder / ("new" if number % 2 else "cur") / f"{1_500_000_000 + number}.M{number}.host").write_bytes(raw)
    return folder


def as_mbox(path: Path, mails: list[bytes]) -> Path:
    separator = b"From kim@one.example Thu Apr  4 10:00:00 2019\r\n"
    path.write_bytes(b"".join(separator + raw + b"\r\n" for raw in mails))
    return path


def as_tar(path: Path, mails: list[bytes]) -> Path:
    folder = as_folder(path.parent / "packed", mails)
    with tarfile.open(path, "w:xz") as tar:
        for file in sorted(folder.iterdir()):
            tar.add(file, file.name)
    return path


FORMS: dict[str, Callable[[Path, list[bytes]], Path]] = {
    "folder": as_folder,
    "maildir": as_maildir,
    "mbox": as_mbox,
    "tar": as_tar,
}


@pytest.fixture
def site(house: House) -> House:
    """A configuration whose mailboxes nobody answers for; there is nothing but what is imported."""
    house.configure(MAILBOX.format("support"), MAILBOX.format("hi"), more=AGENTS)
    return house


@dataclass
class Verb:
    """The verb in this process, as the command line calls it."""

    capsys: pytest.CaptureFixture[str]
    config: Path

    def __call__(self, path: Path, *more: str) -> tuple[int, str, str]:
        """Exit status and what it printed."""
        self.capsys.readouterr()
        status = main(["--config", str(self.config), "import", str(path), *more])
        return (status, *self.capsys.readouterr())

    def report(self, path: Path, *more: str) -> dict[str, Any]:
        status, out, err = self(path, "--json", *more)
        assert status == 0, err
        said: dict[str, Any] = json.loads(out)
        return said

    def lines(self, path: Path, *more: str) -> list[dict[str, Any]]:
        status, out, err = self(path, "--dry-run", "--json", *more)
        assert status == 0, err
        return [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def bring(site: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Verb:
    monkeypatch.setattr("daemon.logs.set_up", lambda **_: None)  # it would speak for all tests that follow
    return Verb(capsys, site.config)


def bring_apart(site: House, path: Path, failpoints: str = "") -> "subprocess.CompletedProcess[str]":
    """In a process of its own, which may be killed."""
    command = [sys.executable, "-m", "daemon.cli", "--config", str(site.config), "import", str(path), "--json"]
    environ = {**os.environ, "HELPDESKD_FAILPOINTS": failpoints}
    return subprocess.run(command, capture_output=True, text=True, timeout=90, check=False, env=environ)


def rows(site: House, question: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        return store.execute(question).fetchall()


def check_all_is_there_once(site: House) -> None:
    assert Counter(outcome for (outcome,) in rows(site, "SELECT outcome FROM arrivals")) == OUTCOMES
    assert rows(site, "SELECT count(*), count(DISTINCT ticket), count(DISTINCT arrival) FROM messages") == [
        (11, TICKETS, 11)
    ]
    assert rows(site, "SELECT sum(arrivals) FROM cursors") == [(12,)]
    assert rows(site, "SELECT count(*) FROM outbox") == [(0,)]


@pytest.mark.parametrize("form", FORMS)
def test_an_archive_of_any_form_becomes_tickets_and_nothing_leaves(
    bring: Verb, site: House, tmp_path: Path, form: str
) -> None:
    said = bring.report(FORMS[form](tmp_path / "old", letters()))
    assert (said["mails"], said["already"], said["outcomes"], said["tickets"]) == (12, 0, OUTCOMES, TICKETS)
    assert (said["unreadable"], said["odd"]) == (0, [])
    check_all_is_there_once(site)


def test_a_second_import_of_the_same_mails_in_another_form_changes_nothing(
    bring: Verb, site: House, tmp_path: Path
) -> None:
    bring.report(as_mbox(tmp_path / "old", letters()))
    said = bring.report(as_folder(tmp_path / "older", [*letters()[::-1], letter(3)]))
    assert (said["mails"], said["already"], said["outcomes"], said["tickets"]) == (13, 13, {}, 0)
    check_all_is_there_once(site)


KILLS = [
    "journal.in_transaction:kill9@1",
    "journal.committed:kill9@1",
    "intake.claimed:kill9@1",
    "intake.parsed:kill9@4",
    "intake.decided:kill9@7",
    "intake.ticket_saved:kill9@2",
    "intake.message_saved:kill9@9",
]


@pytest.mark.parametrize("kill", KILLS)
def test_killed_at_any_point_it_goes_on_where_it_was(bring: Verb, site: House, tmp_path: Path, kill: str) -> None:
    path = as_mbox(tmp_path / "old", letters())
    assert bring_apart(site, path, kill).returncode == -signal.SIGKILL
    said = bring.report(path)
    assert (said["mails"], said["already"] in {0, 12}) == (12, True)
    check_all_is_there_once(site)


def test_a_running_daemon_decides_and_sends_nothing(bring: Verb, site: House, tmp_path: Path) -> None:
    site.start()
    said = bring.report(as_mbox(tmp_path / "old", letters()))
    assert (said["outcomes"], said["tickets"]) == (OUTCOMES, TICKETS)
    assert site.status()["ledger"]["adds_up"]
    assert site.smtp.mails == []
    assert [row["imported"] for row in site.arrivals()] == [True] * 12
    assert rows(site, "SELECT verb, details FROM audit") == [("import", str(tmp_path / "old"))]
    assert site.stop() == 0
    check_all_is_there_once(site)


def test_a_ticket_keeps_the_date_of_its_mail_and_tells_why_nobody_was_told(
    bring: Verb, site: House, tmp_path: Path
) -> None:
    bring.report(as_folder(tmp_path / "old", [letter(1)]))
    shown = json.loads(site.run("show", "1", "--json").stdout)
    assert shown["ticket"]["created_at"] == "2026-11-24T02:00:00+00:00"  # when our border server took it
    events = [(event["event"], event["details"].get("why")) for event in shown["events"]]
    assert events == [("Opened", None), ("NotAcknowledged", "it is old mail that was imported")]


def test_whatever_is_imported_nothing_leaves(bring: Verb, site: House, tmp_path: Path) -> None:
    """Agents' mail that is not proven, a mail nobody can read, a bounce, an alarm, a copy in a better mailbox."""
    agent = letter(1).replace(b"kim@one.example", b"alice@example.com").replace(b"dmarc=pass", b"dmarc=none")
    bounce = letter(2, more="Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n")
    alarm = letter(3, more="Auto-Submitted: auto-generated\r\n")
    copies = [letter(4, to=f"{name}@example.com") for name in ("hi", "support")]
    _, out, _ = bring(as_folder(tmp_path / "old", [agent, bounce, alarm, *copies, b"\0\0\0"]), "--json")
    assert sum(json.loads(out)["outcomes"].values()) == 6
    assert rows(site, "SELECT count(*) FROM outbox") == [(0,)]


def test_mail_goes_to_the_mailbox_that_it_was_delivered_to_or_to_the_one_that_is_named(
    bring: Verb, site: House, tmp_path: Path
) -> None:
    mails = [
        letter(1, to="hi@example.com"),
        letter(2, to="hi@example.com, support@example.com"),
        letter(3, to="support@example.com", more="Delivered-To: hi@example.com\r\n"),
        letter(4, to="elsewhere@two.example"),
    ]
    bring.report(as_folder(tmp_path / "old", mails))
    assert [box for (box,) in rows(site, "SELECT mailbox FROM arrivals ORDER BY id")] == [
        "hi@example.com",
        "support@example.com",
        "hi@example.com",
        "support@example.com",
    ]
    bring.report(as_folder(tmp_path / "more", [letter(5)]), "--mailbox", "HI@example.com")
    assert rows(site, "SELECT mailbox FROM arrivals WHERE id = 5") == [("hi@example.com",)]
    wrong = bring(tmp_path / "more", "--mailbox", "who@two.example")
    assert wrong == (2, "", "helpdeskd: who@two.example is none of your mailboxes\n")


def test_what_is_odd_is_told_of_with_its_path_and_the_rest_goes_on(bring: Verb, site: House, tmp_path: Path) -> None:
    folder = as_folder(tmp_path / "old", [letter(1), letter(2)])
    (folder / "sub").mkdir()
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    status, out, err = bring(folder)
    assert status == 1
    assert f"{folder}/sub: a folder; import it by itself" in err
    assert f"{folder}/photo.jpg: no mail" in err
    assert "mails" in out
    assert rows(site, "SELECT count(*) FROM arrivals") == [(2,)]


def test_what_is_no_archive_is_wrong_usage(bring: Verb, tmp_path: Path) -> None:
    assert bring(tmp_path / "password")[0] == 2
    assert "old: No such file" in bring(tmp_path / "old")[2]


# ---------------------------------------------------------------- dry run
def test_a_dry_run_needs_no_configuration_and_tells_of_each_mail_in_order(bring: Verb, tmp_path: Path) -> None:
    folder = as_folder(tmp_path / "old", [letter(1), letter(3, parent=2), letter(2, parent=1), letter(9), letter(9)])
    told = replace(bring, config=Path("/nowhere")).lines(folder, "--trust-senders")
    assert [Path(line["path"]).name for line in told] == [f"00{n}.eml" for n in range(5)]
    assert [(line["outcome"], line["ticket"], line["by"]) for line in told] == [
        ("ticketed", 1, "new"),
        ("ticketed", 2, "new"),
        ("ticketed", 1, "reference"),
        ("ticketed", 3, "new"),
        ("duplicate", 3, None),
    ]
    assert [line.get("rejoined") for line in told] == [None, None, [str(folder / "001.eml")], None, None]


def test_a_parent_that_comes_late_is_told_of(bring: Verb, tmp_path: Path) -> None:
    told = bring.lines(as_folder(tmp_path / "old", [letter(2, parent=1), letter(1)]), "--trust-senders")
    assert [(line["ticket"], line["by"]) for line in told] == [(1, "new"), (1, "late-parent")]


def test_without_trust_a_dry_run_judges_senders_as_the_configuration_says(bring: Verb, tmp_path: Path) -> None:
    forged = letter(3, parent=1).replace(b"dmarc=pass", b"dmarc=fail")
    folder = as_folder(tmp_path / "old", [letter(1), letter(2, parent=1), forged])
    assert [line["ticket"] for line in bring.lines(folder)] == [1, 1, 2]
    assert [line["ticket"] for line in replace(bring, config=Path("/nowhere")).lines(folder)] == [1, 2, 3]


def test_a_dry_run_changes_nothing(bring: Verb, site: House, tmp_path: Path) -> None:
    assert len(bring.lines(as_mbox(tmp_path / "old", letters()))) == 12
    assert not site.database.exists()
    assert not (tmp_path / "state").exists()


def test_senders_are_trusted_in_a_dry_run_alone(bring: Verb, site: House, tmp_path: Path) -> None:
    status, out, err = bring(as_mbox(tmp_path / "old", letters()), "--trust-senders")
    assert (status, out) == (2, "")
    assert err == "helpdeskd: --trust-senders is for --dry-run alone: a From address proves nothing\n"
    assert not site.database.exists()


# ---------------------------------------------------------------- the store's side
def test_a_mail_is_known_by_its_bytes_in_each_mailbox(store: Store) -> None:
    def old(raw: bytes, mailbox: str = "a@x.example") -> imports.OldMail:
        return imports.OldMail(mailbox, NOW, raw)

    def place(session: Session, mails: list[imports.OldMail]) -> list[imports.Placed]:
        return imports.place(session, mails, NOW)

    mails = [old(b"one"), old(b"two"), old(b"one"), old(b"one", "b@x.example"), old(b"three")]
    first = store.write(partial(place, mails=mails)).result()
    assert [one.is_new for one in first] == [True, True, False, True, True]
    assert first[2].arrival == first[0].arrival
    again = store.write(partial(place, mails=mails)).result()
    assert [one.arrival for one in again] == [one.arrival for one in first]
    assert not any(one.is_new for one in again)
    with store.read() as session:
        told = imports.decided(session, [one.arrival for one in first])
        assert {one.outcome for one in told} == {None}
        assert imports.count_tickets(session, 0, 1000) == 0


def test_the_verb_says_that_nothing_is_sent() -> None:
    assert "Nothing is sent for it" in parser_of("import").format_help()
    assert BORDER in letter(1).decode()
