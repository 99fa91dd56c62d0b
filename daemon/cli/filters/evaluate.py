"""See how well the filters learn from mail that you have labelled.

Judges each mail of an index (lines `ham PATH` and `spam PATH`, the mails in its folder or in a tar there) and then
learns its label, beginning with nothing. Needs no configuration and changes nothing.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from daemon import tables
from daemon.sifting.labelled import read_index, read_mails
from daemon.sifting.reading_ahead import read_ahead
from filters.learning.evaluation import evaluate, measure, without_telltales


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which mail, and how soon its labels come."""
    parser.add_argument("index", type=Path, metavar="INDEX", help="a file with a line `ham PATH` or `spam PATH` a mail")
    parser.add_argument(
        "--feedback", type=_share, default=1.0, metavar="SHARE", help="learn only this share of the labels (default: 1)"
    )
    parser.add_argument(
        "--delay", type=_count, default=0, metavar="MAILS", help="learn a label only so many mails later (default: 0)"
    )
    parser.add_argument(
        "--without-headers",
        action="store_true",
        help="leave out the header fields that tell who sent a mail and which way it came",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a mail instead of the figures")


def run(args: argparse.Namespace) -> int:
    """0 when every mail has a score."""
    rows = read_index(args.index)
    mails = (mail for _, mail in read_ahead(zip(rows, read_mails(args.index, rows), strict=True)))
    if args.without_headers:
        mails = (without_telltales(mail) for mail in mails)
    labelled = zip((row.spam for row in rows), mails, strict=True)
    scores = []
    for row, score in zip(rows, evaluate(labelled, feedback=args.feedback, delay=args.delay), strict=True):
        scores.append((row.spam, score))
        if args.json:
            line = {"path": row.path, "label": "spam" if row.spam else "ham", "score": round(score, 4)}
            print(json.dumps(line), flush=True)
    if not args.json:
        figures = {
            name: round(value, 3) if value is not None else None for name, value in asdict(measure(scores)).items()
        }
        tables.show([figures], list(figures), as_json=False)
    return 0


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError("a share lies between 0 and 1")
    return share


def _count(text: str) -> int:
    count = int(text)
    if count < 0:
        raise argparse.ArgumentTypeError("no number of mails is below 0")
    return count
