"""How well would it have learned? Labelled mails in order: each is judged, and its label learned afterwards."""

import math
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from filters import Evidence
from filters.learning.learner import SPAM_AT, Learner
from filters.learning.traits import Traits, read_traits
from filters.verdict import Rules, judge
from mail.model import Level, Mail, Proof

# Header fields in which the same senders, servers and lists come again, so that they give the label away.
_TELLTALE = (
    *("from", "to", "cc", "reply-to", "sender", "received", "delivered-to", "return-path", "message-id"),
    *("references", "in-reply-to"),
)
_AS_SHIPPED = Rules()
_UNPROVEN = Proof(Level.UNPROVEN, "nobody knows what a border server said of it")
_AT_SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Figures:
    """How well scores tell spam from genuine mail; shares in per cent, None where there is only one kind."""

    ham: int
    spam: int
    one_minus_roca: float | None  # pairs in which the genuine mail scores higher, ties half
    missed: float | None  # spam that passes where one genuine mail in a thousand may be lost
    ham_lost: float | None  # at the score where spam begins
    spam_passed: float | None


def evaluate(
    mails: Iterable[tuple[bool, Mail]],
    *,
    feedback: float = 1.0,
    delay: int = 0,
    mailbox: str = "",
    rules: Rules = _AS_SHIPPED,
) -> Iterator[float]:
    """The score of each mail (with whether it is spam): the learner's and the filters' that look at the mail alone.

    Labels are learned so many mails late, of this share of them. Which ones does not hang on chance: with 0.1 it is
    every tenth.
    """
    learner = Learner()
    waiting = deque[tuple[bool, Traits]]()
    learned = 0
    for spam, mail in mails:
        traits = read_traits(mail)
        yield judge(_see(mail, mailbox, learner.judge(traits, mailbox)), rules).score
        waiting.append((spam, traits))
        if len(waiting) > delay:
            label, late = waiting.popleft()
            learned += 1
            if is_learned(learned, feedback):
                learner.learn(late, mailbox, spam=label)


def _see(mail: Mail, mailbox: str, learned: float) -> Evidence:
    return Evidence(mail, _UNPROVEN, mailbox, mail.date or _AT_SOME_TIME, mail.size, learned=learned)


def is_learned(number: int, feedback: float) -> bool:
    """Whether the label of so many-eth mail, counted from 1, is in the share that is learned."""
    return math.floor(number * feedback) > math.floor((number - 1) * feedback)


def is_telltale(field: str) -> bool:
    """Whether a header field tells who sent a mail and which way it came, rather than what it says."""
    name = field.lower()
    return name in _TELLTALE or name.startswith(("list-", "x-"))


def without_telltales(mail: Mail) -> Mail:
    """The mail as if nobody knew who sent it and which way it came."""
    headers = tuple((name, value) for name, value in mail.headers if not is_telltale(name))
    return replace(mail, headers=headers, sender=None, reply_to=())


def measure(scores: Sequence[tuple[bool, float]]) -> Figures:
    """The figures of scores, each with whether it is spam's."""
    ham = sorted(score for is_spam, score in scores if not is_spam)
    spam = sorted(score for is_spam, score in scores if is_spam)
    if not ham or not spam:
        return Figures(len(ham), len(spam), None, None, None, None)
    higher = sum(bisect_left(spam, score) + bisect_right(spam, score) for score in ham) / 2
    highest_passed = ham[-1 - len(ham) // 1000]
    return Figures(
        len(ham),
        len(spam),
        100 * higher / len(ham) / len(spam),
        100 * bisect_right(spam, highest_passed) / len(spam),
        100 * (len(ham) - bisect_left(ham, SPAM_AT)) / len(ham),
        100 * bisect_left(spam, SPAM_AT) / len(spam),
    )
