"""Take in old mail from an mbox, a Maildir, a folder of mails or a tar. Nothing is sent for it, to nobody.

Every mail goes the way of any other and ends on a ticket; it keeps the date at which it came in. Started again after
whatever ended it, an import goes on where it was: what is there already is not taken in twice. With a running daemon
it is the daemon that decides. `--dry-run` shows what would become of the mails, in a store that is thrown away.
"""

import argparse
import base64
import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from daemon import clock, config, control, failpoints, logs, tables
from daemon.answers import plain
from daemon.cli import GOOD, UNWELL
from daemon.control import NoDaemon, Trouble
from daemon.desk import Desk, borrow
from daemon.dry_run import Tale, throw_away
from daemon.failpoints import reach
from daemon.importing import Ask, Destination, Import, Imported, Report, deciding
from mail.names import one_line
from mailboxes.archive import Archive, open_archive
from store import audit, imports
from store.engine import Session
from tickets.directory import Directory

_SHOWN = 20  # odd files that a person is told of one by one


class Misused(Exception):
    """The verb cannot be used like that."""

    exit_code = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is taken in, and where to."""
    parser.add_argument("path", type=Path, metavar="PATH", help="an mbox, a Maildir, a folder of mails, or a tar")
    parser.add_argument(
        "--mailbox",
        metavar="ADDRESS",
        help="the mailbox of yours that all of it goes to (default: whom each mail was delivered to, else the first)",
    )
    parser.add_argument("--dry-run", action="store_true", help="change nothing, show what would become of each mail")
    parser.add_argument(
        "--trust-senders",
        action="store_true",
        help="with --dry-run: take every sender as proven and as one who may write on the ticket",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object, with --dry-run one a mail")


def run(args: argparse.Namespace) -> int:
    """0 when all was taken in, 1 when something there is no mail or could not be read."""
    if args.trust_senders and not args.dry_run:
        raise Misused("--trust-senders is for --dry-run alone: a From address proves nothing")
    logs.set_up(debug=False)
    failpoints.arm()
    archive = open_archive(args.path)
    report = _try_out(args, archive) if args.dry_run else _take_in(args, archive)
    if not (args.dry_run and args.json):
        _tell(report, as_json=args.json)
    for one in report.odd[:_SHOWN]:
        print(f"helpdeskd: {one_line(one.path, 500)}: {one_line(one.why, 500)}", file=sys.stderr)
    if len(report.odd) > _SHOWN:
        print(f"helpdeskd: and {len(report.odd) - _SHOWN} more; see --json", file=sys.stderr)
    return UNWELL if report.odd or report.unreadable else GOOD


# ---------------------------------------------------------------- the two ways
def _try_out(args: argparse.Namespace, archive: Archive) -> Report:
    with throw_away(args.config, args.mailbox, trust_senders=args.trust_senders) as desk:
        tale = Tale()

        def tell(one: Imported) -> None:
            line = tale.line(one)
            if args.json:
                print(json.dumps(line), flush=True)

        destination = Destination(desk.directory, _own(desk.directory, args.mailbox), clock.now(), in_order=True)
        with deciding(desk, tale.decided):
            return _import(archive, Import(partial(answer, desk, actor=control.user()), destination, tell))


def _take_in(args: argparse.Namespace, archive: Archive) -> Report:
    settings = config.load(args.config)
    destination = Destination(settings.directory, _own(settings.directory, args.mailbox), clock.now())
    with _someone_to_ask(settings, args.path) as ask:
        return _import(archive, Import(ask, destination, lambda _: None))


@contextlib.contextmanager
def _someone_to_ask(settings: config.Config, path: Path) -> Iterator[Ask]:
    """The daemon, else this process under the lock of the store."""
    begin = {"what": "begin", "path": str(path)}
    try:
        control.ask_daemon(settings, "import", begin)
    except NoDaemon:
        with borrow(settings) as desk, deciding(desk):
            answer(desk, begin, control.user())
            yield partial(answer, desk, actor=control.user())
    else:
        yield partial(_ask_again, settings)


def _ask_again(settings: config.Config, request: dict[str, Any]) -> Any:
    try:
        return control.ask_daemon(settings, "import", request)
    except NoDaemon as gone:
        raise Trouble("the daemon has ended; the same command goes on where this one was") from gone


def _own(directory: Directory, address: str | None) -> str | None:
    if address is None:
        return None
    own = directory.mailbox_of(address)
    if own is None:
        raise Misused(f"{address} is none of your mailboxes")
    return own.address


def _import(archive: Archive, work: Import) -> Report:
    began = clock.monotonic()
    with _progress(archive) as advance:
        for one, done in archive.read():
            work.take(one)
            advance(done)
        report = work.finish()
    report.seconds = clock.monotonic() - began
    return report


@contextlib.contextmanager
def _progress(archive: Archive) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, nothing elsewhere."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(archive.kind, total=archive.total)
        yield lambda done: progress.update(task, completed=done)


def _tell(report: Report, *, as_json: bool) -> None:
    if as_json:
        tables.say(plain(report) | {"seconds": round(report.seconds, 1)}, "", as_json=True)
        return
    counted: dict[str, float] = {"mails": report.mails, "already": report.already, **report.outcomes}
    counted |= {"tickets": report.tickets, "unreadable": report.unreadable, "seconds": round(report.seconds, 1)}
    tables.show([counted], list(counted), as_json=False)


# ---------------------------------------------------------------- in the daemon
def answer(desk: Desk, request: dict[str, Any], actor: str) -> Any:
    """Put mails into the journal, or tell what became of them. Raises Trouble for a mailbox that is not ours."""
    match request["what"]:
        case "begin":
            desk.store.write(partial(_note, actor=actor, path=str(request["path"]))).result()
            return None
        case "place":
            return _place(desk, [_read(desk, each) for each in request["mails"]])
        case "decided":
            with desk.store.read() as session:
                return plain(imports.decided(session, [int(one) for one in request["arrivals"]]))
        case _:
            with desk.store.read() as session:
                return imports.count_tickets(session, int(request["first"]), int(request["last"]))


def _note(session: Session, actor: str, path: str) -> None:
    audit.note(session, actor, "import", path, clock.now())


def _read(desk: Desk, given: dict[str, Any]) -> imports.OldMail:
    own = desk.directory.mailbox_of(str(given["mailbox"]))
    if own is None:
        raise Trouble(f"{given['mailbox']} is no mailbox that the daemon knows; start it again")
    received_at = datetime.fromisoformat(given["received_at"])
    return imports.OldMail(own.address, received_at, base64.b64decode(given["raw"]), given["left_out"])


def _place(desk: Desk, mails: list[imports.OldMail]) -> Any:
    def place(session: Session) -> list[imports.Placed]:
        placed = imports.place(session, mails, clock.now())
        reach("journal.in_transaction")
        return placed

    placed = desk.store.write(place).result()
    reach("journal.committed")
    desk.life.arrived()
    return plain(placed)
