"""Those whom we know: customers, our own people, and whoever wrote to us before."""

from collections.abc import Iterator

from filters import Evidence, Hit, Kind, filter_rule
from mail.model import Level

_MANY = 5  # tickets, from which on it counts whole


@filter_rule(
    "known",
    Kind("ANSWERS_US", -4.0, "it answers a mail of ours by the token made for its sender"),
    Kind("OUR_OWN", -4.0, "its sender is proven and one of us"),
    Kind("CUSTOMER", -3.0, "its sender is proven and at the domain of an account"),
    Kind("KNOWN_CORRESPONDENT", -2.0, "its sender is proven and opened tickets before"),
    Kind("SEEMS_KNOWN", -0.3, "it says to be from somebody whom we know; nothing proves or denies it"),
)
def known_people(evidence: Evidence) -> Iterator[Hit]:
    """What we know of the sender; whoever only says so is hardly believed."""
    facts, sender = evidence.facts, evidence.mail.sender
    who = sender.address if sender is not None else "nobody"
    if facts.answers_token:
        yield Hit("ANSWERS_US", "it answers a mail of ours by the token made for its sender")
    if evidence.proof.holds:
        if facts.is_ours:
            yield Hit("OUR_OWN", f"{who} is proven and one of us")
        if facts.account:
            yield Hit("CUSTOMER", f"{who} is proven and of {facts.account}")
        if facts.tickets > 0:
            share = min(facts.tickets, _MANY) / _MANY
            yield Hit("KNOWN_CORRESPONDENT", f"{who} is proven and opened {facts.tickets} before", share)
    elif evidence.proof.level is Level.UNPROVEN and (facts.account or facts.tickets > 0):
        yield Hit("SEEMS_KNOWN", f"{who} is known to us, but not proven")
