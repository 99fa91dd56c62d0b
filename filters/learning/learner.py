"""What is learned from labelled mail, and what it says of the next one: two regressions and counts, added up.

They err in opposite ways, so that their sum is better than each: a regression over words, one over runs of four bytes
(which no trick with spaces or strange letters escapes), and counts of words (which know more after few mails).
"""

import math
import zlib
from array import array
from dataclasses import dataclass

from filters.learning.counts import Counts
from filters.learning.logistic import Logistic
from filters.learning.traits import RUNS, WORDS, Traits, place_runs, place_words, read_runs, show_run
from filters.learning.words import read_words
from mail.model import Mail

SPAM_AT = 5.0  # the score where spam begins
_ENOUGH = 9.0  # the sum of all three, a log-odds, that is called spam
_CAUTION = 16.0  # so many mails must be known for half of the square root's way to certainty
_GENUINE = 150  # mails that must be known before any is called spam
_COLD = 4.8  # below this stays what is said before: another filter must see something for it to be spam
_SENDERS = 1 << 14
_PATIENCE = 2.0  # mails judged wholly wrong whose worth one sender can teach of a label, however many come


@dataclass(frozen=True, slots=True)
class Reason:
    """What moved the score by how much; above 0 towards spam."""

    what: str
    weight: float


class Learner:
    """All that is known of spam and genuine mail; neutral at first. Changed by `learn` alone.

    Mailboxes share what they learn. Each also has weights of its own for every word, so that it can come to another
    view: the tables hold both (Attenberg et al. 2009, "Collaborative email-spam filtering with the hashing trick").
    """

    def __init__(self) -> None:
        self.words, self.runs, self.counts = Logistic(WORDS), Logistic(RUNS), Counts(WORDS)
        self.senders = array("f", bytes(4 * _SENDERS))
        self.known = array("d", (0.0, 0.0))  # genuine mails, spam

    def judge(self, traits: Traits, mailbox: str = "") -> float:
        """The score: 0 is neutral, from SPAM_AT on it is spam. Nothing is before enough genuine mails are known."""
        own = _add_own(traits.words, mailbox)
        told = self.words.judge(own) + self.runs.judge(traits.runs) + self.counts.judge(traits.words)
        score = self._certainty() * (told + self._lean())
        if self.known[0] < _GENUINE and score > _COLD - 1:
            return _COLD - 1 / (score - _COLD + 2)  # in the same order, but below
        return score

    def learn(self, traits: Traits, mailbox: str = "", *, spam: bool) -> None:
        """Learn a mail's label. The more a sender has already corrected, the less the next mail of theirs does."""
        sender = zlib.crc32(f"{spam} {traits.sender}".encode("utf-8", "replace")) % _SENDERS
        share = (1 + self.senders[sender] / _PATIENCE) ** -2 if traits.sender else 1.0
        off = self.words.learn(_add_own(traits.words, mailbox), spam=spam, share=share)
        off += self.runs.learn(traits.runs, spam=spam, share=share)
        self.counts.learn(traits.words, spam=spam, share=share)
        self.senders[sender] += off / 2
        self.known[spam] += share

    def explain(self, mail: Mail, mailbox: str = "", most: int = 10) -> list[Reason]:
        """What decided, the strongest first: words with their place, letters, and how many mails are known."""
        told = self._weigh_words(list(read_words(mail)), mailbox)
        runs = read_runs(mail)
        for run, weight in zip(runs, self.runs.weigh(place_runs(runs)), strict=True):
            letters = f"letters: {show_run(run)!a}"
            told[letters] = told.get(letters, 0.0) + weight
        told[f"{self.known[1]:.0f} spam and {self.known[0]:.0f} genuine mails are known"] = self._lean()
        strongest = sorted(told.items(), key=lambda item: (-abs(item[1]), item[0]))[:most]
        factor = self._certainty()
        return [Reason(what, factor * weight) for what, weight in strongest if weight]

    def _weigh_words(self, words: list[str], mailbox: str) -> dict[str, float]:
        shared = place_words(words)
        told = dict(zip(words, self.counts.weigh(shared), strict=True))
        for at, weight in enumerate(self.words.weigh(_add_own(shared, mailbox))):
            told[words[at % len(words)]] += weight
        return told

    def _lean(self) -> float:
        """That there is more of one kind says nothing of the next mail."""
        return math.log((self.known[0] + 1) / (self.known[1] + 1))

    def _certainty(self) -> float:
        """Points of score for one of log-odds; less while little is known."""
        root = math.sqrt(sum(self.known))
        return SPAM_AT / _ENOUGH * root / (root + math.sqrt(_CAUTION))


def _add_own(shared: tuple[int, ...], mailbox: str) -> tuple[int, ...]:
    """The places that all mailboxes share, and where there is a mailbox, as many of its own."""
    if not mailbox:
        return shared
    salt = zlib.crc32(mailbox.encode("utf-8", "replace")) % WORDS
    return shared + tuple([place ^ salt for place in shared])
