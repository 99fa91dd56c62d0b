"""`helpdeskd parse`: what is understood of a mail, for programs a line a mail, for people a summary."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MAIL = (
    b"From: Ann <ann@example.com>\r\nTo: support@acme.test\r\nSubject: Cannot log in\r\nMessage-ID: <x@example.com>\r\n"
    b"\r\nIt fails.\r\n\r\n-- \r\nAnn\r\n"
)
KEYS = [
    "path",
    "error",
    "from",
    "to",
    "cc",
    "reply_to",
    "subject",
    "date",
    "message_id",
    "in_reply_to",
    "references",
    "text",
    "html",
    "reply",
    "quote",
    "signature",
    "forwarded",
    "attachments",
    "automatic",
    "bounce",
    "defects",
    "seconds",
]


def parse(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [str(Path(sys.executable).with_name("helpdeskd")), "parse", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, check=False)


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    path = tmp_path / "a mäil.eml"
    path.write_bytes(MAIL)
    return path


def test_a_line_of_json_says_all(mail: Path) -> None:
    done = parse("--json", str(mail))
    (line,) = done.stdout.splitlines()
    told = json.loads(line)
    assert (done.returncode, done.stderr) == (0, b"")
    assert list(told) == KEYS
    assert told["path"] == str(mail)
    assert told["from"] == {"name": "Ann", "address": "ann@example.com"}
    assert (told["reply"], told["signature"]) == ("It fails.", "-- \nAnn")
    assert (
        told["automatic"]
        is told["bounce"]
        is told["forwarded"]
        is told["html"]
        is told["error"]
        is told["date"]
        is None
    )


def test_paths_come_from_standard_input_and_each_is_answered_at_once(mail: Path, tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("helpdeskd")), "parse", "--json", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for path in (mail, tmp_path / "none.eml", mail):
            process.stdin.write(os.fsencode(path) + b"\n")
            process.stdin.flush()
            told = json.loads(process.stdout.readline())
            assert told["path"] == str(path)
            assert told["error"] == (None if path == mail else "No such file or directory")
        process.stdin.close()
    assert process.returncode == 1


def test_a_hostile_mail_is_answered_and_does_not_stop_it(mail: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.eml"
    bad.write_bytes(
        b"From: a@b.c\nSubject: nested\n" + b"Content-Type: message/rfc822\n\nSubject: in\n" * 5000 + b"\nx"
    )
    lines = [json.loads(line) for line in parse("--json", str(bad), str(mail), str(tmp_path)).stdout.splitlines()]
    assert [line["subject"] for line in lines] == ["nested", "Cannot log in", ""]
    assert [bool(line["error"]) for line in lines] == [False, False, True]


def test_people_get_a_summary_in_which_no_mail_writes_commands_to_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(MAIL.replace(b"It fails.", b"It \x1b[31mfails. [bold]x[/bold]"))
    done = parse(str(path))
    assert b"\x1b" not in done.stdout
    assert b"Cannot log in" in done.stdout
    assert b"[bold]x[/bold]" in done.stdout
    assert done.returncode == 0


def test_no_path_is_a_wrong_usage() -> None:
    assert parse("--json").returncode == 2
