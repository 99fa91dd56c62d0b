"""What `pip install .` puts in place: the rooms with their templates and migrations, the command, and nothing else."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = {"channels", "commands", "daemon", "filters", "mail", "mailboxes", "store", "templates", "tickets", "web"}
NO_COPIES = shutil.ignore_patterns("__pycache__", "*.pyc")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy, so that nothing is left in the checkout."""
    copy = tmp_path_factory.mktemp("source")
    for room in ROOMS:
        shutil.copytree(ROOT / room, copy / room, ignore=NO_COPIES)
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    command = [sys.executable, "-Im", "build", "--wheel", "--no-isolation", "--outdir", str(copy / "dist"), str(copy)]
    built = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    [found] = (copy / "dist").glob("helpdeskd-*.whl")
    return found


def test_the_wheel_holds_every_file_of_every_room_and_no_other(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        held = {name for name in opened.namelist() if ".dist-info/" not in name}
    wanted = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert held == wanted
    assert any(name.startswith("store/migrations/") for name in held)
    assert any(name.startswith("templates/") and name.endswith(".txt") for name in held)


def test_the_wheel_brings_the_command_and_the_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        names = opened.namelist()
        points = opened.read(next(name for name in names if name.endswith("entry_points.txt"))).decode()
    assert "helpdeskd = daemon.cli:main" in points
    assert any(name.endswith("LICENSE") for name in names)


def test_from_the_wheel_alone_the_texts_can_be_sent_and_the_command_answers(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(tmp_path)
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import templates, daemon.cli; "
        "assert templates.__file__.startswith(sys.argv[1]), templates.__file__; "
        "from templates.render import Templates; assert not Templates(None).check(); "
        "sys.exit(daemon.cli.main(['--version']))"
    )
    done = subprocess.run(
        [sys.executable, "-Ic", script, str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("helpdeskd ")
