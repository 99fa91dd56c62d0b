"""`helpdeskd find`: words to tickets, on the command line and through the running rooms."""

from pathlib import Path
from typing import Any

import pytest

from daemon import control
from daemon.cli import find, main
from daemon.config import load
from daemon.desk import Desk, open_desk
from store.engine import Store
from tests.store_samples import letter, ticketed
from tests.test_daemon_do import CONFIG


@pytest.fixture
def desk(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    path = tmp_path / "helpdeskd.toml"
    path.write_text(CONFIG.format(tmp_path), "utf-8")
    monkeypatch.setenv("PASSWORD", "x")
    made = open_desk(load(path), store)
    made.store.write(lambda session: ticketed(session, letter("a"))).result()
    made.store.write(lambda session: ticketed(session, letter("b", sender="lee@two.example"))).result()
    return made


def found(desk: Desk, *words: str, limit: int = 50) -> list[int]:
    return [row["number"] for row in find.answer(desk, {"words": list(words), "limit": limit}, "root")]


def test_tickets_are_found_by_words_and_by_who_wrote(desk: Desk) -> None:
    assert found(desk, "morning") == [2, 1]
    assert found(desk, "morning", "lee@two.example") == [2]
    assert found(desk, "nothing") == []
    assert found(desk, "morning", limit=1) == [2]


def test_it_says_by_its_exit_status_whether_there_was_anything(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(_: Any, __: str, request: dict[str, Any]) -> Any:
        return find.answer(desk, request, "root")

    monkeypatch.setattr(control, "ask", ask)
    assert main(["find", "morning", "--config", str(desk.config.file)]) == 0
    assert "lee@two.example" in capsys.readouterr().out
    assert main(["find", "nothing", "--config", str(desk.config.file)]) == 1
    assert capsys.readouterr().out == ""
