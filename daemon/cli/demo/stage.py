"""What the demo stands on: a folder, an IMAP server, a configuration, and the real daemon as a process of its own."""

import json
import secrets
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from pysasl.hashing import BuiltinHash

from daemon import clock
from daemon.cli.demo.letters import OURS
from daemon.cli.demo.slack import APP_TOKEN, BOT_TOKEN
from daemon.cli.demo.world import BORDER

START_SECONDS = 30.0

CONFIG = """\
# Made by `helpdeskd demo`; the servers that it names run on loopback only while the demo does.
[helpdesk]
name = "Acme Support"
bounce_address = "support@acme.example"
admins = ["admin@acme-ops.example"]
state = "{state}"

[control]
socket = "{socket}"

[proof]
authserv_id = "{border}"
position = "above"

[staff]
domains = ["acme-team.example"]

[[agents]]
name = "Alice"
addresses = ["alice@acme-team.example"]

[[accounts]]
name = "Initech"
domains = ["initech.example"]
ce = "eric@acme-team.example"
internal_channel = "C0000INITECH"

[[people]]
name = "Eric"
address = "eric@acme-team.example"
slack = "U0000ERIC"

[filters]
rules = "filters.toml"

# The Slack of the demo runs on loopback, too.
[slack]
base_url = "http://127.0.0.1:{slack}/api/"
bot_token = {{ file = "{bot}" }}
app_token = {{ file = "{app}" }}

[web]
address = "http://127.0.0.1:{web}"
listen = "127.0.0.1:{web}"

# Customers are asked how it went a day after their ticket was closed; the demo is in a hurry.
[schedule]
survey_hours = 0.005

# Answers wait for a minute by default, so that #undo can stop them; so is this.
[answers]
wait_seconds = 2

[outgoing]
kind = "smtp"
host = "127.0.0.1"
port = {smtp}
tls = "none"
{mailboxes}"""

MAILBOX = """
[[mailboxes]]
address = "{address}"
kind = "imap"
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "{user}"
password = {{ file = "{secret}" }}
poll_seconds = 2
{more}"""


RULES = """\
# Rules of the admin's own. They only add to what the filters know by themselves; try them: helpdeskd filters check
[[rules]]
name = "PASSWORD_LURE"
reason = "it asks to verify a password"
score = 6.0

[rules.when]
text = 'verify your password'
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where everything of one demo lies; kept from start to start."""

    folder: Path
    imap_port: int
    smtp_port: int
    password: str
    web_port: int
    slack_port: int

    @property
    def config(self) -> Path:
        """The configuration file that the daemon and every verb take."""
        return self.folder / "helpdeskd.toml"

    @property
    def sent(self) -> Path:
        """The sink: one .eml for each mail that left."""
        return self.folder / "sent"

    @property
    def slack(self) -> Path:
        """What was said on the demo's Slack."""
        return self.folder / "slack.json"

    @property
    def played(self) -> Path:
        """Which letters have been played in already, a line each."""
        return self.folder / "played"


def prepare(folder: Path) -> Stage:
    """Open the folder of an earlier demo, or make a new one. Raises OSError where it cannot be written."""
    folder = folder.absolute()
    notes = folder / "demo.json"
    if notes.exists():
        fresh = {"web_port": _free_port(), "slack_port": _free_port()}  # an earlier demo had none
        stage = Stage(folder, **(fresh | json.loads(notes.read_text("utf-8"))))
    else:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        ports = _free_port(), _free_port()
        stage = Stage(folder, _free_port(), _free_port(), secrets.token_urlsafe(12), *ports)
        stage.sent.mkdir()
        _write_users(stage)
    notes.write_text(json.dumps({k: v for k, v in asdict(stage).items() if k != "folder"}), "utf-8")
    _write_config(stage)
    return stage


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _write_users(stage: Stage) -> None:
    """The three files that pymap's Maildir back-end reads; it makes the users' folders by itself."""
    mail = stage.folder / "mail"
    mail.mkdir()
    users = [address.partition("@")[0] for address in OURS]
    digest = BuiltinHash().hash(stage.password)
    (mail / "pymap-etc-passwd").write_text("".join(f"{user}:x:0:0::{user}:\n" for user in users), "utf-8")
    (mail / "pymap-etc-shadow").write_text("".join(f"{user}:{digest}:::::::\n" for user in users), "utf-8")
    (mail / "pymap-etc-group").write_text("", "utf-8")


def _write_config(stage: Stage) -> None:
    secret = _keep(stage, "imap-password", stage.password)
    stage.folder.joinpath("filters.toml").write_text(RULES, "utf-8")
    more = {OURS[2]: 'acknowledge = "judged"\nnewsletters = "keep"\n'}
    boxes = "".join(
        MAILBOX.format(
            address=address,
            imap=stage.imap_port,
            user=address.partition("@")[0],
            secret=secret,
            more=more.get(address, ""),
        )
        for address in OURS
    )
    text = CONFIG.format(
        state=stage.folder / "state",
        socket=stage.folder / "control.sock",
        border=BORDER,
        smtp=stage.smtp_port,
        web=stage.web_port,
        slack=stage.slack_port,
        bot=_keep(stage, "slack-bot-token", BOT_TOKEN),
        app=_keep(stage, "slack-app-token", APP_TOKEN),
        mailboxes=boxes,
    )
    stage.config.write_text(text, "utf-8")


def _keep(stage: Stage, name: str, secret: str) -> Path:
    """A secret in a file that only its owner reads."""
    file = stage.folder / name
    file.touch(mode=0o600)
    file.write_text(secret, "utf-8")
    return file


@contextmanager
def imap_server(stage: Stage) -> Iterator[None]:
    """Run the embedded IMAP server; what it was given stays in the folder. Raises RuntimeError if it cannot start."""
    program = str(Path(sys.executable).with_name("pymap"))
    command = [program, "--host", "127.0.0.1", "--port", str(stage.imap_port), "--no-tls"]
    with _process([*command, "maildir", str(stage.folder / "mail")], stage.folder / "imap.log") as process:
        _wait_for(process, "the IMAP server", lambda: _answers(stage.imap_port))
        yield


@contextmanager
def daemon(stage: Stage) -> Iterator[None]:
    """Run the real daemon on the demo's configuration. Raises RuntimeError if it does not start."""
    command = [sys.executable, "-m", "daemon.cli", "--config", str(stage.config), "run"]
    with _process(command, stage.folder / "daemon.log") as process:
        _wait_for(process, "the daemon", (stage.folder / "control.sock").exists)
        yield


@contextmanager
def _process(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a session of its own, so that Ctrl-C reaches us alone and everything ends in order."""
    with log.open("ab") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 our own command
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], name: str, is_there: Callable[[], bool]) -> None:
    until = clock.monotonic() + START_SECONDS
    while not is_there():
        if process.poll() is not None or clock.monotonic() > until:
            raise RuntimeError(f"{name} did not start; its log lies beside the configuration")
        clock.sleep(0.05)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
