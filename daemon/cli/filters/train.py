"""Have the filters learn from mail that you have labelled, or all over again from what people said of mails.

`train INDEX` adds to what is known: an index with a line `ham PATH` or `spam PATH` a mail, the mails in its folder or
in a tar there. `train --from-store` begins with nothing and learns every lesson in the store again, in its order; what
came from an index is forgotten. Because that replaces what is known, it only shows what would come of it unless --yes
is said. The figures are of mails judged before they were learned.
"""

import argparse
import base64
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from daemon import clock, config, control, tables
from daemon.desk import Desk
from daemon.sifting.labelled import read_index, read_mails
from daemon.sifting.past import Ask
from daemon.sifting.reading_ahead import read_ahead
from daemon.sifting.replay import progress
from filters.learning.evaluation import measure
from filters.learning.learner import Learner
from filters.learning.state import UnknownState, dump, load
from filters.learning.traits import read_traits
from mail.model import Mail
from store import audit, learning, ledger, lessons
from store.engine import Session

GOOD, WRONG = 0, 2
_MANY = 200  # lessons of one page
_BYTES = 8 * 1024 * 1024  # of their mails; one more at most


@dataclass(frozen=True, slots=True)
class _Label:
    mailbox: str
    spam: bool


@dataclass(slots=True)
class _Training:
    """A learner at work, and what it said of each mail before."""

    learner: Learner
    scores: list[tuple[bool, float]] = field(default_factory=list)

    def learn(self, mails: Iterable[tuple[_Label, Mail]], advance: Callable[[int], None]) -> None:
        for label, mail in mails:
            traits = read_traits(mail)
            self.scores.append((label.spam, self.learner.judge(traits, label.mailbox)))
            self.learner.learn(traits, label.mailbox, spam=label.spam)
            advance(len(self.scores))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """From what, and whether it is meant."""
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "index", nargs="?", type=Path, metavar="INDEX", help="a file with a line `ham PATH` or `spam PATH` a mail"
    )
    source.add_argument("--from-store", action="store_true", help="learn again what people said of mails")
    parser.add_argument(
        "--mailbox",
        default="",
        metavar="ADDRESS",
        help="with INDEX: the mailbox that the mails came to (default: none)",
    )
    parser.add_argument("--yes", action="store_true", help="with --from-store: replace what is known")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """0 when it was learned, or shown. Raises NoIndex, Trouble."""
    settings = config.load(args.config)
    with control.connected(settings, "filters") as line, progress("learning") as advance:
        ask = partial(_ask, line)
        known = ask({"ask": "known"})
        if args.from_store:
            training, lesson = _Training(Learner()), _Last()
            mails = read_ahead(_lessons(ask, lesson), os.cpu_count() or 1)
            training.learn(mails, lambda done: advance(done, known["lessons"]))
        else:
            training, lesson = _Training(load(base64.b64decode(known["state"]))), _Last(known["lesson"])
            rows = read_index(args.index)
            labels = [_Label(args.mailbox, row.spam) for row in rows]
            mails = read_ahead(zip(labels, read_mails(args.index, rows), strict=True), os.cpu_count() or 1)
            training.learn(mails, lambda done: advance(done, len(rows)))
        is_meant = args.yes or not args.from_store
        if is_meant:
            state = base64.b64encode(dump(training.learner)).decode()
            ask({"ask": "replace", "state": state, "lesson": lesson.id, "mails": len(training.scores)})
    _tell(training, known, is_done=is_meant, as_json=args.json)
    return GOOD


@dataclass(slots=True)
class _Last:
    """The last lesson that a state knows of."""

    id: int = 0


def _ask(line: Ask, request: dict[str, Any]) -> Any:
    return line({"what": "train", **request})


def _lessons(ask: Ask, last: _Last) -> Iterator[tuple[_Label, bytes]]:
    while page := ask({"ask": "lessons", "after": last.id}):
        for each in page:
            last.id = each["id"]
            if each["raw"] is not None:
                yield _Label(each["mailbox"], each["spam"]), base64.b64decode(each["raw"])


def _tell(training: _Training, known: dict[str, Any], *, is_done: bool, as_json: bool) -> None:
    genuine, spam = training.learner.known
    figures = {
        name: round(value, 3) if value is not None else None for name, value in asdict(measure(training.scores)).items()
    }
    told = {
        "done": is_done,
        "mails": len(training.scores),
        "known_before": {"genuine": round(known["genuine"]), "spam": round(known["spam"])},
        "known_after": {"genuine": round(genuine), "spam": round(spam)},
        "figures": figures,
    }
    if as_json:
        tables.say(told, "", as_json=True)
        return
    before = f"{known['genuine']:.0f} genuine and {known['spam']:.0f} spam"
    after = f"{'now' if is_done else 'then'} {genuine:.0f} genuine and {spam:.0f} spam"
    tables.say(None, f"{len(training.scores)} mails learned; known before: {before}, {after}", as_json=False)
    tables.show([figures], list(figures), as_json=False)
    if not is_done:
        tables.say(None, "nothing is changed; --yes replaces what is known", as_json=False)


# ---------------------------------------------------------------- in the daemon
def answer(desk: Desk, request: dict[str, Any], actor: str) -> Any:
    """What is known, the lessons page by page, or to know something else. Raises ValueError for a broken state."""
    match request["ask"]:
        case "known":
            return _known(desk)
        case "lessons":
            with desk.store.read() as session:
                return list(_tell_lessons(session, int(request["after"])))
        case _:
            return _replace(desk, request, actor)


def _known(desk: Desk) -> dict[str, Any]:
    knowledge, learner = desk.store.write(desk.life.mind.copy).result()
    with desk.store.read() as session:
        last = lessons.last(session)
    state = base64.b64encode(dump(learner)).decode()
    return {
        "state": state,
        "lesson": knowledge.lesson,
        "lessons": last,
        "genuine": knowledge.genuine,
        "spam": knowledge.spam,
    }


def _tell_lessons(session: Session, after: int) -> Iterator[dict[str, Any]]:
    size = 0
    for lesson in lessons.after(session, after, _MANY):
        if size > _BYTES:
            return
        try:
            raw = ledger.raw(session, lesson.arrival)
        except LookupError:
            raw = None
        size += len(raw or b"")
        content = base64.b64encode(raw).decode() if raw is not None else None
        yield {"id": lesson.id, "mailbox": lesson.mailbox, "spam": lesson.spam, "raw": content}


def _replace(desk: Desk, request: dict[str, Any], actor: str) -> None:
    checkpoint = learning.Checkpoint(int(request["lesson"]), base64.b64decode(request["state"]))
    now = clock.now()

    def replace(session: Session) -> None:
        desk.life.mind.replace(session, checkpoint, now)
        audit.note(session, actor, "filters train", f"{int(request['mails'])} mails", now)

    try:
        desk.store.write(replace).result()
    except UnknownState as fault:
        raise ValueError(str(fault)) from fault
