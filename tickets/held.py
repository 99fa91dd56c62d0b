"""How mail that was put aside is shown to a person: doubtful first, look-alikes together, nothing in it alive."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tickets.directory import Agent

_REPLY = re.compile(r"\A(?:(?:re|aw|antw|sv|fwd?|wg)\s?:\s{0,9})+", re.IGNORECASE)
_NUMBERS = re.compile(r"\d+")
_NO_LETTERS = re.compile(r"[\W_]+")
_TELLING = 8  # letters of a subject that is not alike by chance
_LIVE = re.compile(r"(?i)\b(https?|ftp|mailto)(:)")
_DOT = re.compile(r"(?<=[^\W_])\.(?=[^\W\d_]{2,})")


@dataclass(frozen=True, slots=True)
class Held:
    """A mail in quarantine as a person judges it; `score` is None where it was not put aside for one."""

    arrival: int
    sender: str
    subject: str
    why: str
    received_at: datetime
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Alike:
    """Mails that look alike, the most doubtful first."""

    mails: tuple[Held, ...]

    @property
    def doubt(self) -> float:
        """The lower, the sooner a person should look at it; what has no score is looked at first."""
        return min(_doubt(mail) for mail in self.mails)


def arrange(mails: Iterable[Held]) -> tuple[Alike, ...]:
    """Look-alikes together, the most doubtful before all others."""
    groups: dict[str, list[Held]] = {}
    for mail in mails:
        groups.setdefault(_likeness(mail), []).append(mail)
    alike = (Alike(tuple(sorted(group, key=lambda mail: (_doubt(mail), mail.arrival)))) for group in groups.values())
    return tuple(sorted(alike, key=lambda group: (group.doubt, group.mails[0].arrival)))


def defuse(text: str) -> str:
    """The text with nothing in it that a mail program makes a link: hosts and addresses are read, not followed."""
    return _DOT.sub("[.]", _LIVE.sub(r"\1[:]", text)).replace("@", " (at) ")


def latest_hour(reader: Agent, hour: int, now: datetime) -> datetime:
    """When the reader's clock last showed this hour: what was held until then is told, what came later waits."""
    today = now.astimezone(reader.zone).replace(hour=hour, minute=0, second=0, microsecond=0)
    return (today if today <= now else today - timedelta(days=1)).astimezone(UTC)


def is_weekly(reader: Agent, now: datetime) -> bool:
    """Whether it is the reader's Monday, on which the figure of the week is told."""
    return now.astimezone(reader.zone).weekday() == 0


def read_numbers(words: Sequence[str], most: int) -> tuple[int, ...] | str:
    """The numbers that somebody names, as `3`, `3,5` or `3-7`, each once; else what is wrong with them."""
    found: dict[int, None] = {}
    for word in (part for each in words for part in each.split(",") if part):
        begin, dash, end = word.removeprefix("#").partition("-")
        if not begin.isdecimal() or (dash and not end.isdecimal()) or len(begin) > 9 or len(end) > 9:
            return f'"{word[:40]}" is no number of a mail in the digest'
        first, last = int(begin), int(end or begin)
        if not 1 <= first <= last <= most:
            return f"{word} is not in the digest, which goes from 1 to {most}"
        found.update(dict.fromkeys(range(first, last + 1)))
    return tuple(found) or "say which mails, by their numbers in the digest: #ham 3 5"


def say_span(span: timedelta) -> str:
    """How long, in one rough unit that every language reads."""
    minutes = round(span.total_seconds() / 60)
    if minutes < 90:
        return f"{max(1, minutes)} min"
    return f"{round(minutes / 60)} h" if minutes < 48 * 60 else f"{round(minutes / 60 / 24)} d"


def _doubt(mail: Held) -> float:
    return mail.score if mail.score is not None else float("-inf")


def _likeness(mail: Held) -> str:
    """What look-alikes share: the letters of their subject, whatever numbers and signs are between; else the sender."""
    bare = _NUMBERS.sub("", _REPLY.sub("", mail.subject.casefold()))
    letters = _NO_LETTERS.sub(" ", bare).strip()
    if len(letters) >= _TELLING:
        return f"subject {letters}"
    return f"sender {mail.sender.casefold()} {letters}"
