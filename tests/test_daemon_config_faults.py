"""Forty broken configurations and more: each is refused with every fault and its line, and tells no secret."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.cli import main
from daemon.config import ConfigFaults, check, load

BROKEN = sorted((Path(__file__).parent / "bad_configs").glob("*.toml"))
GOOD = (Path(__file__).parent.parent / "systemd" / "helpdeskd.toml").read_text("utf-8")
CANARY = "canary"  # in every secret here
FILES = {
    "open-secret": (b"canary-file\n", 0o644),
    "long-secret": (b"canary-file\nsecond line\n", 0o600),
    "binary-secret": (b"canary-\xff", 0o600),
    "empty-secret": (b"\n", 0o600),
    "secret": (b"canary-file\n", 0o600),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as the configurations expect it, with the environment that they name."""
    for name, (content, mode) in FILES.items():
        (tmp_path / name).write_bytes(content)
        (tmp_path / name).chmod(mode)
    monkeypatch.setenv("MAIL_PASSWORD", "canary-environment")
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    return tmp_path


def expected(broken: Path, folder: Path) -> list[str]:
    """The comments at the top of the file: line, key and words of each fault."""
    lines = broken.read_bytes().split(b"\n\n")[0].decode().splitlines()
    return [line.removeprefix("# ").replace("FOLDER", str(folder)) for line in lines]


def placed(broken: Path, folder: Path) -> Path:
    file = folder / "helpdeskd.toml"
    file.write_bytes(broken.read_bytes())
    return file


@pytest.mark.parametrize("broken", BROKEN, ids=lambda path: path.stem)
def test_a_broken_configuration_is_refused_with_each_fault_and_its_line(
    broken: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = placed(broken, folder)
    wanted = [f"{file}:{fault}" for fault in expected(broken, folder)]
    assert [str(fault) for fault in check(file)] == wanted
    with pytest.raises(ConfigFaults) as refused:
        load(file, reads_secrets=True)
    assert main(["check", str(file)]) == 2
    assert main(["check", "--json", str(file)]) == 2
    shown = capsys.readouterr()
    assert main(["--config", str(file), "run"]) == 2
    assert capsys.readouterr().err == "".join(f"{line}\n" for line in wanted)
    assert shown.out.startswith("\n".join(wanted))
    for told in (shown.out, shown.err, str(refused.value), repr(refused.value), repr(refused.value.faults)):
        assert CANARY not in told


def test_there_are_forty_broken_configurations_or_more() -> None:
    assert len(BROKEN) >= 40


def test_a_file_that_is_not_there_is_a_fault_like_others(tmp_path: Path) -> None:
    [fault] = check(tmp_path / "nowhere.toml")
    assert (
        str(fault)
        == f"{tmp_path}/nowhere.toml:1: cannot be read: No such file or directory; name another file with --config FILE"
    )


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    [fault] = check(tmp_path)
    assert "Is a directory" in fault.message


def test_a_file_that_never_ends_is_not_read_to_its_end() -> None:
    [fault] = check(Path("/dev/zero"))
    assert "larger" in fault.message


def test_a_number_of_thousands_of_digits_is_a_fault(tmp_path: Path) -> None:
    for number in ("9" * 5000, "0x" + "F" * 5000):
        file = tmp_path / "helpdeskd.toml"
        file.write_text(f"x = {number}\n", "utf-8")
        [fault] = check(file)
        assert "digits" in fault.message


def test_an_unreadable_file_is_told_on_one_line_by_every_verb(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "helpdeskd.toml"
    file.write_text("x = 1\ny = 2\n", "utf-8")
    assert main(["--config", str(file), "tickets"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 4
    assert all(line.startswith(f"{file}:") for line in lines)


VALUES = ["", "{}", "[]", "[[{}]]", "1", '"x"', "true", "1979-05-27", "nan", "{ env = 1 }", *GOOD.split("= ")]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, GOOD.count("\n") - 1), st.sampled_from(VALUES), st.booleans()), min_size=1, max_size=5
    )
)
def test_no_change_of_a_configuration_makes_us_raise(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, str, bool]]
) -> None:
    lines = GOOD.splitlines()
    for at, value, is_value in changes:
        lines[at] = f"{lines[at].partition('=')[0]}= {value}" if is_value else value
    file = tmp_path_factory.getbasetemp() / "changed.toml"
    file.write_text("\n".join(lines), "utf-8")
    for fault in check(file, {}):
        assert 1 <= fault.line <= "\n".join(lines).count("\n") + 1
