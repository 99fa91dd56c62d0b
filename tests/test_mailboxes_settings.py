"""Settings of a source refuse what would be unsafe; pauses after failures grow within bounds."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mailboxes import sources
from mailboxes.backoff import LONGEST_SECONDS, delay
from mailboxes.imap import ImapSettings, ImapSource


def settings(**changes: Any) -> ImapSettings:
    return ImapSettings(**{"host": "imap.example.com", "user": "support@example.com"} | changes)


def test_the_defaults_are_safe_and_leave_the_server_alone() -> None:
    made = settings()
    assert (made.tls, made.actual_port, made.folder, made.move_done_to) == ("tls", 993, "INBOX", None)
    assert (made.size_limit, made.batch_bytes, made.operation_seconds) == (25_000_000, 8_000_000, 60)
    assert settings(tls="starttls").actual_port == 143


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1"])
def test_clear_text_is_for_this_machine(host: str) -> None:
    assert settings(host=host, tls="none").actual_port == 143


@pytest.mark.parametrize("host", ["imap.example.com", "localhost.example.com", "10.0.0.1", "0.0.0.0", "127.0.0.1.x"])
def test_clear_text_to_anywhere_else_is_refused(host: str) -> None:
    with pytest.raises(ValidationError, match="this machine only"):
        settings(host=host, tls="none")


@pytest.mark.parametrize(
    "wrong",
    [
        {"unknown": 1},
        {"host": ""},
        {"user": ""},
        {"port": 0},
        {"tls": "maybe"},
        {"idle_renew_minutes": 29},
        {"poll_seconds": 0},
        {"size_limit": 10},
        {"batch_bytes": 0},
        {"move_done_to": "INBOX"},
        {"move_done_to": ""},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        settings(**wrong)


def test_every_setting_of_every_kind_has_a_meaning() -> None:
    for kind in sources().values():
        for name, field in kind.Settings.model_fields.items():
            assert field.description, name


def test_a_source_never_shows_its_password() -> None:
    source = ImapSource(settings(), lambda: "secret-word")
    assert "secret-word" not in repr(source) + repr(vars(source))


@given(st.integers(-5, 10_000), st.floats(0, 1))
def test_a_pause_grows_with_failures_and_stays_bounded(failures: int, jitter: float) -> None:
    assert 0 <= delay(failures, jitter) <= LONGEST_SECONDS * 1.25
    assert delay(failures, jitter) <= delay(failures + 1, jitter)
    assert (delay(failures, jitter) == 0) == (failures <= 0)


def test_jitter_spreads_a_pause() -> None:
    assert delay(3, 0.0) < delay(3, 0.5) < delay(3, 1.0)
