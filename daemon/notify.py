"""What systemd is told of the daemon (sd_notify): datagrams to the socket that NOTIFY_SOCKET names, else nothing."""

import os
import socket

SECONDS = 1.0  # that a manager which does not read may hold us up


def ready(status: str) -> bool:
    """The start is over; `status` is one line for `systemctl status`."""
    return _tell("READY=1", f"STATUS={_one_line(status)}")


def status(text: str) -> bool:
    """One line for `systemctl status`."""
    return _tell(f"STATUS={_one_line(text)}")


def watchdog() -> bool:
    """Every worker makes progress: put off what WatchdogSec= would do."""
    return _tell("WATCHDOG=1")


def stopping(status: str) -> bool:
    """The end has begun; `status` is one line for `systemctl status`."""
    return _tell("STOPPING=1", f"STATUS={_one_line(status)}")


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)[:500]


def _tell(*assignments: str) -> bool:
    """Whether the manager took it. That nobody listens is no fault of ours: never raises for it."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    if address.startswith("@"):  # a name in the abstract namespace: unix(7)
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.settimeout(SECONDS)
            sender.sendto("\n".join(assignments).encode(), address)
    except OSError:
        return False
    return True
