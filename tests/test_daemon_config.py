"""The configuration: read whole, with every default; refused with every fault and its line."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from channels.smtp import SmtpSettings
from daemon.config import Config, ConfigFaults, SecretFault, check, load
from mailboxes.imap import ImapSettings
from tickets.directory import Preference, QuietHours

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
    assert config.notices.flood == 20
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


def test_an_agent_who_is_only_named_is_told_of_everything_at_any_time(tmp_path: Path) -> None:
    [agent] = read(tmp_path, f'{SMALL}\n[[agents]]\nname = "A"\naddresses = ["a@example.com"]\n').directory.agents
    assert (agent.notices, agent.quiet, str(agent.zone)) == (Preference.ALL, None, "UTC")


def test_the_null_sender_must_be_asked_for(tmp_path: Path) -> None:
    assert read(tmp_path, f'[helpdesk]\nbounce_address = ""\n{SMALL}').helpdesk.bounce_address is None


def test_all_faults_are_refused_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = SMALL.replace("host = ", "hots = ").replace("[outgoing]", '[outgoing]\nport = "25"')
    with pytest.raises(ConfigFaults) as refused:
        read(tmp_path, text)
    assert [fault.line for fault in refused.value.faults] == [2, 4, 8, 9, 10]


EVERYTHING = """
[helpdesk]
name = "Example Support"
language = "DE"
first_ticket = 1000
since_days = 0
domain = "Mail.Example.com"
bounce_address = "support+bounces@example.com"
admins = ["Ops@Example.com"]
own_lists = ["Support.Example.com"]
state = "/srv/desk"
workers = 3

[[mailboxes]]
address = "support@example.com"
aliases = ["help@example.com"]
host = "imap.example.com"
user = "support"
password = { credential = "support" }

[[mailboxes]]
address = "hi@example.com"
acknowledge = "judged"
newsletters = "keep"
language = "en"
name = "Hello"
host = "imap.example.com"
user = "hi"
password = { credential = "hi" }

[outgoing]
host = "smtp.example.com"
user = "support"
password = { file = "smtp" }

[store]
url = "postgresql://desk@db.example.com/desk?sslmode=require"
password = { env = "DATABASE" }

[acknowledgements]
per_address_day = 1

[control]
socket = "/run/desk/socket"
group = "support"

[[agents]]
name = "Alice"
addresses = ["alice@example.com", "alice@example.org"]
notices = "mine"
quiet = "18:00 - 08:00"
time_zone = "Europe/Berlin"

[staff]
domains = ["example.com"]

[[accounts]]
name = "Müller"
domains = ["müller.example"]
language = "de"
plan = "Gold"
ce = "Carol@Example.com"
facts = { version = "7.2" }

[notices]
flood = 7

[[sources]]
name = "form"
addresses = ["forms@example.net"]
ask_first = true
"""


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    folder = tmp_path / "credentials"
    folder.mkdir()
    for place, value in {folder / "support": "s", folder / "hi": "h", tmp_path / "smtp": "p"}.items():
        place.write_text(f"canary-{value}\n", "utf-8")
        place.chmod(0o600)
    return folder


def test_all_that_is_written_is_read(tmp_path: Path, secrets: Path) -> None:
    assert secrets.is_dir()
    config = load(written(tmp_path, EVERYTHING), {"DATABASE": "c@n/ary:1"}, reads_secrets=True)
    assert config.helpdesk.admins == ("ops@example.com",)
    assert config.helpdesk.bounce_address == "support+bounces@example.com"
    assert config.helpdesk.domain == "mail.example.com"
    assert config.helpdesk.since == timedelta(0)
    assert config.acknowledgements.per_address_day == 1
    assert config.control.group == "support"
    assert config.control.socket == Path("/run/desk/socket")
    assert [box.password() for box in config.mailboxes if box.password] == ["canary-s", "canary-h"]
    assert config.outgoing.password is not None
    assert config.outgoing.password() == "canary-p"
    assert config.store.url == "postgresql://desk:c%40n%2Fary%3A1@db.example.com/desk?sslmode=require"


def test_the_directory_knows_who_is_who(tmp_path: Path, secrets: Path) -> None:
    assert secrets.is_dir()
    directory = load(written(tmp_path, EVERYTHING), {}).directory
    support, hello = directory.mailboxes
    assert (support.rank, support.aliases, support.name) == (0, frozenset({"help@example.com"}), "Example Support")
    assert support.acknowledge
    assert not hello.acknowledge
    assert hello.keep_newsletters
    assert (hello.rank, hello.language, hello.name) == (1, "en", "Hello")
    [alice] = directory.agents
    assert (alice.addresses[0], alice.notices, str(alice.zone)) == ("alice@example.com", "mine", "Europe/Berlin")
    assert alice.quiet == QuietHours(time(18), time(8))
    assert directory.staff_domains == {"example.com"}
    [account] = directory.accounts
    assert account.domains == {"xn--mller-kva.example"}
    assert (account.plan, account.ce, account.ae) == ("Gold", "carol@example.com", None)
    assert account.facts == (("version", "7.2"),)
    assert directory.sources[0].ask_first
    assert directory.own_lists == {"support.example.com", *(box.list_id for box in directory.mailboxes)}
    assert directory.is_own("support+bounces@example.com")


def test_who_only_asks_the_daemon_needs_no_secret(tmp_path: Path) -> None:
    assert load(written(tmp_path, SMALL), {}).mailboxes[0].password is not None
    with pytest.raises(ConfigFaults, match="MAIL_PASSWORD is not set"):
        load(written(tmp_path, SMALL), {}, reads_secrets=True)


# ---------------------------------------------------------------- secrets
def test_systemd_hands_a_credential_over_by_its_name_or_by_that_of_its_folder(tmp_path: Path) -> None:
    text = SMALL.replace('env = "MAIL_PASSWORD"', 'credential = "support"')
    password = read(tmp_path, text, CREDENTIALS_DIRECTORY=str(tmp_path)).mailboxes[0].password
    assert password is not None
    (tmp_path / "support").write_text("plain", "utf-8")
    assert password() == "plain"
    (tmp_path / "helpdeskd_support").write_text("of the folder", "utf-8")
    assert password() == "of the folder"


def test_a_secret_is_read_anew_whenever_it_is_asked_for(tmp_path: Path, secrets: Path) -> None:
    password = load(written(tmp_path, EVERYTHING), {}).mailboxes[0].password
    assert password is not None
    (secrets / "support").write_text("changed\n", "utf-8")
    assert password() == "changed"
    (secrets / "support").unlink()
    with pytest.raises(SecretFault, match="cannot be read: No such file"):
        password()


def test_neither_a_configuration_nor_a_traceback_shows_a_secret(tmp_path: Path, secrets: Path) -> None:
    assert secrets.is_dir()
    config = load(written(tmp_path, EVERYTHING), {"DATABASE": "canary-d"}, reads_secrets=True)
    for shown in (repr(config), str(config), repr(config.mailboxes[0].password), str(config.outgoing.password)):
        assert "canary" not in shown
    assert "canary" not in repr(config.store)


def test_a_secret_may_hold_any_letter_and_loses_one_line_end(tmp_path: Path) -> None:
    config = read(tmp_path, SMALL, MAIL_PASSWORD=' pä"ss% \n')
    assert config.mailboxes[0].password is not None
    assert config.mailboxes[0].password() == ' pä"ss% '


# ---------------------------------------------------------------- what is accepted
def test_a_byte_order_mark_and_line_ends_of_windows_are_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "helpdeskd.toml"
    file.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode() + b"prot = 1\r\n")
    assert [(fault.line, fault.path) for fault in check(file, ENVIRON)] == [(10, "outgoing.prot")]


def test_a_form_may_write_from_a_mailbox_of_ours(tmp_path: Path) -> None:
    text = f'{SMALL}\n[[sources]]\nname = "form"\naddresses = ["support@example.com"]\n'
    assert faults(tmp_path, text) == []


def test_paths_of_templates_are_meant_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    assert read(tmp_path, f'{SMALL}\n[templates]\nfolder = "texts"\n').templates.folder == tmp_path / "texts"


def test_a_fault_of_one_table_hides_none_of_another(tmp_path: Path) -> None:
    text = f'[helpdesk]\nadmins = ["support@example.com"]\nnmae = "x"\n{SMALL}'
    assert [line.partition(":")[0] for line in faults(tmp_path, text)] == ["2 helpdesk.admins[1]", "3 helpdesk.nmae"]


def test_a_misspelt_mailbox_is_told_once(tmp_path: Path) -> None:
    text = f'[helpdesk]\nbounce_address = "support@example.com"\n{SMALL.replace("Support@", "support at ")}'
    assert [line.partition(":")[0] for line in faults(tmp_path, text)] == ["5 mailboxes[1].address"]


def test_the_example_that_we_ship_is_good(tmp_path: Path) -> None:
    folder = tmp_path / "loaded"
    folder.mkdir()
    for name in ("support", "feedback", "hi", "smtp"):
        (folder / f"helpdeskd_{name}").write_text("secret\n", "utf-8")
        (folder / f"helpdeskd_{name}").chmod(0o400)
    example = Path(__file__).parent.parent / "systemd" / "helpdeskd.toml"
    assert check(example, {"CREDENTIALS_DIRECTORY": str(folder)}) == []
    assert check(example, {}) != []
