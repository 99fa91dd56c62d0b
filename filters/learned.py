"""What was learned from mails like it."""

from collections.abc import Iterator

from filters import Evidence, Hit, Kind, filter_rule


@filter_rule("learned", Kind("LEARNED", 1.0, "what the learner says of it; its whole score counts"))
def learned(evidence: Evidence) -> Iterator[Hit]:
    """The learner's score, above 0 towards spam."""
    if evidence.learned is not None:
        yield Hit("LEARNED", f"it is like {'spam' if evidence.learned > 0 else 'genuine mail'}", evidence.learned)
