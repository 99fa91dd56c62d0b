"""The key of our tokens on disk: made at the first start, readable by nobody else, part of backups."""

import fcntl
import json
import os
import secrets
import stat
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from daemon.failpoints import reach
from mail.tokens import Key, Keys

FILE = "keys.json"
SECRET_BYTES = 32
_FORMAT = 1
_MAX_BYTES = 65536


class KeyFault(OSError):
    """The key cannot be used as it lies there; the message names the file and says what to do."""


def load_or_make(state: Path, now: datetime) -> Keys:
    """The keys of this state folder; at the first start the first one is made (mode 0600, on disk before it is used).

    Raises KeyFault where others may read the file or it is damaged, OSError where the disk fails.
    """
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(state):
        place = state / FILE
        if not place.is_symlink() and not place.exists():
            _make(state, Keys(Key(1, secrets.token_bytes(SECRET_BYTES), now.date())))
        return _load(place)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Two first starts at once make one key."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make(state: Path, keys: Keys) -> None:
    fresh = state / f"{FILE}.new"
    fresh.unlink(missing_ok=True)  # of a start that was cut off
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(_write(keys))
        file.flush()
        os.fsync(file.fileno())
    reach("keys.made")
    fresh.rename(state / FILE)


def _load(place: Path) -> Keys:
    descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        _refuse_exposed(place, os.fstat(descriptor))
        text = os.read(descriptor, _MAX_BYTES)
    finally:
        os.close(descriptor)
    try:
        return _read(text)
    except (KeyError, TypeError, ValueError, RecursionError):
        # Without its cause: a message of the parser may quote the secret.
        raise KeyFault(f"{place} is damaged; put back the one of the last backup") from None


def _refuse_exposed(place: Path, found: os.stat_result) -> None:
    mode = stat.S_IMODE(found.st_mode)
    if not stat.S_ISREG(found.st_mode):
        raise KeyFault(f"{place} is no plain file")
    if mode & 0o077:
        raise KeyFault(f"{place} can be read by others (mode {mode:04o}); chmod 600 it, if nobody has read it")
    if os.geteuid() not in {0, found.st_uid}:
        raise KeyFault(f"{place} belongs to another user")


def _write(keys: Keys) -> str:
    return json.dumps(
        {"format": _FORMAT, "current": _as_json(keys.current), "former": [_as_json(key) for key in keys.former]},
        indent=1,
    )


def _as_json(key: Key) -> dict[str, object]:
    return {"id": key.id, "made": key.made.isoformat(), "secret": b64encode(key.secret).decode("ascii")}


def _read(text: bytes) -> Keys:
    said = json.loads(text)
    if said["format"] != _FORMAT:
        raise ValueError("another format")
    keys = Keys(_key(said["current"]), tuple(_key(each) for each in said["former"]))
    if len({key.id for key in (keys.current, *keys.former)}) != 1 + len(keys.former):
        raise ValueError("two keys with one id")
    return keys


def _key(said: dict[str, str]) -> Key:
    secret = b64decode(said["secret"], validate=True)
    if len(secret) < SECRET_BYTES:
        raise ValueError("too short")
    return Key(int(said["id"]), secret, date.fromisoformat(said["made"]))
