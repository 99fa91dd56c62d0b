"""A real rspamd on loopback in a folder of its own, with the rules that it ships; and one that is only feigned."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.servers.ports import await_port, free_port

GOOD = b'{"score": 1.5, "required_score": 15.0, "symbols": {"MISSING_DATE": {"score": 1.0}, "R_DKIM_NA": {"score": 0}}}'
_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
_CONFIG = """
.include "$CONFDIR/common.conf"
options {{
  url_tld = "{folder}/tld";
  .include "$CONFDIR/options.inc"
  pidfile = "{folder}/pid";
  control_socket = "{folder}/control";
  tempdir = "{folder}";
  filters = "regexp";
  dns {{
    nameserver = ["127.0.0.1:{nobody}"];
    timeout = 0.1s;
    retransmits = 1;
  }}
}}
logging {{
  type = "file";
  filename = "{folder}/log";
  level = "warning";
}}
worker "normal" {{
  bind_socket = "127.0.0.1:{port}";
  count = 1;
}}
"""


@dataclass
class RealRspamd:
    """It asks no DNS: nobody answers where it would."""

    folder: Path = field(init=False)
    port: int = field(init=False)
    _process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="rspamd-"))
        self.port = free_port()
        text = _CONFIG.format(folder=self.folder, port=self.port, nobody=free_port())
        (self.folder / "rspamd.conf").write_text(text)
        (self.folder / "tld").write_text("com\nexample\n")  # the whole list takes long to compile

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        program = shutil.which("rspamd", path=_PATH)
        assert program is not None
        words = [program, "-f", "-c", str(self.folder / "rspamd.conf")]
        words += [f"--var={name}={self.folder}" for name in ("DBDIR", "RUNDIR", "LOGDIR", "LOCAL_CONFDIR")]
        if os.geteuid() == 0:  # it lets nobody work as root
            user = pwd.getpwnam("_rspamd")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            words += ["-u", "_rspamd", "-g", "_rspamd"]
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(words, stdout=output, stderr=output)
        await_port(self.port, 120.0)  # it compiles its patterns first

    def remove(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)
        shutil.rmtree(self.folder)


@dataclass
class FeignedRspamd:
    """Says what a test wants; `asked` are the header fields and the body of each request."""

    status: int = 200
    answer: bytes = GOOD
    more: bytes | None = None  # said again and again behind the answer, without an end
    asked: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)  # cleared: nobody gets an answer
    port: int = 0

    def __post_init__(self) -> None:
        self.hold.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def _handler(feigned: FeignedRspamd) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            feigned.asked.append((dict(self.headers), body) if self.path == "/checkv2" else ({}, b""))
            feigned.hold.wait(60)
            with contextlib.suppress(ConnectionError):
                self.send_response(feigned.status)
                if feigned.more is None:
                    self.send_header("Content-Length", str(len(feigned.answer)))
                self.end_headers()
                self.wfile.write(feigned.answer)
                while feigned.more is not None:
                    self.wfile.write(feigned.more)

        def log_message(self, *_: object) -> None:
            """Nothing to say."""

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


@contextlib.contextmanager
def feign(feigned: FeignedRspamd) -> Iterator[FeignedRspamd]:
    """Have it listen until the block ends, on its port or, the first time, on any that is free."""
    server = _Server(("127.0.0.1", feigned.port), _handler(feigned))
    feigned.port = server.server_address[1]
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    try:
        yield feigned
    finally:
        feigned.hold.set()
        server.shutdown()
        serving.join()
        server.server_close()


@pytest.fixture
def feigned() -> Iterator[FeignedRspamd]:
    """A server that answers well until told otherwise."""
    with feign(FeignedRspamd()) as made:
        yield made


@pytest.fixture(scope="session")
def rspamds() -> Iterator[Callable[[], RealRspamd]]:
    """The one real server, started by whoever needs it first."""
    started: list[RealRspamd] = []

    def get() -> RealRspamd:
        if not started:
            started.append(RealRspamd())
            started[0].start()
        return started[0]

    yield get
    for server in started:
        server.remove()


@pytest.fixture
def rspamd(rspamds: Callable[[], RealRspamd]) -> RealRspamd:
    """The real server. Tests with this fixture are marked `rspamd`."""
    return rspamds()
