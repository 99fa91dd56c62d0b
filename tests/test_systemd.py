"""What we ship for systemd: accepted by systemd without a word, shut in tightly, in step with our defaults."""

import os
import re
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from daemon import cli
from daemon.config import defaults
from daemon.service import STOP_SECONDS

SHIPPED = Path(__file__).parent.parent / "systemd"
UNIT = SHIPPED / "helpdeskd.service"
MOST_EXPOSURE = 1.5
# What the daemon and its children cannot do without: children that limit themselves, a durable store, sockets.
NEEDED = {
    *("clone", "clone3", "execve", "prlimit64", "sched_getaffinity", "wait4", "kill", "mmap", "mprotect"),
    *("fsync", "fdatasync", "flock", "fcntl", "rename", "unlink", "chmod", "umask", "memfd_create"),
    *("socket", "connect", "bind", "listen", "accept4", "sendmsg", "recvmsg", "sendto", "epoll_wait", "getrandom"),
}


@pytest.fixture(autouse=True)
def _lane() -> None:
    if shutil.which("systemd-analyze") is None:
        why = "lane systemd: systemd is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(why, pytrace=False)
        pytest.skip(why)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A machine's files as far as systemd looks at them: its own units, ours, and something to execute at our path."""
    shutil.copytree("/lib/systemd/system", tmp_path / "usr/lib/systemd/system", symlinks=True)
    (tmp_path / "lib").symlink_to("usr/lib")
    units = tmp_path / "etc/systemd/system"
    units.mkdir(parents=True)
    shutil.copy(UNIT, units)
    program = tmp_path / _service()["ExecStart"].split()[0].lstrip("/")
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n", "utf-8")
    program.chmod(0o755)
    return tmp_path


def _service() -> dict[str, str]:
    """The settings of [Service]; of one that stands twice the last."""
    unit = RawConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign] # keys as written, the way the library documents it
    unit.read(UNIT, "utf-8")
    return dict(unit["Service"])


def _run(*command: str, given: Path | None = None) -> subprocess.CompletedProcess[str]:
    text = given.read_text("utf-8") if given else None
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)


def test_systemd_accepts_the_unit_without_a_word(root: Path) -> None:
    done = _run("systemd-analyze", "verify", f"--root={root}", "helpdeskd.service")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_misspelt_setting_would_not_go_unseen(root: Path) -> None:
    unit = root / "etc/systemd/system/helpdeskd.service"
    unit.write_text(UNIT.read_text("utf-8").replace("WatchdogSec", "WatchdgSec"), "utf-8")
    assert "WatchdgSec" in _run("systemd-analyze", "verify", f"--root={root}", "helpdeskd.service").stderr


def test_the_daemon_is_shut_in_as_tightly_as_promised() -> None:
    done = _run("systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT))
    found = re.search(r"Overall exposure level for helpdeskd\.service: ([0-9.]+)", done.stdout)
    assert found is not None, done.stderr
    assert float(found[1]) <= MOST_EXPOSURE


def test_what_the_daemon_needs_is_not_forbidden() -> None:
    groups = _groups()
    allowed = _calls(groups, "@system-service") - _calls(groups, "@privileged") - _calls(groups, "@resources")
    assert allowed >= NEEDED
    assert _service()["SystemCallErrorNumber"] == "EPERM"


def _groups() -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    members: list[str] = []
    for line in _run("systemd-analyze", "syscall-filter", "--no-pager").stdout.splitlines():
        if line.startswith("@"):
            members = groups.setdefault(line.strip(), [])
        elif line.startswith("    ") and not line.strip().startswith("#"):
            members.append(line.strip())
    return groups


def _calls(groups: dict[str, list[str]], name: str) -> set[str]:
    if not name.startswith("@"):
        return {name}
    return set().union(*(_calls(groups, member) for member in groups[name]))


@pytest.mark.skipif(os.geteuid() != 0, reason="lane systemd: only root can give files away")
def test_user_folders_and_modes_are_made_as_the_unit_needs_them(root: Path) -> None:
    made = _run("systemd-sysusers", f"--root={root}", "-", given=SHIPPED / "sysusers.d" / "helpdeskd.conf")
    assert made.returncode == 0, made.stderr
    service = _service()
    assert (root / "etc/passwd").read_text("utf-8").startswith(f"{service['User']}:")
    assert (root / "etc/group").read_text("utf-8").startswith(f"{service['Group']}:")
    made = _run("systemd-tmpfiles", f"--root={root}", "--create", "-", given=SHIPPED / "tmpfiles.d" / "helpdeskd.conf")
    assert (made.returncode, made.stdout, made.stderr) == (0, "", "")
    assert (root / "etc/helpdeskd").stat().st_mode & 0o777 == 0o750
    credentials = root / service["LoadCredential"].partition(":")[2].lstrip("/")
    assert credentials.stat().st_mode & 0o777 == 0o700  # a folder that is not there would keep the unit from starting


def test_the_unit_and_our_defaults_mean_the_same_places() -> None:
    service = _service()
    assert Path("/var/lib", service["StateDirectory"]) == defaults.STATE
    assert Path("/run", service["RuntimeDirectory"]) == defaults.RUNTIME
    assert service["ExecStart"].endswith("/bin/helpdeskd run")
    assert service["ExecReload"] == "kill -HUP $MAINPID"
    assert f"ExecReload={service['ExecStart'].removesuffix('run')}filters check\n" in UNIT.read_text("utf-8")
    assert Path(cli.DEFAULT_CONFIG).parent / "credentials" == Path(service["LoadCredential"].partition(":")[2])
    assert service["LoadCredential"].partition(":")[0] == "helpdeskd"  # the prefix that daemon.config looks for


def test_a_wrong_configuration_is_not_tried_again_and_a_drain_has_its_time() -> None:
    service = _service()
    assert service["RestartPreventExitStatus"] == str(cli.WRONG)
    assert sum(STOP_SECONDS.values()) < 10 < int(service["TimeoutStopSec"])
    assert (service["Type"], service["NotifyAccess"]) == ("notify", "main")


def test_the_folder_of_units_is_no_package_that_could_hide_the_library_systemd() -> None:
    assert not list(SHIPPED.rglob("*.py"))
