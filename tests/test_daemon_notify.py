"""systemd is told what it needs, over a real datagram socket, and its absence harms nobody."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon import notify


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    name = str(tmp_path / "notify") if request.param == "path" else f"@helpdeskd-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(name.replace("@", "\0", 1) if request.param == "abstract" else name)
        listening.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        yield listening


def test_each_message_is_one_datagram_of_assignments(manager: socket.socket) -> None:
    said = [
        (notify.ready("reading 3 mailboxes"), b"READY=1\nSTATUS=reading 3 mailboxes"),
        (notify.status("12 tickets, grüße"), "STATUS=12 tickets, grüße".encode()),
        (notify.watchdog(), b"WATCHDOG=1"),
        (notify.stopping("finishing"), b"STOPPING=1\nSTATUS=finishing"),
    ]
    for taken, expected in said:
        assert taken
        assert manager.recv(4096) == expected


def test_a_status_cannot_say_anything_else(manager: socket.socket) -> None:
    assert notify.status("a\nMAINPID=1\r\nREADY=1\x00\x1b[0m\u2028\ud800" + "x" * 9000)
    said = manager.recv(65536)
    assert said.count(b"\n") == said.count(b"\x1b") == said.count(b"\x00") == 0
    assert said.startswith(b"STATUS=a MAINPID=1")
    assert len(said) < 600


@pytest.mark.parametrize("place", [None, "", "relative", "vsock:2:9", "/nowhere/at/all", "@helpdeskd-nobody-listens"])
def test_without_a_manager_nothing_happens(place: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    if place is not None:
        monkeypatch.setenv("NOTIFY_SOCKET", place)
    assert not notify.ready("x")
    assert not notify.status("x")
    assert not notify.watchdog()
    assert not notify.stopping("x")
