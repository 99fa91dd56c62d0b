"""The key of our tokens: made once, read by nobody else, and never replaced in silence."""

import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from daemon import failpoints
from daemon.keys import FILE, KeyFault, load_or_make
from mail.tokens import is_for, make

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_the_first_start_makes_a_key_that_nobody_else_can_read(tmp_path: Path) -> None:
    state = tmp_path / "state"
    old = os.umask(0)
    try:
        keys = load_or_make(state, NOW)
    finally:
        os.umask(old)
    assert (keys.current.id, keys.current.made, keys.former) == (1, NOW.date(), ())
    assert stat.S_IMODE((state / FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert [each.name for each in state.iterdir()] == [FILE]


def test_later_starts_load_the_same_key_and_two_houses_have_different_ones(tmp_path: Path) -> None:
    first = load_or_make(tmp_path / "a", NOW)
    assert load_or_make(tmp_path / "a", NOW.replace(year=2030)) == first
    assert load_or_make(tmp_path / "b", NOW).current.secret != first.current.secret
    assert len(first.current.secret) >= 32


def test_many_first_starts_at_once_make_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: load_or_make(tmp_path, NOW), range(32)))
    assert len(made) == 1


def test_former_keys_are_loaded_and_their_tokens_count(tmp_path: Path) -> None:
    old = load_or_make(tmp_path / "old", NOW)
    new = load_or_make(tmp_path / "new", NOW)
    said = json.loads((tmp_path / "new" / FILE).read_text())
    before = json.loads((tmp_path / "old" / FILE).read_text())["current"]
    said["former"], said["current"]["id"] = [before], 2
    (tmp_path / "new" / FILE).write_text(json.dumps(said))
    both = load_or_make(tmp_path / "new", NOW)
    assert both.current.secret == new.current.secret
    assert both.former == (old.current,)
    assert both.former[0].made == date(2026, 3, 1)
    assert is_for(
        make(old, purpose="a", ticket=1, recipient="a@b.example", nonce="1", now=NOW), "a@b.example", both, NOW
    )


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660, 0o666, 0o601, 0o644])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    load_or_make(tmp_path, NOW)
    (tmp_path / FILE).chmod(mode)
    with pytest.raises(KeyFault, match=f"read by others .mode {mode:04o}"):
        load_or_make(tmp_path, NOW)


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "canary",
        "[]",
        "{}",
        '{"format": 2, "current": {"id": 1, "made": "2026-01-01", "secret": "Y2FuYXJ5"}, "former": []}',
        '{"format": 1, "current": {"id": 1, "made": "2026-01-01", "secret": "Y2FuYXJ5"}, "former": []}',
        '{"format": 1, "current": {"id": 1, "made": "canary", "secret": "' + "A" * 44 + '"}, "former": []}',
        '{"format": 1, "current": {"id": "canary", "made": "2026-01-01", "secret": "' + "A" * 44 + '"}, "former": []}',
        '{"format": 1, "current": null, "former": []}',
        "canary\udcff\x00",
    ],
)
def test_a_damaged_key_is_refused_and_neither_replaced_nor_shown(tmp_path: Path, damage: str) -> None:
    place = tmp_path / FILE
    place.write_bytes(damage.encode("utf-8", "surrogateescape"))
    place.chmod(0o600)
    with pytest.raises(KeyFault, match="damaged") as refused:
        load_or_make(tmp_path, NOW)
    assert "canary" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert place.read_bytes() == damage.encode("utf-8", "surrogateescape")


def test_two_keys_with_one_id_are_refused(tmp_path: Path) -> None:
    load_or_make(tmp_path, NOW)
    said = json.loads((tmp_path / FILE).read_text())
    said["former"] = [said["current"]]
    (tmp_path / FILE).write_text(json.dumps(said))
    with pytest.raises(KeyFault, match="damaged"):
        load_or_make(tmp_path, NOW)


def test_a_link_a_folder_or_a_pipe_in_place_of_the_key_is_refused(tmp_path: Path) -> None:
    load_or_make(tmp_path / "real", NOW)
    for name in ("link", "nowhere", "folder", "pipe"):
        (tmp_path / name).mkdir()
    (tmp_path / "link" / FILE).symlink_to(tmp_path / "real" / FILE)
    (tmp_path / "nowhere" / FILE).symlink_to(tmp_path / "made-by-us")
    (tmp_path / "folder" / FILE).mkdir()
    os.mkfifo(tmp_path / "pipe" / FILE, 0o600)
    for name in ("link", "nowhere", "folder", "pipe"):
        with pytest.raises(OSError, match=FILE):
            load_or_make(tmp_path / name, NOW)
    assert not (tmp_path / "made-by-us").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_root_may_use_the_key_of_the_service(tmp_path: Path) -> None:
    keys = load_or_make(tmp_path, NOW)
    os.chown(tmp_path / FILE, 65534, 65534)
    assert load_or_make(tmp_path, NOW) == keys


START = (
    "import sys; from datetime import UTC, datetime; from pathlib import Path; from daemon import failpoints, keys; "
    "failpoints.arm(); keys.load_or_make(Path(sys.argv[1]), datetime(2026, 3, 1, tzinfo=UTC))"
)


def start(state: Path, armed: str) -> int:
    environ = {**os.environ, failpoints.VARIABLE: armed, "PYTHONPATH": str(Path(__file__).parents[1])}
    return subprocess.run([sys.executable, "-c", START, str(state)], env=environ, check=False, timeout=60).returncode


def test_a_first_start_that_was_killed_leaves_no_half_key(tmp_path: Path) -> None:
    assert start(tmp_path, "keys.made:kill9") == -9
    assert not (tmp_path / FILE).exists()
    assert start(tmp_path, "") == 0
    assert [each.name for each in tmp_path.iterdir()] == [FILE]
