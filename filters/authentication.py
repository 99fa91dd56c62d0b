"""What our border server can tell of who sent it. Nothing that a sender can write is looked at."""

from collections.abc import Iterator

from filters import Evidence, Hit, Kind, filter_rule
from mail.model import Level


@filter_rule(
    "authentication",
    Kind("SENDER_PROVEN", -0.5, "our border server, or a signature, proves the sender"),
    Kind("DMARC_FAILED", 2.5, "the sender's domain says that mail like this is not its own"),
    Kind("SPF_FAILED", 1.0, "the server that sent it may not send for that domain"),
    Kind("SPF_DOUBTED", 0.3, "the server that sent it is none that the domain names"),
    Kind("DKIM_FAILED", 0.3, "it was changed since it was signed"),
)
def authentication(evidence: Evidence) -> Iterator[Hit]:
    """DMARC, SPF and DKIM as the border server reports them."""
    proof = evidence.proof
    if proof.holds:
        yield Hit("SENDER_PROVEN", f"the sender is proven: {proof.why}")
        return
    if proof.level is Level.FAILED:
        yield Hit("DMARC_FAILED", proof.why)
    if "spf=fail" in proof.reported:
        yield Hit("SPF_FAILED", "our border server reports spf=fail")
    elif "spf=softfail" in proof.reported:
        yield Hit("SPF_DOUBTED", "our border server reports spf=softfail")
    if "dkim=fail" in proof.reported and "dkim=pass" not in proof.reported:
        yield Hit("DKIM_FAILED", "our border server reports dkim=fail, and no signature that holds")
