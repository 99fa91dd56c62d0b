"""Secrets: the configuration says where one lies; it is read at use and stands in no value, message or log of ours."""

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

LIMIT = 65_536  # bytes; a secret is a line, not a file system
HOW = 'write where it lies instead: { credential = "NAME" }, { file = "PATH" } or { env = "VARIABLE" }'
_PREFIX = "helpdeskd_"  # systemd names the files of a folder that is loaded as `helpdeskd` like this (systemd.exec(5))


class SecretFault(Exception):
    """A secret cannot be read now; the text says where it was sought and never what it is."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the meaning of a configuration depends on besides its text: its folder and the environment."""

    folder: Path
    environ: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Secret:
    """Where one secret lies: a systemd credential, a file or a variable of the environment. Holds no value."""

    kind: str  # credential, file, env
    name: str
    surroundings: Surroundings = field(repr=False, compare=False)

    def __call__(self) -> str:
        """The value as it lies there now, so that a changed one counts without a restart. Raises SecretFault."""
        try:
            found = self._look().removesuffix("\n").removesuffix("\r")
            found.encode()  # a variable of other bytes than UTF-8 shows only here
        except OSError as fault:
            raise SecretFault(f"{self} cannot be read: {fault.strerror or type(fault).__name__}") from None
        except UnicodeError:
            raise SecretFault(f"{self} is not UTF-8 text") from None
        if not found:
            raise SecretFault(f"{self} is empty")
        if any(ord(character) < 32 or ord(character) == 127 for character in found):
            raise SecretFault(f"{self} has more than one line or a control character")
        return found

    def __str__(self) -> str:
        """The place in words."""
        what = {"credential": "the credential", "file": "the file", "env": "the variable"}[self.kind]
        sought = f" (sought as {self.path})" if self.kind == "credential" else ""
        return f"{what} {self.name}{sought}"

    @property
    def path(self) -> Path | None:
        """The file that holds it; None for a variable."""
        if self.kind == "env":
            return None
        if self.kind == "file":
            return self.surroundings.folder / Path(self.name).expanduser()
        loaded = self.surroundings.environ.get("CREDENTIALS_DIRECTORY")
        if not loaded:  # not started by systemd: the folder that the unit would have loaded
            return self.surroundings.folder / "credentials" / self.name
        prefixed = Path(loaded) / f"{_PREFIX}{self.name}"
        return prefixed if prefixed.exists() else Path(loaded) / self.name

    def is_open_to_all(self) -> bool:
        """Any user of this machine may read or write its file. Raises OSError where the file cannot be looked at."""
        return self.path is not None and bool(self.path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH))

    def _look(self) -> str:
        path = self.path
        if path is None:
            if self.name not in self.surroundings.environ:
                raise SecretFault(f"{self} is not set in the environment of this process")
            return self.surroundings.environ[self.name]
        with path.open("rb") as file:
            raw = file.read(LIMIT + 1)
        if len(raw) > LIMIT:
            raise SecretFault(f"{self} is larger than {LIMIT} bytes")
        return raw.decode()


def read_secret(value: object, surroundings: Surroundings) -> Secret:
    """The secret that a table of the configuration names. Raises ValueError with what to write instead."""
    if isinstance(value, str):
        raise ValueError(f"a secret never stands in this file; {HOW}")  # noqa: TRY004 pydantic listens to ValueError alone
    if not isinstance(value, dict) or len(value) != 1:
        raise ValueError(f"names one place; {HOW}")
    [(kind, name)] = value.items()
    if kind not in {"credential", "file", "env"} or not isinstance(name, str) or not name:
        raise ValueError(f"names no known place; {HOW}")
    if kind == "credential" and ("/" in name or name in {".", ".."}):
        raise ValueError("a credential is named without its folder")
    return Secret(kind, name, surroundings)
