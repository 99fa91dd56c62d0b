"""Mail in our own name that nothing proves."""

from collections.abc import Iterator

from filters import Evidence, Hit, Kind, filter_rule
from mail.domains import ascii_domain


@filter_rule("sender", Kind("FORGED_OWN_DOMAIN", 3.0, "From is at a domain of ours, and nothing proves it"))
def forged_own_domain(evidence: Evidence) -> Iterator[Hit]:
    """A From at a domain of ours; not where the proof could not be asked for, or one of our lists rewrote it."""
    sender, proof = evidence.mail.sender, evidence.proof
    if sender is None or proof.holds or proof.passing or evidence.mail.rewritten:
        return
    domain = ascii_domain(sender.domain) or ""
    if any(f".{domain}".endswith(f".{own}") for own in evidence.facts.own_domains):
        yield Hit("FORGED_OWN_DOMAIN", f"{sender.address} is at a domain of ours, and nothing proves it")
