"""One mail with all that may be known when it is decided where it goes."""

from dataclasses import dataclass
from datetime import datetime

from mail.domains import ascii_address, ascii_domain
from mail.model import Address, Level, Mail, Proof
from mail.tokens import Keys
from tickets.candidates import Candidates, Inbound, Questions
from tickets.directory import Directory, Role
from tickets.lifecycle import LifecycleSettings
from tickets.surveys import SurveySettings


@dataclass(frozen=True, slots=True)
class Case:
    """What routing looks at; nothing in it changes while it decides."""

    mail: Mail
    proof: Proof
    inbound: Inbound
    questions: Questions
    candidates: Candidates
    directory: Directory
    keys: Keys
    now: datetime
    settings: LifecycleSettings
    surveys: SurveySettings

    @property
    def level(self) -> Level:
        """How far the sender is proven; whom a list of ours names as the author, it does not prove."""
        if self.inbound.trust_senders:
            return Level.PROVEN
        if self.mail.rewritten and self.proof.holds:
            return Level.UNPROVEN
        return self.proof.level

    @property
    def holds(self) -> bool:
        """The sender is at least proven."""
        return self.level in {Level.PROVEN, Level.STRONG}

    @property
    def vouched(self) -> bool:
        """The sender is proven, or a person let this mail out of quarantine."""
        return self.holds or self.inbound.released

    @property
    def sender(self) -> str:
        """The sender's address in its one spelling; empty where there is none."""
        return ascii_address(self.mail.sender.address) if self.mail.sender else ""

    @property
    def role(self) -> Role:
        """What the sender's address is to us."""
        return self.directory.role_of(self.sender)

    def addressed(self) -> tuple[Address, ...]:
        """Those in To, then those in Cc, each once and none that is no address."""
        found: dict[str, Address] = {}
        for address in (*self.mail.to, *self.mail.cc):
            if is_usable(address):
                found.setdefault(ascii_address(address.address), address)
        return tuple(found.values())

    def customers(self) -> tuple[Address, ...]:
        """Those in To and Cc who are neither ours nor the sender."""
        outside = (a for a in self.addressed() if self.directory.role_of(a.address) is Role.CUSTOMER)
        return tuple(a for a in outside if ascii_address(a.address) != self.sender)


def is_usable(address: Address | None) -> bool:
    """Whether a mail could be sent to this address: something before the last @ and a domain behind it."""
    if address is None:
        return False
    local, _, domain = address.address.rpartition("@")
    return bool(local) and local.isprintable() and " " not in local and ascii_domain(domain) is not None
