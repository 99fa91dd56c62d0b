"""Defaults that depend on where the daemon runs."""

import os
from collections.abc import Mapping
from pathlib import Path

from daemon.config.sections import ControlSection, HelpdeskSection, StoreSection

STATE = Path("/var/lib/helpdeskd")
RUNTIME = Path("/run/helpdeskd")


def state_of(helpdesk: HelpdeskSection, environ: Mapping[str, str]) -> Path:
    """The folder of everything we keep; systemd may name several, the first is ours (systemd.exec(5))."""
    return helpdesk.state or Path(environ.get("STATE_DIRECTORY", "").partition(":")[0] or STATE)


def socket_of(control: ControlSection, state: Path, environ: Mapping[str, str]) -> Path:
    """The socket of verbs. A verb in a shell must find the one of the service, which alone knows $RUNTIME_DIRECTORY."""
    runtime = environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    folder = Path(runtime) if runtime else RUNTIME if state == STATE else state
    return control.socket or folder / "control.sock"


def store_url_of(store: StoreSection, state: Path) -> str:
    """The URL of the store, without a password."""
    return store.url or f"sqlite:///{state / 'helpdeskd.sqlite'}"


def workers_of(helpdesk: HelpdeskSection) -> int:
    """How many processes read mails: one for each core that we may use."""
    return helpdesk.workers or len(os.sched_getaffinity(0))
