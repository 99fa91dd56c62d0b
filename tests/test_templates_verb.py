import argparse
import json
from pathlib import Path

import pytest

from daemon.cli import templates as verb


def call(*words: str) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", type=Path, default=Path("there-is-none.toml"))
    verb.add_arguments(parser)
    return verb.run(parser.parse_args(words))


def test_preview_shows_subject_and_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("preview", "acknowledgement", "--language", "de") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Subject: Re: Cannot log in <since Monday> & lost [#4711]\n\nGuten Tag Anna Müller,\n")


def test_preview_writes_the_html_for_a_browser(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("preview", "alert", "--html", str(tmp_path / "alert.html")) == 0
    assert (tmp_path / "alert.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    assert "Subject: " in capsys.readouterr().out


def test_preview_for_programs_names_the_variables(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("preview", "acknowledgement", "--mailbox", "support@example.com", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert set(shown["variables"]) == {"helpdesk", "mailbox", "number", "subject", "requester"}
    assert shown["html"].startswith("<!DOCTYPE html>")
    assert shown["fault"] is None


def test_preview_tells_when_the_admin_s_own_text_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "alert.en.txt").write_text("{% block subject %}x{% endblock %}{% block body %}{{ no }}{% endblock %}")
    assert call("preview", "alert", "--folder", str(tmp_path)) == 1
    assert f"{tmp_path}/alert.en.txt:1: 'no' is undefined" in capsys.readouterr().err


def test_check_of_our_own_texts_is_content(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("check") == 0
    assert capsys.readouterr().out.startswith("All texts can be sent: acknowledgement,")


def test_check_lists_faults_with_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "alert.en.txt").write_text(
        "{% block subject %}x{% endblock %}\n{% block body %}{{ titel }}{% endblock %}"
    )
    wanted = f"{tmp_path}/alert.en.txt:2: there is no variable 'titel'; did you mean 'title'?"
    assert call("check", "--folder", str(tmp_path)) == 1
    assert capsys.readouterr().out == wanted + "\n"
    assert call("check", "--folder", str(tmp_path), "--json") == 1
    assert json.loads(capsys.readouterr().out) == {"ok": False, "faults": [wanted]}


def test_an_unknown_text_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        call("preview", "acknowlegement")
    assert left.value.code == 2
    assert "acknowledgement-unproven" in capsys.readouterr().err
