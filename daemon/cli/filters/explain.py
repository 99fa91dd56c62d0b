"""See why a mail was judged as it was: every symbol, what its group adds, what was learned, and what would turn it.

An arrival (by its number, see `arrivals`) is judged by the rules that run now as it came then, with what was known of
its sender and learned by that day; a file as if it came now. What moves the learner's score is told as it is known now.
Changes nothing.
"""

import argparse
import base64
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Any

from daemon import clock, config, control, tables
from daemon.answers import plain
from daemon.control import Trouble
from daemon.desk import Desk
from filters.explanation import Explanation, tell_changes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which mail, and for whom."""
    parser.add_argument("mail", metavar="FILE|ARRIVAL", help="a mail in a file, or the number of an arrival")
    parser.add_argument(
        "--mailbox", metavar="ADDRESS", help="with a file: the mailbox that it comes to (default: the first)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """0 when there is such a mail. Raises OSError, Trouble."""
    settings = config.load(args.config)
    request: dict[str, Any] = {"what": "explain"}
    if args.mail.isdecimal():
        request["arrival"] = int(args.mail)
    else:
        request["raw"] = base64.b64encode(Path(args.mail).read_bytes()).decode()
        request["mailbox"] = args.mailbox or settings.mailboxes[0].address
    said = control.ask(settings, "filters", request)
    if args.json:
        tables.say(said, "", as_json=True)
    else:
        _show(said)
    return 0


def answer(desk: Desk, request: dict[str, Any], actor: str) -> Any:  # noqa: ARG001 every verb is answered alike
    """All of it. Raises Trouble for a mailbox that is not ours and an arrival that is not kept."""
    from daemon.sifting import explaining  # noqa: PLC0415 its HTTP client is heavy, and only whoever answers needs it

    if "arrival" in request:
        try:
            explained = explaining.explain_arrival(desk, int(request["arrival"]), clock.now())
        except LookupError as absent:
            raise Trouble(f"{absent}; see: helpdeskd arrivals") from absent
    else:
        own = desk.directory.mailbox_of(str(request["mailbox"]))
        if own is None:
            raise Trouble(f"{request['mailbox']} is none of your mailboxes")
        explained = explaining.explain_mail(desk, base64.b64decode(request["raw"]), own.address, clock.now())
    then = explained.then
    return {
        "mailbox": explained.mailbox,
        "as_it_came": explained.as_it_came,
        "then": {
            "decision": then.decision,
            "score": then.score,
            "judged_at": plain(then.judged_at),
            "reason": then.reason,
        }
        if then is not None
        else None,
        **_as_json(explained.explanation),
    }


def _as_json(explanation: Explanation) -> dict[str, Any]:
    verdict = explanation.verdict
    return {
        "decision": verdict.decision.value,
        "score": verdict.score,
        "thresholds": plain(explanation.thresholds),
        "by_score": explanation.by_score.value,
        "protected": verdict.protected,
        "decided": verdict.decided,
        "ways": plain(verdict.ways),
        "symbols": plain(verdict.symbols),
        "groups": [
            {
                "group": each.name,
                "sum": each.total,
                "cap": each.cap if isfinite(each.cap) else None,
                "counted": each.counted,
            }
            for each in explanation.groups
        ],
        "learned": plain(explanation.learned),
        "changes": list(tell_changes(explanation)),
    }


def _show(said: dict[str, Any]) -> None:
    tables.say(None, "\n".join(_heading(said)), as_json=False)
    strongest = sorted(said["symbols"], key=lambda symbol: (-abs(symbol["score"]), symbol["name"]))
    rows = [{"symbol": each["name"], **each, "score": _points(each["score"])} for each in strongest]
    tables.show(rows, ("symbol", "score", "group", "reason"), as_json=False)
    groups = [{**each, **{key: _points(each[key]) for key in ("sum", "cap", "counted")}} for each in said["groups"]]
    tables.show(groups, ("group", "sum", "cap", "counted"), as_json=False)
    learned = [{"learned_by_now": each["what"], "score": f"{each['weight']:+.2f}"} for each in said["learned"]]
    tables.show(learned, ("learned_by_now", "score"), as_json=False)
    tables.say(None, "\n".join(said["changes"]), as_json=False)


def _heading(said: dict[str, Any]) -> Iterator[str]:
    lines = said["thresholds"]
    yield (
        f"{said['decision']} at {said['mailbox']}: score {said['score']:.1f}, "
        f"doubtful from {lines['doubtful']:.1f}, spam from {lines['spam']:.1f}"
    )
    why = said["protected"] or said["decided"]
    if why:
        yield why
    then = said["then"]
    if then is not None:
        yield f"decided at {then['judged_at']}: {then['decision']}, {then['reason']}"
    if not said["as_it_came"]:
        yield "judged as if it came now"
    ways = said["ways"]
    sent = [f"tag {tag}" for tag in ways["tags"]]
    sent += [f"{name} {value}" for name, value in ways.items() if name != "tags" and value]
    if sent:
        yield f"rules send it: {', '.join(sent)}"


def _points(score: float | None) -> str:
    return f"{score:+.1f}" if score is not None else ""
