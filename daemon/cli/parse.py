"""Show what is understood of mails: text, reply, attachments, whether a person wrote them. Needs no configuration."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from daemon import clock
from daemon.sandbox import Breach, Limits, Sandbox
from mail.model import Address, Bounce, Forwarded, Mail
from mail.names import one_line
from mail.parse import read_headers_only

_LIMITS = Limits(cpu=10.0, wall=30.0)
_SHOWN = 2000  # characters of a text on the terminal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which mails, and for whom."""
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="a mail; - reads paths from standard input, one a line"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a line and mail")


def run(args: argparse.Namespace) -> int:
    """0 when all could be read, 1 when one could not."""
    sandbox = Sandbox(1, _LIMITS)
    console = Console()
    unreadable = False
    try:
        for path in _paths(args.paths):
            began = clock.monotonic()
            mail = _read(sandbox, path)
            unreadable |= mail.error is not None
            if args.json:
                print(json.dumps(as_json(path, mail, clock.monotonic() - began)), flush=True)
            else:
                _show(console, path, mail)
    finally:
        sandbox.close()
    return int(unreadable)


def _paths(given: list[str]) -> Iterator[str]:
    for path in given:
        if path != "-":
            yield path
            continue
        while line := sys.stdin.buffer.readline():
            if name := os.fsdecode(line.rstrip(b"\r\n")):
                yield name


def _read(sandbox: Sandbox, path: str) -> Mail:
    try:
        raw = Path(path).read_bytes()
    except (OSError, ValueError) as fault:  # ValueError: a NUL in the path
        return Mail(error=f"{getattr(fault, 'strerror', None) or fault}")
    try:
        return sandbox.submit(raw).result()
    except Breach as breach:
        return read_headers_only(raw, f"its reader went down: {breach}")


# ---------------------------------------------------------------- for programs
def as_json(path: str, mail: Mail, seconds: float) -> dict[str, object]:
    """The mail in words that JSON has; null where there is none."""
    return {
        "path": path,
        "error": mail.error,
        "from": _person(mail.sender),
        "to": [_person(one) for one in mail.to],
        "cc": [_person(one) for one in mail.cc],
        "reply_to": [_person(one) for one in mail.reply_to],
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "message_id": mail.message_id,
        "in_reply_to": list(mail.in_reply_to),
        "references": list(mail.references),
        "text": mail.text,
        "html": mail.html,
        "reply": mail.reply,
        "quote": mail.quote,
        "signature": mail.signature,
        "forwarded": _forwarded(mail.forwarded),
        "attachments": [
            {name: value for name, value in asdict(one).items() if name != "cid"} for one in mail.attachments
        ],
        "automatic": {"kind": mail.automatic.kind, "why": mail.automatic.why} if mail.automatic else None,
        "bounce": _bounce(mail.bounce),
        "defects": list(mail.defects),
        "seconds": round(seconds, 4),
    }


def _person(address: Address | None) -> dict[str, str] | None:
    return {"name": address.name, "address": address.address} if address else None


def _forwarded(forwarded: Forwarded | None) -> dict[str, object] | None:
    if forwarded is None:
        return None
    return {
        "from": _person(forwarded.sender),
        "subject": forwarded.subject,
        "date": forwarded.date,
        "text": forwarded.text,
    }


def _bounce(bounce: Bounce | None) -> dict[str, object] | None:
    if bounce is None:
        return None
    return {"class": bounce.kind, "reason": bounce.reason, "recipients": [asdict(one) for one in bounce.recipients]}


# ---------------------------------------------------------------- for people
def _show(console: Console, path: str, mail: Mail) -> None:
    table = Table(title=escape(one_line(path, 200)), title_justify="left", show_header=False, box=None, padding=(0, 1))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in _rows(mail):
        if value:
            table.add_row(name, escape(_printable(value)))
    console.print(table)
    console.print()


def _rows(mail: Mail) -> Iterator[tuple[str, str]]:
    yield "error", mail.error or ""
    yield "from", _shown(mail.sender) if mail.sender else ""
    yield "to", ", ".join(map(_shown, mail.to))
    yield "cc", ", ".join(map(_shown, mail.cc))
    yield "reply to", ", ".join(map(_shown, mail.reply_to))
    yield "subject", mail.subject
    yield "date", mail.date.isoformat() if mail.date else ""
    yield "message id", mail.message_id or ""
    yield "automatic", f"{mail.automatic.kind}: {mail.automatic.why}" if mail.automatic else ""
    if mail.bounce:
        failed = ", ".join(f"{one.address} {one.status or one.code}".strip() for one in mail.bounce.recipients)
        yield "bounce", f"{mail.bounce.kind} {failed} {mail.bounce.reason}".strip()
    yield "reply", mail.reply
    yield "signature", mail.signature
    yield "quote", f"{mail.quote.count(chr(10)) + 1} lines" if mail.quote else ""
    if mail.forwarded:
        author = _shown(mail.forwarded.sender) if mail.forwarded.sender else "somebody"
        yield "forwarded", f"{author}: {mail.forwarded.subject}"
    for one in mail.attachments:
        yield f"part {one.part}", f"{one.name} ({one.type}, {one.size} bytes)"
    yield "defects", "\n".join(mail.defects)


def _shown(address: Address) -> str:
    return f"{address.name} <{address.address}>" if address.name else address.address


def _printable(text: str) -> str:
    """Nothing that a terminal would take for a command."""
    shown = "\n".join(one_line(line, _SHOWN) for line in text[:_SHOWN].split("\n"))
    return shown + ("\n…" if len(text) > _SHOWN else "")
