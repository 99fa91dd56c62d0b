"""Who is who: our mailboxes, agents, staff, customers' accounts, notifiers and lists, as configured."""

from dataclasses import dataclass, field
from datetime import UTC, time, tzinfo
from enum import StrEnum

from mail.domains import ascii_address, ascii_domain
from tickets.free_mail import FREE_MAIL


class Role(StrEnum):
    """What an address is to us; by itself it proves nothing of who wrote a mail."""

    OWN = "own"  # one of our mailboxes, or another address that we send from
    AGENT = "agent"
    STAFF = "staff"
    SOURCE = "source"  # writes in the name of others
    CUSTOMER = "customer"  # everybody else


class Preference(StrEnum):
    """Which notices an agent wants."""

    ALL = "all"  # of every ticket
    MINE = "mine"  # of the tickets that they own
    DIGEST = "digest"  # of every ticket, all in one mail a day
    NONE = "none"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours in which an agent is left in peace, on their own clock; over midnight where `start` is the later."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address that we read; `rank` 0 is the first in the configuration and wins where copies arrive in several."""

    address: str
    rank: int
    aliases: frozenset[str] = frozenset()
    acknowledge: bool = True
    acknowledge_genuine: bool = False  # where `acknowledge` is not set: what the filters judged genuine (hi@)
    keep_newsletters: bool = False
    language: str | None = None
    name: str = ""  # shown as the sender's name

    @property
    def list_id(self) -> str:
        """What notices of this mailbox bear as List-Id, without brackets (RFC 2919 §2)."""
        local, _, domain = self.address.rpartition("@")
        label = "".join(char if char.isalnum() or char == "-" else "-" for char in local)
        return f"{label}.notices.{domain}"


@dataclass(frozen=True, slots=True)
class Agent:
    """A support engineer; the first address is where notices go."""

    name: str
    addresses: tuple[str, ...]
    notices: Preference = Preference.ALL
    quiet: QuietHours | None = None
    zone: tzinfo = UTC  # of their clock
    slack: str | None = None  # their member id there


@dataclass(frozen=True, slots=True)
class Account:
    """A customer company; `domains` are its own, never free-mail ones."""

    name: str
    domains: frozenset[str]
    language: str | None = None
    plan: str = ""
    ce: str | None = None  # the address of its customer engineer
    ae: str | None = None  # the address of its account executive
    facts: tuple[tuple[str, str], ...] = ()  # name and value: what agents want to know, such as its version
    internal_channel: str | None = None  # of Slack, where our own people speak of it
    customer_channel: str | None = None  # of Slack, shared with it: never for anything internal


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
    _index: "_Index" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "_index", _build_index(self)
        )  # the one moment in which a frozen value may be completed

    def role_of(self, address: str) -> Role:
        """What this address is to us. An agent stays one wherever else the address is listed, a notifier nearly so."""
        key = ascii_address(address)
        if key in self._index.sources and key not in self._index.agents:
            return Role.SOURCE  # a form may write from a mailbox of ours
        if self.is_own(key):
            return Role.OWN
        if key in self._index.agents:
            return Role.AGENT
        return Role.STAFF if _domain_of(key) in self._index.staff_domains else Role.CUSTOMER

    def is_own(self, address: str) -> bool:
        """Whether we would be writing to ourselves: mailboxes, aliases, their plus-addresses, senders, own lists."""
        key = ascii_address(address)
        return key in self._index.own or _without_tag(key) in self._index.own

    def agent_of(self, address: str) -> Agent | None:
        """The agent with this address; without a plus-tag unless it is listed with one."""
        return self._index.agents.get(ascii_address(address))

    def source_of(self, address: str) -> NotifierSource | None:
        """The listed notifier that writes from this address."""
        return self._index.sources.get(ascii_address(address))

    def mailbox_of(self, address: str) -> Mailbox | None:
        """The mailbox that reads this address, be it an alias or a plus-address of it."""
        key = ascii_address(address)
        return self._index.mailboxes.get(key) or self._index.mailboxes.get(_without_tag(key))

    def account_of(self, address: str) -> Account | None:
        """The account whose domain this address is at: listed itself, not as part of another; never a free-mail one."""
        domain = _domain_of(ascii_address(address))
        return None if domain in FREE_MAIL else self._index.accounts.get(domain)

    def account(self, name: str) -> Account | None:
        """The account of this name."""
        return next((account for account in self.accounts if account.name == name), None)

    def is_free_mail(self, domain: str) -> bool:
        """Whether anybody can have an address at this domain."""
        return (ascii_domain(domain) or domain.lower()) in FREE_MAIL

    def own_domains(self) -> frozenset[str]:
        """The domains of our mailboxes and our company."""
        return frozenset(_domain_of(box.address) for box in self.mailboxes) | self.staff_domains

    def agent_addresses(self) -> frozenset[str]:
        """All addresses of all agents."""
        return self._index.agent_addresses


@dataclass(frozen=True, slots=True)
class _Index:
    """The directory by address and domain, each in one spelling."""

    mailboxes: dict[str, Mailbox]
    own: frozenset[str]
    agents: dict[str, Agent]
    agent_addresses: frozenset[str]
    staff_domains: frozenset[str]
    sources: dict[str, NotifierSource]
    accounts: dict[str, Account]


def _build_index(directory: Directory) -> _Index:
    mailboxes = {ascii_address(a): box for box in directory.mailboxes for a in (box.address, *box.aliases)}
    lists = {ascii_address(name) for name in directory.own_lists if "@" in name}
    agents = {ascii_address(address): agent for agent in directory.agents for address in agent.addresses}
    return _Index(
        mailboxes=mailboxes,
        own=frozenset(mailboxes) | lists | {ascii_address(address) for address in directory.own_addresses},
        agents=agents,
        agent_addresses=frozenset(agents),
        staff_domains=frozenset(_one_spelling(domain) for domain in directory.staff_domains),
        sources={ascii_address(address): source for source in directory.sources for address in source.addresses},
        accounts={_one_spelling(domain): account for account in directory.accounts for domain in account.domains},
    )


def _one_spelling(domain: str) -> str:
    return ascii_domain(domain) or domain.lower()


def _domain_of(key: str) -> str:
    return key.rpartition("@")[2] if "@" in key else ""


def _without_tag(key: str) -> str:
    local, at, domain = key.rpartition("@")
    bare = local.partition("+")[0]
    return f"{bare}{at}{domain}" if bare else key
