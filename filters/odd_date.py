"""Mail from the future, or from long ago."""

from collections.abc import Iterator
from datetime import timedelta

from filters import Evidence, Hit, Kind, filter_rule

_EARLY = timedelta(days=1)
_LATE = timedelta(days=10)


@filter_rule(
    "header",
    Kind("DATE_IN_FUTURE", 1.2, "its Date lies more than a day after it came in"),
    Kind("DATE_LONG_AGO", 0.5, "its Date lies more than ten days before it came in"),
)
def odd_date(evidence: Evidence) -> Iterator[Hit]:
    """Date against the time when it came in."""
    if evidence.mail.date is None:
        return
    age = evidence.received_at - evidence.mail.date
    if age < -_EARLY:
        yield Hit("DATE_IN_FUTURE", f"its Date lies {-age.days} days after it came in")
    elif age > _LATE:
        yield Hit("DATE_LONG_AGO", f"its Date lies {age.days} days before it came in")
