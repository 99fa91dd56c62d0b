"""The socket that verbs speak to: one line of JSON asks, one answers. Without a daemon a verb does the same by itself.

A verb that is answered here offers `answer(desk, request, actor)` in its file under `daemon/cli/`; nothing lists them.
"""

import asyncio
import contextlib
import grp
import importlib
import json
import os
import pwd
import shutil
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import structlog

from daemon.config import Config
from daemon.desk import Desk, borrow
from store.engine import StoreFault

LINE_LIMIT = 64 * 1024 * 1024  # `show --raw` of a large mail, in base64
TIMEOUT = 60.0

log = structlog.get_logger("control")


class Trouble(Exception):
    """A verb cannot be answered; the text tells the person what to do next."""

    exit_code = 1


class NoDaemon(Exception):
    """Nobody listens on the socket."""


def ask(config: Config, verb: str, request: dict[str, Any]) -> Any:
    """Have the running daemon answer, or answer in this process under the store's lock where none runs.

    Raises Trouble where neither is possible or the verb itself refuses.
    """
    try:
        return ask_daemon(config, verb, request)
    except NoDaemon:
        with borrow(config) as desk:
            return _answer(desk, verb, request, user())


@contextlib.contextmanager
def connected(config: Config, verb: str) -> Iterator[Callable[[dict[str, Any]], Any]]:
    """For a verb that asks many times: the daemon where one runs, else this process under the lock all the while."""
    if _listens(config):
        yield lambda request: _ask_again(config, verb, request)
        return
    with borrow(config) as desk:
        yield lambda request: _answer(desk, verb, request, user())


def _listens(config: Config) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        try:
            line.connect(str(config.control.socket))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        except OSError:
            return True  # whoever asks is told what is wrong
    return True


def _ask_again(config: Config, verb: str, request: dict[str, Any]) -> Any:
    try:
        return ask_daemon(config, verb, request)
    except NoDaemon as gone:
        raise Trouble("the daemon has ended meanwhile; try again") from gone


def ask_daemon(config: Config, verb: str, request: dict[str, Any]) -> Any:
    """Have the running daemon answer. Raises NoDaemon where none runs, Trouble where it cannot or will not."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(TIMEOUT)
            line.connect(str(config.control.socket))
            line.sendall(json.dumps({"verb": verb, "request": request}).encode() + b"\n")
            with line.makefile("rb") as reader:
                return _unwrap(reader.readline())
    except (FileNotFoundError, ConnectionRefusedError) as absent:
        raise NoDaemon("no daemon runs") from absent
    except PermissionError as refused:
        group = config.control.group
        raise Trouble(f"{config.control.socket}: not permitted; become a member of the group {group}") from refused
    except OSError as fault:
        raise Trouble(f"{config.control.socket}: the daemon does not answer ({fault})") from fault


def user() -> str:
    """Who runs this process: the actor in the audit log where no daemon asks."""
    return _name_of(os.getuid())


def _unwrap(line: bytes) -> Any:
    if not line:
        raise Trouble("the daemon ended the connection without an answer; see its log")
    said = json.loads(line)
    if "trouble" in said:
        raise Trouble(said["trouble"])
    return said["answer"]


def _answer(desk: Desk, verb: str, request: dict[str, Any], actor: str) -> Any:
    module = importlib.import_module(f"daemon.cli.{verb}")
    if not hasattr(module, "answer"):
        raise Trouble(f"{verb} is not answered by the daemon")
    return module.answer(desk, request, actor)


@contextlib.asynccontextmanager
async def serve(desk: Desk) -> AsyncIterator[None]:
    """Answer verbs on the configured socket (0660, the configured group) until the block ends."""
    path = desk.config.control.socket
    path.unlink(missing_ok=True)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(TIMEOUT):
                writer.write(await _one(desk, await reader.readline(), _peer(writer)) + b"\n")
                await writer.drain()

    server = await asyncio.start_unix_server(answer, path, limit=LINE_LIMIT)
    _share(path, desk.config.control.group)
    try:
        yield
    finally:
        server.close()
        path.unlink(missing_ok=True)


async def _one(desk: Desk, line: bytes, actor: str) -> bytes:
    try:
        said = json.loads(line)
        answer = await asyncio.to_thread(_answer, desk, str(said["verb"]), said["request"], actor)
        return json.dumps({"answer": answer}).encode()
    except (Trouble, StoreFault, LookupError, ValueError) as refused:
        return json.dumps({"trouble": str(refused)}).encode()
    except Exception as bug:
        log.exception("a verb failed by a bug of ours")
        return json.dumps({"trouble": f"{type(bug).__name__}; the daemon's log has more"}).encode()


def _peer(writer: asyncio.StreamWriter) -> str:
    """The user at the other end, by SO_PEERCRED: the actor in the audit log."""
    sock = writer.get_extra_info("socket")
    _, uid, _ = struct.unpack("3i", sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return _name_of(uid)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def _share(path: Path, group: str) -> None:
    path.chmod(0o660)
    with contextlib.suppress(LookupError, PermissionError):  # no such group: the daemon's own user alone may ask
        grp.getgrnam(group)
        shutil.chown(path, group=group)
