"""Lists of senders that always pass, or never.

Who is allowed must be proven: a From address by itself is worth nothing. `unproven` lifts that where an admin knows
better. Whoever is blocked need not be proven. An address is nearer than its domain, and at the same distance a block
is stronger.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mail.domains import ascii_address
from mail.model import Address


@dataclass(frozen=True, slots=True)
class Entry:
    """One sender on a list."""

    who: str  # lower-case: an address, a domain as "example.com", or all domains below it as "*.example.com"
    unproven: bool = False  # of the allow list: it passes without any proof
    why: str = ""  # who wrote it, and why: told to whoever asks


@dataclass(frozen=True, slots=True)
class Lists:
    """Senders by `who` of their entry."""

    allow: Mapping[str, Entry] = field(default_factory=dict)
    block: Mapping[str, Entry] = field(default_factory=dict)

    def find(self, sender: Address) -> tuple[Entry | None, Entry | None]:
        """The entry that allows and the one that blocks: both or one of them None, by which is nearer."""
        for who in spellings(sender):
            if who in self.block:
                return None, self.block[who]
            if who in self.allow:
                return self.allow[who], None
        return None, None


NOBODY = Lists()


def spellings(sender: Address) -> Iterator[str]:
    """The address, its domain, then the domains above with "*." before them; nearest first."""
    address = ascii_address(sender.address)
    yield address
    domain = address.rpartition("@")[2]
    yield domain
    labels = domain.split(".")[:20]
    yield from ("*." + ".".join(labels[at:]) for at in range(1, len(labels)))
