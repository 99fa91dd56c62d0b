"""The admin's rules file: forty broken ones and more are refused with file and line, and the running rules stay."""

import json
import re
import shutil
import signal
import textwrap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon import config, filter_rules
from daemon.cli import main
from daemon.config import ConfigFaults
from daemon.filter_rules.case_sections import CaseSection, ExpectSection
from daemon.filter_rules.conditions import KEYS
from daemon.filter_rules.reading import TABLES
from daemon.filter_rules.sections import AllowSection, BlockSection, RuleSection, ThresholdsSection
from tests.servers.house import House

ROOT = Path(__file__).parent.parent
BROKEN = sorted((Path(__file__).parent / "bad_filters").glob("*.toml"))
EXAMPLES = ROOT / "docs" / "examples"
GOOD = "".join(path.read_text("utf-8") for path in sorted((EXAMPLES / "filters").glob("*s.toml")))
MAILBOX = """
[[mailboxes]]
address = "{address}"
host = "127.0.0.1"
port = 9
tls = "none"
user = "{address}"
password = {{ file = "{folder}/password" }}
"""
WORDS = """
[filters]
rules = "filters.toml"
[staff]
domains = ["example.com"]
[calls]
product = { search = "sue@example.com" }
[[accounts]]
name = "Acme"
domains = ["acme.example"]
"""


def fault_of(broken: Path) -> str:
    """The comment at the top of the file: line, key and words of its fault."""
    return broken.read_bytes().partition(b"\n")[0].decode().removeprefix("# ")


def configure(house: House) -> None:
    """Two mailboxes that cannot be reached: nothing but the rules matters here."""
    boxes = (MAILBOX.format(address=each, folder=house.folder) for each in ("support@example.com", "hi@example.com"))
    house.configure(*boxes, more=WORDS)


@pytest.fixture
def example() -> config.Config:
    return config.load(EXAMPLES / "helpdeskd.toml", {})


def test_there_are_forty_broken_rules_files_or_more_each_with_a_fault_of_its_own() -> None:
    assert len({fault_of(broken) for broken in BROKEN}) == len(BROKEN) >= 40


@pytest.mark.parametrize("broken", BROKEN, ids=lambda path: path.stem)
def test_a_broken_rules_file_is_refused_with_its_fault_and_its_line(
    broken: Path, example: config.Config, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = f"{broken}:{fault_of(broken)}"
    assert [str(fault) for fault in filter_rules.check(example, broken)] == [wanted]
    with pytest.raises(ConfigFaults):
        filter_rules.load(example, broken)
    command = ["--config", str(example.file), "filters", "check", str(broken)]
    assert main(command) == 2
    assert capsys.readouterr().out == f"{wanted}\n"
    assert main([*command, "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert not told["ok"]
    assert told["faults"][0]["line"] == int(wanted.split(":")[1])


def test_all_faults_of_several_files_are_told_at_once(tmp_path: Path, example: config.Config) -> None:
    for name in ("no_toml", "rule_twice", "score_too_high"):
        shutil.copy(Path(__file__).parent / "bad_filters" / f"{name}.toml", tmp_path)
    (tmp_path / "cases.test.toml").write_text("no = rules", "utf-8")
    assert [fault.file.name for fault in filter_rules.check(example, tmp_path)] == [
        "no_toml.toml",
        "rule_twice.toml",
        "score_too_high.toml",
    ]


def test_a_score_in_two_files_is_a_fault_that_names_both(tmp_path: Path, example: config.Config) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text("[scores]\nNO_DATE = 1\n", "utf-8")
    [fault] = filter_rules.check(example, tmp_path)
    assert str(fault) == f"{tmp_path}/b.toml:2: scores.NO_DATE: stands at a.toml:2 already"


def test_a_file_that_is_away_is_a_fault_at_the_line_of_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "secret")
    file = tmp_path / "helpdeskd.toml"
    text = (EXAMPLES / "helpdeskd.toml").read_text("utf-8").replace('rules = "filters"', 'rules = "nowhere.toml"')
    file.write_text(text, "utf-8")
    assert main(["check", str(file)]) == 2
    line = text.splitlines().index('rules = "nowhere.toml"') + 1
    away = f"{file}:{line}: filters.rules: cannot be read: No such file or directory"
    assert away in capsys.readouterr().out


def test_without_rules_of_ones_own_nothing_is_wrong(house: House) -> None:
    house.configure(MAILBOX.format(address="support@example.com", folder=house.folder))
    done = house.run("filters", "check")
    assert (done.returncode, done.stdout) == (0, "no rules of your own: good\n")


def is_refused(house: House, fault: str) -> bool:
    refused = house.status()["rules"]["refused"]
    return bool(refused) and refused["faults"] == [fault]


def reload(house: House) -> None:
    assert house.process is not None
    house.process.send_signal(signal.SIGHUP)


def running(house: House) -> Any:
    return house.status()["rules"]


def test_broken_rules_are_refused_at_the_start_and_at_a_reload_while_the_running_ones_stay(house: House) -> None:
    configure(house)
    rules = house.folder / "filters.toml"
    shutil.copy(BROKEN[0], rules)
    for verb in ("check", "run"):
        refused = house.run(verb)
        assert refused.returncode == 2
        assert f"{rules}:{fault_of(BROKEN[0])}" in refused.stdout + refused.stderr
    assert not house.database.exists()

    rules.write_text("[scores]\nNO_DATE = 1.5\n", "utf-8")
    house.start()
    began = running(house)
    assert (began["file"], began["refused"]) == (str(rules), None)
    for broken in BROKEN:
        shutil.copy(broken, house.folder / "new")
        (house.folder / "new").replace(rules)  # whole, as editors do it: half a file may be good rules
        reload(house)
        fault = f"{rules}:{fault_of(broken).replace(broken.name, rules.name)}"
        house.until(lambda fault=fault: is_refused(house, fault), f"{broken.stem} is refused")  # type: ignore[misc]  # bound in the loop
        assert running(house)["since"] == began["since"]
    with pytest.raises(ConnectionError, match="filters check is not answered by the daemon"):
        house.ask("filters", what="check")
    told = house.run("status")
    assert told.returncode == 1
    assert "the rules before go on" in told.stdout

    rules.write_text("[scores]\nNO_DATE = 2.5\n", "utf-8")
    reload(house)
    house.until(lambda: running(house)["refused"] is None, "the mended rules run")
    house.until(lambda: "the rules were read anew" in house.log(), "the log says so")
    assert "bug of ours" not in house.log()
    assert house.stop() == 0


def test_a_reload_finds_rules_that_the_configuration_names_only_now(house: House) -> None:
    configure(house)
    whole = house.config.read_text("utf-8")
    house.config.write_text(whole.replace('rules = "filters.toml"', ""), "utf-8")
    house.start()
    assert running(house)["file"] is None
    rules = house.folder / "filters.toml"
    rules.write_text("[scores]\nNO_DATE = 1.5\n", "utf-8")
    house.config.write_text(whole.replace('name = "Acme"', 'name = "Acme Inc"'), "utf-8")
    reload(house)
    house.until(lambda: "the rules were read anew" in house.log(), "the rules are read")
    assert "counts at the next start" in house.log()
    house.until(lambda: running(house)["file"] == str(rules), "status says so")
    house.config.write_text("nonsense", "utf-8")
    reload(house)
    house.until(lambda: running(house)["refused"] is not None, "the broken configuration is refused")
    assert "this is not TOML" in running(house)["refused"]["faults"][0]
    assert house.stop() == 0


def test_the_manual_tells_of_every_key_and_its_rules_are_good(tmp_path: Path, example: config.Config) -> None:
    page = (ROOT / "docs" / "filters.md").read_text("utf-8")
    keys = {*KEYS, *TABLES, *RuleSection.model_fields, *CaseSection.model_fields, *ExpectSection.model_fields}
    keys |= {*ThresholdsSection.model_fields, *AllowSection.model_fields, *BlockSection.model_fields}
    assert not [key for key in keys if not re.search(rf"[`\[]{key}\b|^{key} = ", page, re.MULTILINE)]
    blocks = [textwrap.dedent(block.partition("```")[0]) for block in page.split("```toml\n")[1:]]
    rules = [block for block in blocks if "[allow]" in block]
    assert len(rules) >= 2
    for block in rules:
        (tmp_path / "filters.toml").write_text(block, "utf-8")
        assert filter_rules.check(example, tmp_path / "filters.toml") == []


VALUES = ["", "{}", "[]", "[[{}]]", "1", '"x"', "true", "1979-05-27", "nan", "{ a = 1 }", "'('", *GOOD.split("= ")]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, GOOD.count("\n") - 1), st.sampled_from(VALUES), st.booleans()), min_size=1, max_size=5
    )
)
def test_no_change_of_a_rules_file_makes_us_raise(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, str, bool]]
) -> None:
    lines = GOOD.splitlines()
    for at, value, is_value in changes:
        lines[at] = f"{lines[at].partition('=')[0]}= {value}" if is_value else value
    file = tmp_path_factory.getbasetemp() / "changed.toml"
    file.write_text("\n".join(lines), "utf-8")
    for fault in filter_rules.check(config.load(EXAMPLES / "helpdeskd.toml", {}), file):
        assert 1 <= fault.line <= "\n".join(lines).count("\n") + 1
