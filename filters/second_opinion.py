"""What another filter says, where one is asked."""

from collections.abc import Iterator
from math import isfinite

from filters import Evidence, Hit, Kind, filter_rule
from mail.names import one_line

_WHOLE = 3.0  # points where it calls a mail spam
_MOST, _LEAST = 4.0, -1.5
_STRONGEST = 4


@filter_rule("opinion", Kind("SECOND_OPINION", 1.0, "what another filter says; three points where it calls it spam"))
def second_opinion(evidence: Evidence) -> Iterator[Hit]:
    """Its score in proportion to the score that it requires, capped; its strongest symbols in words."""
    opinion = evidence.opinion
    if opinion is None or opinion.required <= 0 or not isfinite(opinion.score):
        return
    points = max(_LEAST, min(_MOST, _WHOLE * opinion.score / opinion.required))
    strongest = sorted(opinion.symbols, key=lambda symbol: (-abs(symbol[1]), symbol[0]))[:_STRONGEST]
    named = ", ".join(f"{one_line(name, 60)} {score:+.1f}" for name, score in strongest if score)
    told = f"it scores {opinion.score:.1f} of {opinion.required:.1f} there"
    yield Hit("SECOND_OPINION", f"{told}: {named}" if named else told, points)
