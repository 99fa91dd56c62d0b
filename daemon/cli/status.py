"""Is all well? The ledger, the outbox, the mailboxes, and who stands still.

Exit status 1 where something needs a person: a mailbox that cannot be read, a worker that stands still, an rspamd that
gives no opinion, a ledger that does not add up, rules of the filters that were refused.
"""

import argparse
from datetime import timedelta
from typing import Any

from daemon import clock, config, control, tables
from daemon.answers import plain
from daemon.desk import Desk
from store import ledger as books
from store import lessons, outbox, quarantine, verdicts
from store.engine import Session


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """As a program wants it."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """0 when all is well, 1 when something needs a person."""
    said = control.ask(config.load(args.config), "status", {})
    if args.json:
        tables.say(said, "", as_json=True)
        return 0 if said["well"] else 1
    ledger = said["ledger"]
    parts = [f"{outcome} {number}" for outcome, number in ledger["by_outcome"].items() if number]
    sums = " + ".join([*parts, f"in work {ledger['in_work']}"])
    tables.say(
        None, f"{'running' if said['running'] else 'not running'}{', paused' if said['paused'] else ''}", as_json=False
    )
    tables.say(
        None, f"arrivals {ledger['arrivals']} = {sums}{'' if ledger['adds_up'] else '  DOES NOT ADD UP'}", as_json=False
    )
    tables.show(
        [{"outbox": name, "items": number} for name, number in said["outbox"].items()],
        ("outbox", "items"),
        as_json=False,
    )
    tables.show(said["mailboxes"], ("mailbox", "read_at", "fault"), as_json=False)
    if said["rspamd"]:
        tables.say(None, f"rspamd: {said['rspamd']['fault'] or 'answers'}", as_json=False)
    tables.show(said["standing_still"], ("worker", "seconds", "doing"), as_json=False)
    _tell_rules(said["rules"])
    _show_filters(said["filters"])
    return 0 if said["well"] else 1


def _tell_rules(rules: dict[str, Any]) -> None:
    since = f" since {rules['since']}" if rules["since"] else ""
    lines = [f"rules {rules['file'] or 'as they ship'}{since}"]
    if rules["refused"]:
        lines.append(f"refused at {rules['refused']['at']}, the rules before go on:")
        lines += rules["refused"]["faults"]
    tables.say(None, "\n".join(lines), as_json=False)


def _show_filters(filters: dict[str, Any]) -> None:
    for what in ("quarantine", "judged_this_week"):
        counted = ", ".join(f"{name} {number}" for name, number in filters[what].items() if number)
        tables.say(None, f"{what.replace('_', ' ')}: {counted or 'nothing'}", as_json=False)
    known = filters["known"]
    told = f"{known['genuine']:.0f} genuine mails, {known['spam']:.0f} spam" if known else "not loaded"
    waits = f"; lessons that wait: {filters['lessons_waiting']}" if filters["lessons_waiting"] else ""
    tables.say(None, f"learned from: {told}{waits}", as_json=False)


def _tell_filters(session: Session, desk: Desk) -> dict[str, Any]:
    known = desk.life.mind.knowledge
    taught = lessons.last(session)
    return {
        "quarantine": {reason.value: many for reason, many in quarantine.counts(session).items()},
        "bytes_let_go": quarantine.purged(session),
        "judged_this_week": dict(verdicts.counts(session, clock.now() - timedelta(days=7))),
        "known": {"genuine": known.genuine, "spam": known.spam} if known is not None else None,
        "lessons": taught,
        "lessons_waiting": taught - known.lesson if known is not None else 0,
    }


def answer(desk: Desk, request: dict[str, Any], actor: str) -> dict[str, Any]:  # noqa: ARG001 every verb is answered alike
    """What the store and the workers say."""
    with desk.store.read() as session:
        ledger = books.ledger(session)
        waiting = outbox.counts(session)
        filters = _tell_filters(session, desk)
        paused = outbox.is_paused(session)
    boxes = [
        {"mailbox": each.polled.address, "read_at": plain(each.read_at), "fault": each.fault}
        for each in desk.life.pollers
    ]
    boxes += [{"mailbox": each.name, "read_at": None, "fault": each.fault} for each in desk.life.listeners]
    silent = plain(desk.life.watchdog.silent()) if desk.life.watchdog else []
    rspamd = {"fault": desk.life.rspamd()} if desk.life.rspamd is not None else None
    faults = [box["fault"] for box in [*boxes, rspamd or {"fault": None}]]
    return {
        "running": desk.life.watchdog is not None,
        "paused": paused,
        "ledger": {
            "arrivals": ledger.arrivals,
            "in_work": ledger.in_work,
            "by_outcome": {outcome.value: number for outcome, number in ledger.by_outcome},
            "by_kind": dict(ledger.by_kind),
            "adds_up": ledger.adds_up,
        },
        "outbox": {f"{each.klass} {each.state}": each.many for each in waiting},
        "mailboxes": boxes,
        "standing_still": silent,
        "rspamd": rspamd,
        "filters": filters,
        "rules": {
            "file": str(desk.rules.file) if desk.rules.file is not None else None,
            "since": plain(desk.rules.since),
            "refused": plain(desk.rules.refusal),
        },
        "well": desk.rules.refusal is None and ledger.adds_up and not silent and not any(faults),
    }
