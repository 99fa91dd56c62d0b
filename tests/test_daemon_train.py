"""`helpdeskd filters train`: labelled mail adds to what is known, the store's lessons can be learned again."""

import base64
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from daemon.cli import main
from daemon.cli.filters import train
from daemon.desk import Desk
from daemon.sandbox import Limits, Sandbox
from daemon.sifting.learning import Mind, Study
from filters.learning.learner import Learner
from filters.learning.state import dump
from filters.learning.traits import read_traits
from mail.parse import parse
from store import learning, lessons
from tests.past_mail import configure, open_house, take_in, teach
from tests.servers.dovecot import Dovecot, a_mail
from tests.servers.house import House

HAM = (
    "From: ann{0}@customer.example\r\nTo: hi@us.example\r\nSubject: Login {0}\r\n\r\nThe dashboard shows no seats.\r\n"
)
SPAM = "From: bob{0}@sender.example\r\nTo: hi@us.example\r\nSubject: Casino {0}\r\n\r\nJackpot! Cheap pills.\r\n"


def letters(many: int) -> list[bytes]:
    """Genuine mail and spam in turn."""
    return [(SPAM if number % 2 else HAM).format(number).encode() for number in range(many)]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return configure(tmp_path)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    for number, raw in enumerate(letters(8)):
        (tmp_path / f"{number}.eml").write_bytes(raw)
    path = tmp_path / "index"
    path.write_text("".join(f"{'spam' if number % 2 else 'ham'} {number}.eml\n" for number in range(8)))
    return path


@pytest.fixture
def desk(config: Path) -> Iterator[Desk]:
    with open_house(config) as opened:
        yield opened


def run(capsys: pytest.CaptureFixture[str], config: Path, *words: str | Path) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["filters", "train", "--config", str(config), "--json", *map(str, words)]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def known(desk: Desk) -> tuple[float, float]:
    """What a daemon would know that starts now: genuine mails and spam."""
    mind = Mind()
    knowledge = desk.store.write(mind.open).result()
    return knowledge.genuine, knowledge.spam


def test_labelled_mail_adds_to_what_is_known(config: Path, index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = run(capsys, config, index)
    assert (told["done"], told["mails"]) == (True, 8)
    assert told["known_before"] == {"genuine": 0, "spam": 0}
    assert told["known_after"] == {"genuine": 4, "spam": 4}
    assert told["figures"]["ham"] == 4
    with open_house(config) as desk:
        assert known(desk) == pytest.approx((4, 4), abs=0.5)
    again = run(capsys, config, index, "--mailbox", "hi@us.example")
    assert again["known_before"] == {"genuine": 4, "spam": 4}
    assert again["known_after"]["spam"] > 5


def test_lessons_are_learned_again_only_if_that_is_meant(
    config: Path, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_house(config) as desk:
        ids = take_in(desk, letters(6))
        teach(desk, ids[::2], spam=False)
        teach(desk, ids[1::2], spam=True)
    run(capsys, config, index)
    shown = run(capsys, config, "--from-store")
    assert (shown["done"], shown["mails"], shown["known_after"]) == (False, 6, {"genuine": 3, "spam": 3})
    with open_house(config) as desk:
        assert known(desk) == pytest.approx((4, 4), abs=0.5)
    done = run(capsys, config, "--from-store", "--yes")
    assert (done["done"], done["known_before"]) == (True, {"genuine": 4, "spam": 4})
    with open_house(config) as desk, desk.store.read() as session:
        assert known(desk) == pytest.approx((3, 3), abs=0.5)
        kept = learning.checkpoint(session)
        assert kept is not None
        assert kept.lesson == lessons.last(session)


def test_people_are_told_that_nothing_is_changed(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["filters", "train", "--config", str(config), "--from-store"]) == 0
    assert "nothing is changed; --yes replaces what is known" in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["index", "--from-store"]])
def test_it_learns_from_one_source(config: Path, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert main(["filters", "train", "--config", str(config), *words]) == 2
    assert capsys.readouterr().err


def test_a_state_that_cannot_be_read_replaces_nothing(desk: Desk) -> None:
    request = {"ask": "replace", "state": base64.b64encode(b"no state").decode(), "lesson": 0, "mails": 1}
    with pytest.raises(ValueError, match="version"):
        train.answer(desk, request, "alice")
    with desk.store.read() as session:
        assert learning.checkpoint(session) is None


def test_lessons_that_were_taught_meanwhile_are_learned_all_the_same(desk: Desk) -> None:
    ids = take_in(desk, letters(4))
    teach(desk, ids[::2], spam=False)
    sandbox = Sandbox(1, Limits())
    study = Study(desk.store, desk.life.mind, sandbox, lambda _: None)
    try:
        assert study.take_up() == 2
        older = Learner()  # trained while only the first lesson was known
        older.learn(read_traits(parse(letters(1)[0])), "hi@us.example", spam=False)
        state = base64.b64encode(dump(older)).decode()
        train.answer(desk, {"ask": "replace", "state": state, "lesson": 1, "mails": 1}, "alice")
        teach(desk, ids[1::2], spam=True)
        while study.take_up():
            pass
    finally:
        sandbox.close()
    assert desk.life.mind.knowledge is not None
    assert desk.life.mind.knowledge.lesson == 4
    assert (desk.life.mind.knowledge.genuine, desk.life.mind.knowledge.spam) == pytest.approx((2, 2), abs=0.5)


def test_lessons_read_for_other_knowledge_are_not_taken(desk: Desk) -> None:
    ids = take_in(desk, letters(2))
    teach(desk, ids[:1], spam=False)
    with desk.store.read() as session:
        [lesson] = lessons.after(session, 0, 9)
    studied = [(lesson, read_traits(parse(letters(1)[0])))]
    mind = desk.life.mind
    desk.store.write(partial(mind.take, studied=studied, after=7)).result()
    assert mind.knowledge is not None
    assert mind.knowledge.lesson == 0
    desk.store.write(partial(mind.take, studied=studied, after=0)).result()
    assert mind.knowledge.lesson == lesson.id


@pytest.mark.dovecot
def test_the_running_daemon_answers_all_that_looks_back(
    house: House, dovecot: Dovecot, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    account = dovecot.account()
    house.configure(house.mailbox(account))
    house.start()
    account.deliver(a_mail("Casino"), a_mail("Login"))
    house.until_done(2)
    arrivals = house.arrivals()
    edited = house.folder / "edited.toml"
    edited.write_text('[[rules]]\nname = "CASINO"\nreason = "casino"\nscore = 9\nwhen.subject = "casino"\n')

    def ask(*words: str | Path) -> Any:
        capsys.readouterr()
        assert main(["filters", *map(str, words), "--config", str(house.config), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    replayed = ask("replay", "--rules", edited)
    spam = [row["id"] for row in arrivals if row["subject"] == "Casino"]
    assert [change["arrivals"] for change in replayed["changes"]] == [spam]
    assert ask("stats")["mails"] == 2
    assert ask("explain", str(spam[0]))["as_it_came"]
    assert not ask("explain", index.parent / "0.eml")["as_it_came"]
    assert ask("train", index)["mails"] == 8
    assert house.stop() == 0
    house.start()
    assert ask("train", "--from-store")["known_before"] == {"genuine": 4, "spam": 4}
