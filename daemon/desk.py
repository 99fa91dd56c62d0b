"""All that a decision may need, in one value: settings, people, keys, texts and the store."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from daemon import clock, filter_rules, keys
from daemon.config import Config
from daemon.poller import Poller
from daemon.sifting.learning import Mind
from daemon.sifting.running_rules import RunningRules
from daemon.watchdog import Watchdog
from mail.model import Address
from mail.tokens import Keys
from store.engine import Store, open_store
from templates.render import Templates
from tickets.directory import Directory


class Busy(Exception):
    """A daemon that does not answer holds the lock of the store."""

    exit_code = 3


def _nobody_waits() -> None:
    """What is called where no intake runs."""


@dataclass(slots=True)
class Listener:
    """Somebody who listens beside the mailboxes, and since when and why nothing can be heard."""

    name: str
    fault: str | None = None
    fault_since: datetime | None = None

    def note(self, fault: str | None) -> None:
        """Nothing can be heard for this reason; None: it can."""
        self.fault_since = None if fault is None else self.fault_since or clock.now()
        self.fault = fault


@dataclass(slots=True)
class Life:
    """What runs beside the decisions, for `status`; empty where a verb answers without a daemon."""

    pollers: list[Poller] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)
    watchdog: Watchdog | None = None
    rspamd: Callable[[], str | None] | None = None  # why it gives no opinion; None where nobody is asked
    mind: Mind = field(default_factory=Mind)  # what the filters have learned
    arrived: Callable[[], None] = _nobody_waits  # called when a verb has put mail into the journal


@dataclass(frozen=True, slots=True)
class Desk:
    """The open house: built once at the start, handed to whoever decides."""

    config: Config
    directory: Directory
    keys: Keys
    templates: Templates
    store: Store
    life: Life = field(default_factory=Life)
    rules: RunningRules = field(default_factory=RunningRules)  # what filters judge by: ask anew for each mail
    trust_senders: bool = False  # of a dry run: every From is proven, every sender of a thread its participant

    def sender(self, mailbox: str) -> Address:
        """In whose name mail leaves from a mailbox (its address)."""
        own = self.directory.mailbox_of(mailbox)
        return Address((own.name if own else "") or self.config.helpdesk.name, mailbox)

    def known_as(self, address: Address) -> Address:
        """The address by which we know whoever writes from this one: an agent is one person, with several of them."""
        agent = self.directory.agent_of(address.address)
        return Address(agent.name, agent.addresses[0]) if agent is not None else address


def open_desk(config: Config, store: Store) -> Desk:
    """Load what the configuration names; its rules when they are needed. Raises OSError where the key is unreadable."""
    loaded = keys.load_or_make(config.helpdesk.state, clock.now())
    rules = RunningRules(lambda: filter_rules.load(config), config.filters.rules)
    store.keep_time(config.timetable)
    return Desk(config, config.directory, loaded, Templates(config.templates.folder), store, rules=rules)


@contextlib.contextmanager
def borrow(config: Config) -> Iterator[Desk]:
    """The desk for one verb while no daemon runs: opened under the lock of the store, and closed again.

    Raises Busy where a daemon holds the lock after all, StoreFault where the store cannot be opened.
    """
    store = open_store(config.store.url, config.helpdesk.state, first_ticket=config.helpdesk.first_ticket)
    try:
        if not store.try_lock():
            raise Busy("a daemon holds the lock of the store but does not answer on its socket; look at its log")
        yield open_desk(config, store)
    finally:
        store.close(5.0)
