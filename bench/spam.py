"""How well the filters learn from labelled mail, and with `--against bogofilter` that one on the same mails.

docs/filters.md says how to read it. Without an index it takes that of $HELPDESKD_CORPUS.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from daemon.sifting.labelled import read_index, read_mails
from filters.learning.evaluation import evaluate, is_learned, is_telltale, measure, without_telltales
from mail.model import Mail
from mail.parse import parse

NEUTRAL = 0.52  # what bogofilter says while it knows nothing
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to learn from a stream."""

    name: str
    feedback: float = 1.0
    delay: int = 0
    headers: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """One mail of the stream."""

    spam: bool
    raw: bytes
    mail: Mail


VARIANTS = (
    Variant("at once"),
    Variant("10 % feedback", feedback=0.1),
    Variant("500 late", delay=500),
    Variant("no header words", headers=False),
)


def main() -> int:
    """Print a table; 0 also where bogofilter is not there, which is said."""
    args = _read_arguments()
    rows = read_index(args.index)
    stream = [Entry(row.spam, raw, parse(raw)) for row, raw in zip(rows, read_mails(args.index, rows), strict=True)]
    if args.order:
        random.Random(args.order).shuffle(stream)
    against = args.against
    if against and not shutil.which(against):
        print(f"NOT RUN: {against} is not installed (Debian: apt install {against})")
        against = None
    print(f"{len(stream)} mails, order {args.order or 'of the index'}")
    print(f"{'':17}{'':11}{'(1-ROCA)%':>10}{'missed %':>10}{'ham lost %':>11}{'passed %':>10}{'ms a mail':>10}")
    for variant in VARIANTS:
        _tell(variant.name, "helpdeskd", stream, _ask_ourselves(stream, variant))
        if against:
            _tell("", against, stream, _ask_bogofilter(stream, variant))
    return 0


def _read_arguments() -> argparse.Namespace:
    corpus = Path(os.environ.get("HELPDESKD_CORPUS") or Path(__file__).resolve().parents[2] / "shared" / "corpus")
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "index", nargs="?", type=Path, default=corpus / "spam" / "index", help="lines `ham PATH`, `spam PATH`"
    )
    parser.add_argument("--against", choices=["bogofilter"], help="another filter to run on the same mails")
    parser.add_argument(
        "--order", type=int, default=0, metavar="SEED", help="shuffle the mails (0: as the index has them)"
    )
    return parser.parse_args()


def _tell(variant: str, name: str, stream: Sequence[Entry], scores: list[float]) -> None:
    *scores, seconds = scores
    told = measure([(entry.spam, score) for entry, score in zip(stream, scores, strict=True)])
    at_threshold = f"{told.ham_lost:11.3f}{told.spam_passed:10.2f}" if name == "helpdeskd" else f"{'':21}"
    milliseconds = 1000 * seconds / len(stream)
    print(
        f"{variant:17}{name:11}{told.one_minus_roca:10.3f}{told.missed:10.1f}{at_threshold}{milliseconds:10.2f}",
        flush=True,
    )


def _ask_ourselves(stream: Sequence[Entry], variant: Variant) -> list[float]:
    """The scores, and behind them the seconds of CPU."""
    mails = [(entry.spam, entry.mail if variant.headers else without_telltales(entry.mail)) for entry in stream]
    began = time.process_time()
    scores = list(evaluate(mails, feedback=variant.feedback, delay=variant.delay))
    return [*scores, time.process_time() - began]


def _ask_bogofilter(stream: Sequence[Entry], variant: Variant) -> list[float]:
    """The same of bogofilter, a process for each judgement and each label as a mail server would start them."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        scores = list(_bogofilter(stream, variant, folder))
    return [*scores, time.perf_counter() - began]


def _bogofilter(stream: Sequence[Entry], variant: Variant, folder: str) -> Iterator[float]:
    waiting = deque[tuple[bool, bytes]]()
    learned = 0
    for entry in stream:
        raw = entry.raw if variant.headers else _drop_telltales(entry.raw)
        told = _run(["bogofilter", "-TT", "-d", folder], raw).split() if any(Path(folder).iterdir()) else []
        yield float(told[0]) if told else NEUTRAL
        waiting.append((entry.spam, raw))
        if len(waiting) > variant.delay:
            spam, late = waiting.popleft()
            learned += 1
            if is_learned(learned, variant.feedback):
                _run(["bogofilter", "-s" if spam else "-n", "-d", folder], late)


def _run(command: list[str], raw: bytes) -> bytes:
    return subprocess.run(command, input=raw, capture_output=True, check=False).stdout


def _drop_telltales(raw: bytes) -> bytes:
    head, gap, body = raw.partition(b"\n\n")
    kept, keep = [], True
    for line in head.split(b"\n"):
        if line[:1] not in (b" ", b"\t"):
            field = _FIELD.match(line)
            keep = field is not None and not is_telltale(field[1].decode("latin-1"))
        if keep:
            kept.append(line)
    return b"\n".join(kept) + gap + body


if __name__ == "__main__":
    sys.exit(main())
