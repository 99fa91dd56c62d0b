"""Look at your own mail for what the daemon must know of your servers, and show that nobody can pass for one of yours.

`proof` reads the headers of the latest mails of each mailbox, changes nothing there, and prints what stands where, the
settings that follow, whether plus-addresses come back, and lists of your own. Then it prints a forgery: send it from
outside, and `proof --forgery MARKER` says what was thought of it. It must come out unproven.

`slack` asks Slack of every token, internal channel and member that the configuration names; nothing is posted.

Exit status 1 where a mailbox could not be read, the settings are others than those that follow, the forgery has not
come, or it was believed; or where something of Slack is not as it should be.
"""

import argparse
import asyncio
import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from daemon import config, tables
from daemon.config import Config
from daemon.proof_doctor import MARK, Examined, Forged, Found, diagnose, examine, find_forgeries, hint, write_forgery
from daemon.slack import doctor as slack_doctor
from mail.model import Level
from mail.proof import BorderSettings

MAILS = 200
_COMPARED = ("authserv_id", "position", "own_received", "own_hops", "internal_header")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to look at."""
    checks = parser.add_subparsers(dest="check", metavar="proof|slack", required=True)
    proof = checks.add_parser("proof", help="how senders are proven: the settings of [proof], and a forgery")
    proof.add_argument("--mails", type=int, default=MAILS, help="how many mails of each mailbox (default: %(default)s)")
    proof.add_argument("--forgery", metavar="MARKER", help="look for this forgery and say what was thought of it")
    proof.add_argument("--json", action="store_true", help="print one JSON object")
    slack = checks.add_parser("slack", help="what Slack says of tokens, channels and members")
    slack.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """0 where all is as it should be. Raises ConfigFaults."""
    settings = config.load(args.config, reads_secrets=True)
    if args.check == "slack":
        return _tell_slack(settings, as_json=args.json)
    examined = examine(settings, args.mails)
    if args.forgery is not None:
        return _tell_forgery(settings, examined, args)
    found = [diagnose(settings, each) for each in examined]
    marker = secrets.token_hex(4)
    forgeries = {each.mailbox: write_forgery(settings, each.mailbox, marker) for each in found[:1]}
    if args.json:
        told = [_as_json(settings, each) for each in found]
        tables.say({"mailboxes": told, "marker": marker, "forgery": forgeries}, "", as_json=True)
    else:
        for each in found:
            _show(settings, each)
        _ask_for_forgery(marker, forgeries)
    return 0 if all(not each.fault and _fits(settings.proof, each.proposed) for each in found) else 1


def _tell_slack(settings: Config, *, as_json: bool) -> int:
    found = asyncio.run(slack_doctor.examine(settings))
    told = {"found": [asdict(each) for each in found]}
    words = [f"{each.what}{f' {each.named}' if each.named else ''}: {each.fault or 'good'}" for each in found]
    tables.say(told, "\n".join(words), as_json=as_json)
    return 1 if any(each.fault for each in found) else 0


def _fits(have: BorderSettings, proposed: BorderSettings) -> bool:
    """Whether the settings are those that follow from the mails; one that has none has nothing to compare."""
    if proposed == BorderSettings():
        return True
    return all(getattr(have, name) == getattr(proposed, name) for name in _COMPARED)


def _as_json(settings: Config, found: Found) -> dict[str, object]:
    return {
        **asdict(found),
        "proposed": found.proposed.model_dump(),
        "fits": _fits(settings.proof, found.proposed),
        "hint": hint(found),
    }


def _show(settings: Config, found: Found) -> None:
    tables.say(None, f"{found.mailbox}: {found.fault or f'{found.mails} mails'}", as_json=False)
    rows = [{**asdict(shape), "methods": " ".join(shape.methods)} for shape in found.shapes]
    tables.show(rows, ("authserv_id", "below", "above", "methods", "mails"), as_json=False)
    if not found.fault and found.mails:
        tables.say(None, "\n".join(_lines(settings, found)), as_json=False)


def _lines(settings: Config, found: Found) -> Iterator[str]:
    if _fits(settings.proof, found.proposed):
        yield "[proof] is as these mails want it."
    else:
        yield "These mails want in the configuration:"
        yield from ("", "[proof]", *_toml(found.proposed), "")
    yield "With that " + ", ".join(f"{many} senders are {level}" for level, many in sorted(found.levels.items())) + "."
    if said := hint(found):
        yield f"{said[:1].upper()}{said[1:]}."
    if found.plus_addresses:
        yield "Plus-addresses come back."
    else:
        tagged = "+helpdeskd@".join(found.mailbox.rsplit("@", 1))
        yield f"Whether plus-addresses come back cannot be seen: send a mail to {tagged} and look again."
    if found.lists:
        named = json.dumps(list(found.lists))
        yield f"These lists seem to be your own; [helpdesk] own_lists should name them: {named}"


def _toml(proposed: BorderSettings) -> Iterator[str]:
    if proposed.authserv_id is not None:
        yield f"authserv_id = {json.dumps(proposed.authserv_id)}"
        yield f'position = "{proposed.position}"'
        yield f"own_received = {json.dumps(proposed.own_received)}"
        yield f"own_hops = {proposed.own_hops}"
    if proposed.internal_header is not None:
        header = proposed.internal_header
        yield f'internal_header = {{ name = "{header.name}", value = "{header.value}" }}'


def _ask_for_forgery(marker: str, forgeries: dict[str, str]) -> None:
    for mailbox, text in forgeries.items():
        domain = mailbox.rpartition("@")[2]
        words = f"""
Now show that nobody can pass for one of yours. Write this into forgery.eml, on a machine outside of your network:

{text}
and send it to the server that takes mail for {domain} from outside (its MX), as an account of your own out there:

curl --url smtp://MX --mail-from YOU@OUTSIDE --mail-rcpt {mailbox} --crlf --upload-file forgery.eml

Then: helpdeskd doctor proof --forgery {marker}
A server that refuses it has stopped it, too."""
        tables.say(None, words, as_json=False)


def _tell_forgery(settings: Config, examined: Sequence[Examined], args: argparse.Namespace) -> int:
    forged = find_forgeries(settings, examined, args.forgery)
    faults = [f"{each.mailbox}: {each.fault}" for each in examined if each.fault]
    told = {"found": [asdict(each) for each in forged], "faults": faults, "well": _is_well(forged)}
    words = [*faults, *(_spell(each) for each in forged)]
    if not forged:
        words.append(
            f'no mail with "{MARK} {args.forgery}" in its subject is among the latest {args.mails} of any mailbox'
        )
    tables.say(told, "\n".join(words), as_json=args.json)
    return 0 if _is_well(forged) else 1


def _is_well(forged: Sequence[Forged]) -> bool:
    return bool(forged) and all(each.level in {Level.UNPROVEN, Level.FAILED} for each in forged)


def _spell(forged: Forged) -> str:
    good = _is_well([forged])
    verdict = (
        f"{forged.level.value}, as it should be" if good else f"{forged.level.value}: anybody can pass for your agents"
    )
    return f"{forged.mailbox}: {verdict} ({forged.why})"
