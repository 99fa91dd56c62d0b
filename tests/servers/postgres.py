"""A real PostgreSQL: one throw-away cluster for each worker of the test run, a fresh database for each test."""

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PATIENCE = 30.0
SETTINGS = (
    "listen_addresses=",
    "shared_buffers=32MB",
    "max_connections=60",
    "autovacuum=off",
    "log_min_messages=warning",
)


def binaries() -> Path:
    """The folder of the newest PostgreSQL; the lane is skipped where there is none."""
    return max(Path("/usr/lib/postgresql").glob("*/bin/initdb")).parent


def command(name: str, *arguments: object) -> list[str]:
    """How to run a program of PostgreSQL's, which refuses to run as root."""
    user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    return [*user, str(binaries() / name), *map(str, arguments)]


@dataclass
class Postgres:
    """One cluster that listens on a socket in its own folder only."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None
    _names: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def make(self) -> None:
        """Lay the cluster's files."""
        self.folder.chmod(0o755)
        (data := self.folder / "data").mkdir(mode=0o700)
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            for path in (self.folder, data):
                os.chown(path, user.pw_uid, user.pw_gid)
        options = ("--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C")
        subprocess.run(command("initdb", *options, "-D", data), check=True, capture_output=True, cwd=self.folder)

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = itertools.chain.from_iterable(("-c", setting) for setting in SETTINGS)
        serve = command("postgres", "-D", self.folder / "data", "-k", self.folder, *settings)
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(serve, stdout=log, stderr=log, cwd=self.folder)
        until = time.monotonic() + PATIENCE
        while not self._answers():
            assert time.monotonic() < until, (self.folder / "log").read_text()
            time.sleep(0.05)

    def stop(self) -> None:
        """End it as an operator would who cannot wait for clients (fast shutdown), by its own PID."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(PATIENCE)
            self.process = None

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def url(self, database: str) -> str:
        """Where a database is, as a site would write it."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def execute(self, statement: str) -> None:
        """Run one statement as the superuser."""
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    @contextlib.contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a database of one's own, which is dropped afterwards."""
        name = f"test_{next(self._names)}"
        self.execute(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            if self.process is None:
                self.start()
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _answers(self) -> bool:
        return subprocess.run([binaries() / "pg_isready", "-q", "-h", self.folder], check=False).returncode == 0


def roomy() -> str:
    """Where a cluster's files lie: in memory where there is room, as every test makes a database anew, else in /tmp."""
    shared = Path("/dev/shm")
    return str(shared) if shared.is_dir() and shutil.disk_usage(shared).free > 2 * 1024**3 else "/tmp"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The cluster of this worker. The folder's path is short, as the name of a socket must be."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=roomy()))
    server = Postgres(folder)
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """A fresh PostgreSQL database, without tables."""
    with postgres.database() as url:
        yield url
