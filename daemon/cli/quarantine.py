"""Look at what was put aside, and let out what should not have been.

`list` shows what waits, `show ID` one mail as text, `show ID --raw` its bytes, `release ID …` runs mails through again
as if they had just come in, with the word of a person that they may pass.
"""

import argparse
import base64
import sys
from typing import Any

from daemon import clock, config, control, tables
from daemon.answers import plain
from daemon.control import Trouble
from daemon.desk import Desk
from daemon.sandbox import Breach, Limits, Sandbox
from daemon.sifting import teaching
from mail.parse import read_headers_only
from store import ledger, quarantine
from store.engine import Session

COLUMNS = ("id", "received_at", "mailbox", "sender", "subject", "reason", "why")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and with which."""
    verbs = parser.add_subparsers(dest="what", metavar="list|show|release", required=True)
    listing = verbs.add_parser("list", help="what waits, newest first")
    listing.add_argument("--limit", type=int, default=50, help="how many (default: %(default)s)")
    showing = verbs.add_parser("show", help="one of them")
    showing.add_argument("ids", type=int, nargs=1, metavar="ID", help="the arrival's number")
    showing.add_argument("--raw", action="store_true", help="its bytes as they came in")
    releasing = verbs.add_parser("release", help="run them through again")
    releasing.add_argument("ids", type=int, nargs="+", metavar="ID", help="the arrivals' numbers")
    for each in (listing, showing, releasing):
        each.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """0 when all that was named is there."""
    request = {"what": args.what, "ids": getattr(args, "ids", []), "limit": getattr(args, "limit", 50)}
    said = control.ask(config.load(args.config), "quarantine", request)
    if args.what == "list":
        tables.show(said, COLUMNS, as_json=args.json)
    elif args.what == "release":
        tables.say(said, f"released: {', '.join(map(str, said['released']))}", as_json=args.json)
    else:
        _show(said["id"], base64.b64decode(said["raw"]), args)
    return 0


def _show(arrival: int, raw: bytes, args: argparse.Namespace) -> None:
    """Parsed here, under the same limits as ever, and not in the daemon."""
    if args.raw:
        sys.stdout.buffer.write(raw)
        return
    sandbox = Sandbox(1, Limits())
    try:
        mail = sandbox.submit(raw).result()
    except Breach as breach:
        mail = read_headers_only(raw, str(breach))
    finally:
        sandbox.close()
    sender = mail.sender.address if mail.sender else "nobody"
    attached = "".join(f"\n[{each.name}, {each.type}, {each.size} bytes]" for each in mail.attachments)
    readable = f"from: {sender}\nsubject: {mail.subject}\n\n{mail.text}{attached}"
    tables.say({"id": arrival, "from": sender, "subject": mail.subject, "text": mail.text}, readable, as_json=args.json)


def answer(desk: Desk, request: dict[str, Any], actor: str) -> Any:
    """List, show or release. Raises Trouble for what does not lie in quarantine."""
    ids = [int(one) for one in request["ids"]]
    if request["what"] == "list":
        with desk.store.read() as session:
            return plain(quarantine.waiting(session, int(request["limit"])))
    if request["what"] == "release":
        return _release(desk, ids, actor)
    return _bytes(desk, ids[0])


def _release(desk: Desk, ids: list[int], actor: str) -> dict[str, Any]:
    """All or none, so that a wrong number does nothing."""
    now = clock.now()

    def release(session: Session) -> None:
        for one in ids:
            if not teaching.release(session, one, by="release", actor=f"cli:{actor}", now=now):
                raise Trouble(f"arrival {one} does not lie in quarantine with its bytes; nothing was released")

    desk.store.write(release).result()
    desk.life.arrived()
    return {"released": ids}


def _bytes(desk: Desk, arrival: int) -> dict[str, Any]:
    with desk.store.read() as session:
        if quarantine.show(session, arrival) is None:
            raise Trouble(f"arrival {arrival} does not lie in quarantine; see: helpdeskd quarantine list")
        try:
            raw = ledger.raw(session, arrival)
        except LookupError as gone:
            raise Trouble(f"arrival {arrival} lay there for so long that only its record is kept") from gone
        return {"id": arrival, "raw": base64.b64encode(raw).decode()}
