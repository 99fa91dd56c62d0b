"""The configuration: read whole, with every default; refused with every fault and its line."""

from datetime import timedelta
from pathlib import Path

import pytest

from channels.smtp import SmtpSettings
from daemon.config import Config, ConfigFaults, check, load
from mailboxes.imap import ImapSettings

ENVIRON = {"MAIL_PASSWORD": "canary-7f3e"}
SMALL = """
[[mailboxes]]
address = "Support@Example.com"
host = "imap.example.com"
user = "support"
password = { env = "MAIL_PASSWORD" }

[outgoing]
host = "smtp.example.com"
"""


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "helpdeskd.toml"
    file.write_text(text, encoding="utf-8")
    return file


def read(tmp_path: Path, text: str, **environ: str) -> Config:
    return load(written(tmp_path, text), ENVIRON | environ)


def faults(tmp_path: Path, text: str, **environ: str) -> list[str]:
    found = check(written(tmp_path, text), ENVIRON | environ)
    return [f"{fault.line} {fault.path}: {fault.message}" for fault in found]


def test_the_smallest_configuration_has_a_default_for_everything_else(tmp_path: Path) -> None:
    config = read(tmp_path, SMALL)
    assert config.helpdesk.name == config.helpdesk.domain == "example.com"
    assert config.helpdesk.bounce_address == "support@example.com"
    assert config.helpdesk.since == timedelta(days=3)
    assert config.helpdesk.state == Path("/var/lib/helpdeskd")
    assert config.helpdesk.workers >= 1
    assert config.control.socket == Path("/run/helpdeskd/control.sock")
    assert config.control.group == "helpdeskd"
    assert config.store.url == "sqlite:////var/lib/helpdeskd/helpdeskd.sqlite"
    assert config.templates.folder is None
    [box] = config.mailboxes
    assert (box.address, box.rank, box.kind) == ("support@example.com", 0, "imap")
    assert isinstance(box.settings, ImapSettings)
    assert isinstance(config.outgoing.settings, SmtpSettings)
    assert config.outgoing.password is None
    assert box.password is not None
    assert box.password() == "canary-7f3e"


def test_systemd_says_where_state_and_socket_lie(tmp_path: Path) -> None:
    config = read(tmp_path, SMALL, STATE_DIRECTORY="/var/lib/desk:/else", RUNTIME_DIRECTORY="/run/desk")
    assert config.helpdesk.state == Path("/var/lib/desk")
    assert config.control.socket == Path("/run/desk/control.sock")


def test_a_state_folder_of_ones_own_holds_the_socket_too(tmp_path: Path) -> None:
    config = read(tmp_path, f'[helpdesk]\nstate = "{tmp_path}"\n{SMALL}')
    assert config.control.socket == tmp_path / "control.sock"
    assert config.store.url == f"sqlite:///{tmp_path}/helpdeskd.sqlite"


def test_the_null_sender_must_be_asked_for(tmp_path: Path) -> None:
    assert read(tmp_path, f'[helpdesk]\nbounce_address = ""\n{SMALL}').helpdesk.bounce_address is None


def test_all_faults_are_refused_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = SMALL.replace("host = ", "hots = ").replace("[outgoing]", '[outgoing]\nport = "25"')
    with pytest.raises(ConfigFaults) as refused:
        read(tmp_path, text)
    assert [fault.line for fault in refused.value.faults] == [2, 4, 8, 9, 10]
