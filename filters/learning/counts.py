"""Counts of words in spam and in genuine mail, as Robinson weighs them; unlike a regression it knows much from little.

Only mails that are not yet on the right side by a thick margin are counted (Siefkes et al. 2004, "Combining Winnow and
orthogonal sparse bigrams", train on or near error): otherwise what is frequent drowns what is rare.
"""

import math
from array import array
from collections.abc import Iterable

_DOUBT = 1.0  # Robinson's s: as if each word had been seen so often in either kind alike
_DULL = 0.1  # a word that is no farther from one half says nothing
_MARGIN = 4.0


class Counts:
    """What it says is above 0 for spam: log-odds of all words over the square root of their number."""

    def __init__(self, size: int) -> None:
        self.spam = array("f", bytes(4 * size))
        self.ham = array("f", bytes(4 * size))
        self.mails = array("d", (0.0, 0.0))  # counted as genuine, as spam

    def judge(self, places: Iterable[int]) -> float:
        """The evidence of a mail with words at these places."""
        odds = list(filter(None, self._odds(places)))
        return sum(odds) / math.sqrt(len(odds) or 1)

    def learn(self, places: Iterable[int], *, spam: bool, share: float) -> None:
        """Count a mail by this share of one, where it is not yet clear."""
        said = self.judge(places)
        if (said if spam else -said) >= _MARGIN:
            return
        self.mails[spam] += share
        counts = self.spam if spam else self.ham
        for place in places:
            counts[place] += share

    def weigh(self, places: Iterable[int]) -> list[float]:
        """What each word adds to the judgement."""
        odds = self._odds(places)
        norm = math.sqrt(sum(map(bool, odds)) or 1)
        return [one / norm for one in odds]

    def _odds(self, places: Iterable[int]) -> list[float]:
        ratio = (self.mails[1] + 1) / (self.mails[0] + 1)
        all_spam, all_ham = self.spam, self.ham
        odds = []
        for place in places:
            spam, ham = all_spam[place], all_ham[place]
            seen = spam + ham
            chance = (_DOUBT / 2 + seen * spam / (spam + ham * ratio)) / (_DOUBT + seen) if seen else 0.5
            odds.append(math.log(chance / (1 - chance)) if not -_DULL < chance - 0.5 < _DULL else 0.0)
        return odds
