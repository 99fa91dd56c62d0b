"""The command line: verbs found by their files, one line where something is wrong, an exit status that says what."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from daemon import cli
from daemon.cli import main, parser_of, verbs

ROOT = Path(__file__).parent.parent
GOOD = """
[[mailboxes]]
address = "support@example.com"
host = "imap.example.com"
user = "support"
password = { env = "MAIL_PASSWORD" }

[outgoing]
host = "smtp.example.com"
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAIL_PASSWORD", "canary-19c2")
    path = tmp_path / "helpdeskd.toml"
    path.write_text(GOOD, "utf-8")
    return path


def helpdeskd(*argv: str, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "daemon.cli", *argv]
    return subprocess.run(
        command, cwd=ROOT, env=environ or os.environ, capture_output=True, text=True, timeout=60, check=False
    )


def test_alone_it_prints_every_verb_with_the_first_line_of_its_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    shown = capsys.readouterr().out
    for name, docstring in verbs().items():
        assert f"  {name}" in shown
        assert docstring.splitlines()[0] in shown


def test_every_verb_has_a_help_that_says_what_it_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    for name, docstring in verbs().items():
        assert main([name, "--help"]) == 0
        shown = capsys.readouterr().out
        assert shown.startswith(f"usage: helpdeskd {name}")
        assert docstring.splitlines()[0] in shown


def test_an_unknown_verb_gets_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chek"]) == 2
    assert capsys.readouterr().err == "helpdeskd: there is no verb 'chek'; did you mean check?\n"


def test_a_verb_unlike_all_others_cannot_write_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["\x1b[2J"]) == 2
    assert capsys.readouterr().err == r"helpdeskd: there is no verb '\x1b[2J'; helpdeskd alone lists them" + "\n"


def test_a_wrong_option_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--jsno"]) == 2
    assert capsys.readouterr().err == ("helpdeskd check: unrecognized arguments: --jsno; see: helpdeskd check --help\n")


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("helpdeskd 0.")


@pytest.mark.parametrize("before", [True, False])
def test_the_configuration_may_be_named_before_and_behind_the_verb(
    file: Path, capsys: pytest.CaptureFixture[str], *, before: bool
) -> None:
    option = ["--config", str(file)]
    assert main([*option, "check"] if before else ["check", *option]) == 0
    assert capsys.readouterr().out == (
        f"{file}: good; reads support@example.com; sends by smtp; store in sqlite; agents: 0\n"
    )


def test_the_environment_names_the_configuration(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELPDESKD_CONFIG", str(file))
    assert main(["check"]) == 0
    assert str(file) in capsys.readouterr().out


def test_check_names_each_fault_with_file_and_line(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(GOOD.replace("host", "hots"), "utf-8")
    assert main(["check", str(file)]) == 2
    assert capsys.readouterr().out.splitlines() == [
        f"{file}:2: mailboxes[1].host: is missing",
        f"{file}:4: mailboxes[1].hots: unknown key; did you mean host?",
        f"{file}:8: outgoing.host: is missing",
        f"{file}:9: outgoing.hots: unknown key; did you mean host?",
    ]


def test_check_speaks_json(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json", str(file)]) == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "file": str(file), "faults": [], "templates": []}
    file.write_text("[outgoing", "utf-8")
    assert main(["check", "--json", str(file)]) == 2
    said = json.loads(capsys.readouterr().out)
    assert not said["ok"]
    assert said["faults"][0]["line"] == 1


def test_check_looks_at_the_templates_too(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = file.parent / "texts"
    folder.mkdir()
    (folder / "acknowledgement.en.txt").write_text("{{ nonsense", "utf-8")
    file.write_text(GOOD + '[templates]\nfolder = "texts"\n', "utf-8")
    assert main(["check", str(file)]) == 2
    assert "acknowledgement.en.txt" in capsys.readouterr().out


def test_a_verb_with_a_broken_configuration_ends_with_two(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("x = 1", "utf-8")
    assert main(["--config", str(file), "status"]) == 2
    assert capsys.readouterr().err.startswith(f"{file}:1: ")


def _raise(fault: BaseException) -> int:
    raise fault


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (KeyboardInterrupt(), 130, ""),
        (BrokenPipeError(), 141, ""),
        (FileNotFoundError(2, "No such file", "/x"), 3, "helpdeskd: /x: No such file\n"),
        (KeyError("k"), 3, "helpdeskd: a bug of ours, KeyError: 'k'; please report what --traceback shows\n"),
    ],
)
def test_each_way_to_fail_has_its_exit_status(
    fault: BaseException,
    status: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(cli, "_run", lambda _: _raise(fault))
    assert main(["status"]) == status
    assert capfd.readouterr().err == said


def test_a_traceback_is_shown_where_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "_run", lambda _: _raise(KeyError("k")))
    assert main(["--traceback", "status"]) == 3
    assert "Traceback" in capsys.readouterr().err


def test_a_verb_imports_what_it_needs_and_no_database() -> None:
    script = "import sys; from daemon.cli import parser_of; parser_of('parse'); print('sqlmodel' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_module_is_the_command(file: Path) -> None:
    assert helpdeskd("check", str(file)).returncode == 0
    assert helpdeskd("nonsense").returncode == 2


def test_a_reader_that_goes_away_is_no_fault_of_ours(file: Path) -> None:
    pipe_reader, pipe_writer = os.pipe()
    os.close(pipe_reader)
    command = [sys.executable, "-m", "daemon.cli", "check", str(file)]
    done = subprocess.run(command, cwd=ROOT, stdout=pipe_writer, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(pipe_writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_every_verb_that_prints_a_table_speaks_json_too() -> None:
    silent = {"run", "demo", "doctor", "templates", "quarantine", "filters"}  # nothing to print, or said by each action
    for name in verbs().keys() - silent:
        assert "--json" in parser_of(name).format_help(), name
