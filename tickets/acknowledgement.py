"""Whether a new ticket is acknowledged, by which text and in which language.

An acknowledgement must never become a weapon, so this says no wherever it may: what is not acknowledged is a ticket all
the same, what is acknowledged wrongly goes in circles or harms others.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from mail.domains import ascii_address, ascii_domain
from mail.model import Level, Mail
from tickets.directory import Account, Mailbox, Role

PROVEN_TEXT = "acknowledgement"
UNPROVEN_TEXT = "acknowledgement-unproven"  # fixed: repeats nothing that the sender wrote
EARLIEST_BELIEVABLE_YEAR = 2000  # a Date before it is a broken clock, no old mail

_SUPPRESSED = frozenset({"all", "autoreply", "oof"})  # X-Auto-Response-Suppress (MS-OXCMAIL §2.1.3.2.14)
_UNREAD = re.compile(  # RFC 3834 §2: addresses behind which no person reads
    r"(?:mailer-daemon|postmaster|no-?_?reply|do-?_?not-?_?reply|bounces?|owner-.*|.*-(?:request|owner|bounces?))(?:[+=].*)?",
    re.DOTALL,
)


class AcknowledgementSettings(BaseModel):
    """How many acknowledgements may leave, and for how old a mail."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    per_address_day: int = Field(
        default=3, ge=0, le=1000, description="automatic mails a day to one address, its +tag not counted"
    )
    per_domain_hour: int = Field(
        default=10, ge=0, le=100_000, description="automatic mails an hour to one domain that belongs to no account"
    )
    unproven_hour: int = Field(
        default=100,
        ge=0,
        le=1_000_000,
        description="the brake: automatic mails an hour to unproven senders; what is over it waits",
    )
    max_age_days: int = Field(default=3, ge=0, le=365, description="days after which a mail is no longer acknowledged")
    hold_hours: int = Field(
        default=24, ge=1, le=24 * 7, description="hours that the brake holds a mail back before it is dropped"
    )


@dataclass(frozen=True, slots=True)
class AckFacts:
    """All that the judgement rests on. The counts are of automatic mails that left or wait in the outbox."""

    mail: Mail  # the one that opened the ticket
    level: Level  # of its sender
    received_at: datetime  # INTERNALDATE
    first_start: datetime  # of this installation
    recipient: str | None  # the requester's address
    recipient_role: Role
    sender_role: Role
    mailbox: Mailbox | None  # that the ticket lives in
    is_genuine: bool = False  # the filters judged it so, and know enough for that
    released: bool = False  # a person let it out of quarantine: it counts as if it had just come
    silent: str | None = None  # why routing wants nobody told
    is_source: bool = False  # a notifier wrote it: its proof says nothing of the requester
    has_account: bool = False  # the recipient's domain belongs to an account
    is_undeliverable: bool = False
    to_address_today: int = 0  # by `normalised` address
    to_domain_last_hour: int = 0
    to_unproven_last_hour: int = 0

    @property
    def requester_is_proven(self) -> bool:
        """Whether the person who would be told is the one who wrote."""
        stands_for_itself = not self.is_source and not self.mail.rewritten
        return stands_for_itself and self.level in {Level.PROVEN, Level.STRONG}


@dataclass(frozen=True, slots=True)
class Send:
    """It may leave now."""


@dataclass(frozen=True, slots=True)
class Hold:
    """It waits for the brake, and is dropped after a day."""

    why: str


@dataclass(frozen=True, slots=True)
class Withhold:
    """It never leaves."""

    why: str


Judgement = Send | Hold | Withhold


def judge(facts: AckFacts, settings: AcknowledgementSettings, now: datetime) -> Judgement:
    """Whether the acknowledgement of one new ticket may leave; `now` is aware. Never raises."""
    why = next((said for reason in _REASONS if (said := reason(facts)) is not None), None)
    why = why or _is_old(facts, settings, now) or _is_too_much(facts, settings)
    if why is not None:
        return Withhold(why)
    if not facts.requester_is_proven and facts.to_unproven_last_hour >= settings.unproven_hour:
        return Hold(f"the brake: {facts.to_unproven_last_hour} automatic mails to unproven senders within the hour")
    return Send()


def releasable(held: int, sent_last_hour: int, settings: AcknowledgementSettings) -> int:
    """How many of those that the brake held may leave now, when so many went to unproven senders within the hour."""
    return max(0, min(held, settings.unproven_hour - sent_last_hour))


def normalised(address: str) -> str:
    """The address without its +tag and in one spelling: who counts their addresses by tag is one receiver."""
    local, at, domain = ascii_address(address).rpartition("@")
    bare = local.partition("+")[0]
    return f"{bare or local}{at}{domain}"


def text_for(facts: AckFacts) -> str:
    """The template's name: only a requester who is proven to have written gets their own subject back."""
    return PROVEN_TEXT if facts.requester_is_proven else UNPROVEN_TEXT


def choose_language(
    account: Account | None, mailbox: Mailbox | None, declared: str | None, default: str, available: Collection[str]
) -> str:
    """The account's language, else the mailbox's, else what the mail declares, else the site's; one that we have."""
    wanted = (account.language if account else None, mailbox.language if mailbox else None, declared)
    for language in wanted:
        found = _match_language(language or "", available)
        if found is not None:
            return found
    return default


def _match_language(wanted: str, available: Collection[str]) -> str | None:
    """`de-AT` is served by `de` where there is no text of its own (RFC 4647 §3.4)."""
    tag = wanted.strip().lower().replace("_", "-")
    return next((form for form in (tag, tag.partition("-")[0]) if form in available), None)


def _says_routing(facts: AckFacts) -> str | None:
    return facts.silent


def _is_nobody(facts: AckFacts) -> str | None:
    local, _, domain = (facts.recipient or "").rpartition("@")
    if not local or ascii_domain(domain) is None:
        return "there is nobody to tell"
    if _UNREAD.fullmatch(local.lower()):
        return f"nobody reads {facts.recipient}"
    return "mail to that address comes back" if facts.is_undeliverable else None


def _is_ours(facts: AckFacts) -> str | None:
    told = {
        Role.OWN: "it is an address of our own",
        Role.AGENT: "agents are not acknowledged",
        Role.STAFF: "staff are not acknowledged",
    }
    if facts.recipient_role is Role.SOURCE:
        return "notifiers are not acknowledged"
    return told.get(facts.recipient_role) or told.get(facts.sender_role)


def _is_automatic(facts: AckFacts) -> str | None:
    mail = facts.mail
    if mail.bounce is not None:
        return "bounces are never answered"
    if mail.automatic is not None:
        return f"automatic mail: {mail.automatic.why}"
    if mail.return_path == "":
        return "it came from the null sender"
    asked = {word.strip().lower() for value in mail.header("X-Auto-Response-Suppress") for word in value.split(",")}
    return "the sender asks for no automatic answer" if asked & _SUPPRESSED else None


def _is_failed(facts: AckFacts) -> str | None:
    return "DMARC failed: somebody else may have written it" if facts.level is Level.FAILED else None


def _is_unjudged(facts: AckFacts) -> str | None:
    mailbox = facts.mailbox
    if mailbox is None or not (mailbox.acknowledge or mailbox.acknowledge_genuine):
        return "this mailbox acknowledges nothing"
    is_enough = mailbox.acknowledge or facts.is_genuine
    return None if is_enough else "this mailbox acknowledges only what is judged genuine"


def _is_old(facts: AckFacts, settings: AcknowledgementSettings, now: datetime) -> str | None:
    oldest = now - timedelta(days=settings.max_age_days)
    if facts.received_at < facts.first_start:
        return "it came before the first start"
    if facts.released:
        return None
    if facts.received_at < oldest:
        return f"it came more than {settings.max_age_days} days ago"
    dated = facts.mail.date  # an old mail put into a mailbox anew keeps its Date
    if dated is not None and dated.year >= EARLIEST_BELIEVABLE_YEAR and dated < oldest:
        return f"it was written more than {settings.max_age_days} days ago"
    return None


def _is_too_much(facts: AckFacts, settings: AcknowledgementSettings) -> str | None:
    if facts.to_address_today >= settings.per_address_day:
        return f"that address had {facts.to_address_today} automatic mails today"
    if not facts.has_account and facts.to_domain_last_hour >= settings.per_domain_hour:
        return f"that domain had {facts.to_domain_last_hour} automatic mails within the hour"
    return None


_REASONS: tuple[Callable[[AckFacts], str | None], ...] = (
    _says_routing,
    _is_automatic,
    _is_failed,
    _is_ours,
    _is_nobody,
    _is_unjudged,
)
