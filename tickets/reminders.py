"""Whether a customer who owes an answer is reminded: the limits of acknowledgements, for mail of our own accord.

An agent has answered this customer before, so there is no mail at hand to judge; what counts is who they are.
"""

from dataclasses import dataclass

from mail.model import Level
from tickets.acknowledgement import AcknowledgementSettings, Hold, Send, Withhold, braked, unreachable
from tickets.directory import Role


@dataclass(frozen=True, slots=True)
class ReminderFacts:
    """All that the judgement rests on. The counts are of automatic mails that left or wait in the outbox."""

    recipient: str | None  # the requester's address
    role: Role  # what that address is to us
    levels: frozenset[Level] = frozenset()  # how far the requester's own mails on the ticket were proven
    is_source: bool = False  # a notifier wrote in their name: its proof says nothing of them
    is_undeliverable: bool = False
    to_address_today: int = 0
    to_unproven_last_hour: int = 0

    @property
    def is_proven(self) -> bool:
        """Whether the requester wrote themselves, or an agent vouches for them by having written first."""
        return not self.is_source and (not self.levels or not self.levels.isdisjoint({Level.PROVEN, Level.STRONG}))


@dataclass(frozen=True, slots=True)
class Later:
    """It waits for another day."""

    why: str


def judge(facts: ReminderFacts, settings: AcknowledgementSettings) -> Send | Hold | Withhold | Later:
    """Whether automatic mail of our own accord may leave to the requester of a ticket. Never raises."""
    why = unreachable(facts.recipient, is_undeliverable=facts.is_undeliverable)
    if why is None and facts.role is not Role.CUSTOMER:
        why = "that is no customer's address"
    if why is None and facts.levels == {Level.FAILED}:
        why = "DMARC failed: somebody else may have written in that name"
    if why is not None:
        return Withhold(why)
    if facts.to_address_today >= settings.per_address_day:
        return Later(f"that address had {facts.to_address_today} automatic mails today")
    if not facts.is_proven and facts.to_unproven_last_hour >= settings.unproven_hour:
        return braked(facts.to_unproven_last_hour)
    return Send()
