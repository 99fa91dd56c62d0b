"""How content customers are: how many were asked, how many answered, and what they said.

By agent, account, mailbox or week, as it was on the day of the survey. The score is the share of answers of 4 and 5.
"""

import argparse
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from daemon import config, control, tables
from daemon.control import Trouble
from daemon.desk import Desk
from store import persons, surveys
from tickets.surveys import GOOD

COLUMNS = ("asked", "answered", "rate", "score", "mean")
ALL, NOBODY = "all", "nobody"
_EVER = datetime(2000, 1, 1, tzinfo=UTC)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How it is grouped, and from when on."""
    parser.add_argument("--by", choices=["agent", "account", "mailbox", "week"], help="one line for each of them")
    parser.add_argument("--since", metavar="DATE", help="only of surveys sent on this day or later, like 2026-01-31")
    parser.add_argument("--json", action="store_true", help="print a JSON list")


def run(args: argparse.Namespace) -> int:
    """0 when anybody was asked, else 1."""
    rows = control.ask(config.load(args.config), "csat", {"by": args.by, "since": args.since})
    shown = rows if args.json else [row | {name: _percent(row[name]) for name in ("rate", "score")} for row in rows]
    tables.show(shown, (args.by or ALL, *COLUMNS), as_json=args.json)
    return 0 if any(row["asked"] for row in rows) else 1


def answer(desk: Desk, request: dict[str, Any], actor: str) -> Any:  # noqa: ARG001 every verb is answered alike
    """The rows. Raises Trouble where `since` is no date."""
    by, start = request.get("by"), _read_day(request.get("since"))
    with desk.store.read() as session:
        asked = surveys.asked_since(session, start)
        names = persons.names(session, {each.owner for each in asked if each.owner is not None})
    return [{by or ALL: name, **_sum_up(some)} for name, some in _group(asked, _key_of(by, names)).items()]


def _read_day(text: object) -> datetime:
    try:
        return datetime.fromisoformat(str(text)).replace(tzinfo=UTC) if text else _EVER
    except ValueError as fault:
        raise Trouble(f"{text} is no date; write it like 2026-01-31") from fault


def _key_of(by: str | None, names: Mapping[int, str]) -> Callable[[surveys.Survey], str]:
    def key(survey: surveys.Survey) -> str:
        match by:
            case "agent":
                return names.get(survey.owner or 0, NOBODY)
            case "account":
                return survey.account or NOBODY
            case "mailbox":
                return survey.mailbox
            case "week":
                year, week, _ = survey.asked_at.isocalendar()
                return f"{year}-W{week:02}"
            case _:
                return ALL

    return key


def _group(asked: Iterable[surveys.Survey], key: Callable[[surveys.Survey], str]) -> dict[str, list[surveys.Survey]]:
    found: dict[str, list[surveys.Survey]] = {}
    for each in asked:
        found.setdefault(key(each), []).append(each)
    return dict(sorted(found.items()))


def _sum_up(asked: list[surveys.Survey]) -> dict[str, Any]:
    """Shares from 0 to 1; None where nobody answered."""
    scores = [each.score for each in asked if each.score is not None]
    good = sum(score >= GOOD for score in scores)
    return {
        "asked": len(asked),
        "answered": len(scores),
        "rate": round(len(scores) / len(asked), 4),
        "score": round(good / len(scores), 4) if scores else None,
        "mean": round(sum(scores) / len(scores), 2) if scores else None,
    }


def _percent(share: float | None) -> str | None:
    return f"{share:.0%}" if share is not None else None
