"""Logistic regression learned mail by mail: the more a feature has been corrected, the smaller its next step.

Steps are those of Duchi et al. 2011, "Adaptive subgradient methods"; learning only from what was not yet clear follows
Goodman & Yih 2006, "Online discriminative spam filter training".
"""

import math
from array import array
from collections.abc import Sequence

_RATE = 20.0
_CAUTION = 4.0  # how fast steps shrink
_CLEAR = 0.01  # a judgement that is no farther from the truth teaches nothing


class Logistic:
    """Weights of so many places, all neutral at first. What it says is a log-odds: above 0 for spam."""

    def __init__(self, size: int) -> None:
        self.weights = array("f", bytes(4 * size))
        self.moved = array("f", bytes(4 * size))  # squares of the errors that each place has been corrected by

    def judge(self, places: Sequence[int]) -> float:
        """The log-odds of a mail with features at these places."""
        return sum(map(self.weights.__getitem__, places)) / _norm(places)

    def learn(self, places: Sequence[int], *, spam: bool, share: float) -> float:
        """Move towards the label by this share of a full step; gives how far off it was, from 0 to 1."""
        error = spam - 1 / (1 + math.exp(-max(-500.0, min(500.0, self.judge(places)))))
        if abs(error) <= _CLEAR:
            return 0.0
        weights, moved = self.weights, self.moved
        step, more = share * _RATE * error / _norm(places), share * _CAUTION * error * error
        for place in places:
            moved[place] += more
            weights[place] += step / math.sqrt(1 + moved[place])
        return abs(error)

    def weigh(self, places: Sequence[int]) -> list[float]:
        """What each place adds to the judgement."""
        norm = _norm(places)
        return [self.weights[place] / norm for place in places]


def _norm(places: Sequence[int]) -> float:
    return math.sqrt(len(places) + 1)
