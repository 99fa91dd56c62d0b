"""What this machine must hold for a configuration to work: secrets that can be read, folders, a database driver."""

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit

from daemon.config.defaults import socket_of, state_of
from daemon.config.positions import Place
from daemon.config.reading import Draft
from daemon.config.secret import Secret, SecretFault
from daemon.config.sections import ControlSection, FiltersSection, HelpdeskSection, StoreSection, TemplatesSection

Found = Iterator[tuple[Place, str]]
_SOCKET_LIMIT = 107  # bytes of a Unix socket's path (unix(7))
_EXAMPLE = "postgresql://user@host/helpdeskd"


def _check_logins(draft: Draft) -> Found:
    for place, settings in draft.by_kind.items():
        password = getattr(draft.found.get(place), "password", None)
        user = getattr(settings, "user", None)
        if place not in draft.found or not (draft.is_sound((*place, "user")) and draft.is_sound((*place, "password"))):
            continue
        if user and password is None:
            yield (*place, "password"), 'is missing; write password = { credential = "NAME" }'
        elif password is not None and not user:
            yield (*place, "user"), "is missing: there is a password and nobody whose it is"


def _read_secrets(draft: Draft) -> Found:
    for place, section in draft.found.items():
        secret = getattr(section, "password", None)
        if not isinstance(secret, Secret):
            continue
        try:
            secret()
            if secret.is_open_to_all():
                yield (*place, "password"), f"every user of this machine can read or write {secret}; chmod 0600 it"
        except (SecretFault, OSError) as fault:
            yield (*place, "password"), str(fault)


def _check_store(draft: Draft) -> Found:
    store = draft.one(StoreSection, "store")
    if store is None:
        return
    url = _split(store.url or "sqlite:")
    if url is None:
        yield ("store", "url"), f"this is no URL; write it like {_EXAMPLE}"
    elif store.url is not None and (message := _judge(url)):
        yield ("store", "url"), message
    elif store.password is not None and url.scheme == "sqlite":
        yield ("store", "password"), "SQLite knows no password; the mode of its file protects it"
    elif store.password is not None and not url.username:
        yield ("store", "url"), f"names no user whose password this could be; write it like {_EXAMPLE}"


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where it is no number
    except ValueError:
        return None
    return parts


def _judge(url: SplitResult) -> str | None:
    if url.password is not None or "password" in parse_qs(url.query):
        return 'a password never stands in this file; write password = { credential = "NAME" } below the URL instead'
    if url.scheme == "sqlite":
        is_whole = not url.netloc and url.path.startswith("//") and not url.query
        return None if is_whole else "write it with a whole path: sqlite:////var/lib/helpdeskd/helpdeskd.sqlite"
    if url.scheme != "postgresql":
        return f"is neither {_EXAMPLE} nor sqlite:////path"
    if not url.path.strip("/"):
        return f"names no database; write it like {_EXAMPLE}"
    has_driver = importlib.util.find_spec("psycopg") is not None
    return None if has_driver else "PostgreSQL needs psycopg, which is not there: pip install 'helpdeskd[postgres]'"


def _check_templates(draft: Draft) -> Found:
    templates = draft.one(TemplatesSection, "templates")
    folder = templates.folder if templates is not None else None
    if folder is not None and not (draft.surroundings.folder / folder.expanduser()).is_dir():
        yield ("templates", "folder"), "there is no such folder, or it may not be looked into"


def _check_rules(draft: Draft) -> Found:
    filters = draft.one(FiltersSection, "filters")
    rules = filters.rules if filters is not None else None
    if rules is None:
        return
    try:
        (draft.surroundings.folder / rules.expanduser()).stat()
    except OSError as fault:
        yield ("filters", "rules"), f"cannot be read: {fault.strerror}"


def _check_state(draft: Draft) -> Found:
    helpdesk = draft.one(HelpdeskSection, "helpdesk")
    state = helpdesk.state if helpdesk is not None else None
    if state is not None and not state.is_absolute():
        yield ("helpdesk", "state"), "write the whole path, beginning with /"
    elif state is not None and state.exists() and not state.is_dir():
        yield ("helpdesk", "state"), "this is no folder"


def _check_socket(draft: Draft) -> Found:
    control, helpdesk = draft.one(ControlSection, "control"), draft.one(HelpdeskSection, "helpdesk")
    if control is None or helpdesk is None:
        return
    if control.socket is not None and not control.socket.is_absolute():
        yield ("control", "socket"), "write the whole path, beginning with /"
    environ = draft.surroundings.environ
    if len(str(socket_of(control, state_of(helpdesk, environ), environ)).encode()) > _SOCKET_LIMIT:
        yield ("control", "socket"), f"the path of a socket has at most {_SOCKET_LIMIT} bytes; write a shorter one"


def _check_files(draft: Draft) -> Found:
    for table, settings in draft.by_kind.items():
        for key in type(settings).model_fields:
            path = getattr(settings, key)
            if not isinstance(path, Path):
                continue
            if not path.is_absolute():
                yield (*table, key), "write the whole path, beginning with /"
            elif not path.is_file():
                yield (*table, key), "there is no such file"


CHECKS: tuple[Callable[[Draft], Found], ...] = (
    _check_logins,
    _check_store,
    _check_files,
    _check_templates,
    _check_rules,
    _check_state,
    _check_socket,
)
FOR_THE_DAEMON: tuple[Callable[[Draft], Found], ...] = (_read_secrets,)  # others may not read them, and need not
