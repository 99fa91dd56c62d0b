"""Mail that names none of our addresses."""

from collections.abc import Iterator

from filters import Evidence, Hit, Kind, filter_rule
from mail.domains import ascii_domain


@filter_rule("header", Kind("NOT_TO_US", 0.6, "To and Cc name others, and nobody at a domain of ours"))
def not_to_us(evidence: Evidence) -> Iterator[Hit]:
    """Somebody is named, and nobody at a domain of ours."""
    named, own = evidence.mail.to + evidence.mail.cc, evidence.facts.own_domains
    if own and named and not any(ascii_domain(one.domain) in own for one in named):
        yield Hit("NOT_TO_US", f"it is addressed to {named[0].address}, and to nobody at a domain of ours")
