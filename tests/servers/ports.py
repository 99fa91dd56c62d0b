"""Free ports on loopback."""

import socket
import time


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_port(port: int, seconds: float = 30.0) -> None:
    """Return as soon as somebody listens there."""
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1.0).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)


def await_silence(*ports: int, seconds: float = 30.0) -> None:
    """Return as soon as these ports can be listened on again."""
    end = time.monotonic() + seconds
    for port in ports:
        while not _is_free(port):
            assert time.monotonic() < end, f"somebody still listens on {port}"
            time.sleep(0.01)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError:
            return False
        return True
