"""Who is who: our mailboxes, agents, staff, customers' accounts, notifiers and lists, as configured."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address that we read; `rank` 0 is the first in the configuration and wins where copies arrive in several."""

    address: str
    rank: int
    aliases: frozenset[str] = frozenset()
    acknowledge: bool = True  # False: not before the filters have judged a mail genuine (hi@)
    keep_newsletters: bool = False
    language: str | None = None
    name: str = ""  # shown as the sender's name


@dataclass(frozen=True, slots=True)
class Agent:
    """A support engineer; the first address is where notices go."""

    name: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """A customer company; `domains` are its own, never free-mail ones."""

    name: str
    domains: frozenset[str]
    language: str | None = None


@dataclass(frozen=True, slots=True)
class NotifierSource:
    """A sender that writes in the name of others: social media, forms, marketing."""

    name: str
    addresses: frozenset[str]
    ask_first: bool = False


@dataclass(frozen=True, slots=True)
class Directory:
    """All of it in one value. Addresses and domains are lower-cased."""

    mailboxes: tuple[Mailbox, ...]
    agents: tuple[Agent, ...] = ()
    staff_domains: frozenset[str] = frozenset()
    accounts: tuple[Account, ...] = ()
    sources: tuple[NotifierSource, ...] = ()
    own_lists: frozenset[str] = frozenset()  # addresses or List-Ids of our own lists
    own_addresses: frozenset[str] = field(default=frozenset())  # further addresses of ours: bounce_address, senders
