"""The sections of the configuration that belong to the whole house; each room declares its own beside its code."""

import ipaddress
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, ValidationInfo

from channels.smtp import is_loopback
from daemon.config.days import Days
from daemon.config.secret import Secret, Surroundings, read_secret
from daemon.config.slack_ids import Channel, Member
from mail.domains import ascii_domain
from mail.proof import BorderSettings
from tickets.hours import WEEKDAYS

DNS_PORT = 53
_SERVER = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::([0-9]{1,5}))?|([0-9.]+)(?::([0-9]{1,5}))?")
_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_OPEN_HOURS = re.compile(r"((?:[01][0-9]|2[0-3]):[0-5][0-9])-((?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)", re.ASCII)
_FORBIDDEN = frozenset('<>()[]\\,;:" \t@')


def _read_domain(value: str) -> str:
    domain = ascii_domain(value)
    if domain is None:
        raise ValueError("this is no domain; write it like example.com, without @ or *")
    return domain


def read_address(value: str) -> str:
    """The address in lower case. Raises ValueError where it is none."""
    local, at, domain = value.rpartition("@")
    sound = at and 0 < len(local) <= 64 and local.isascii() and local.isprintable() and not _FORBIDDEN & set(local)
    if not sound or ascii_domain(domain) is None:
        raise ValueError("this is no mail address; write it like support@example.com")
    return f"{local.lower()}@{ascii_domain(domain)}"


def _read_language(value: str) -> str:
    parts = value.lower().replace("_", "-").split("-")
    if not all(part.isalnum() and part.isascii() for part in parts) or not 2 <= len(parts[0]) <= 3:
        raise ValueError('this is no language; write it like "en" or "de"')
    return "-".join(parts)


def _read_password(value: object, info: ValidationInfo[Surroundings]) -> Secret:
    return read_secret(value, info.context)


def _split_server(value: str) -> tuple[str, int] | None:
    """Address and port of "192.0.2.53", "192.0.2.53:5353", "2001:db8::53" or "[2001:db8::53]:5353"."""
    found = _SERVER.fullmatch(value)
    address = (found[1] or found[3]) if found else value
    port = int((found[2] or found[4] or DNS_PORT) if found else DNS_PORT)
    try:
        return str(ipaddress.ip_address(address)), port if 0 < port < 65536 else 0
    except ValueError:
        return None


def _read_server(value: str) -> str:
    split = _split_server(value)
    if split is None or not split[1]:
        raise ValueError('this is no address of a server; write it like "192.0.2.53" or "[2001:db8::53]:5353"')
    return value


def _read_line(value: str) -> str:
    if not value.isprintable():
        raise ValueError("this has control characters or more than one line")
    return value.strip()


def _read_hours(value: str) -> str:
    hours = "".join(value.split())
    if not _HOURS.fullmatch(hours) or len(set(hours.split("-"))) == 1:
        raise ValueError('these are no hours; write them like "18:00-08:00"')
    return hours


def _read_open_hours(value: str) -> str:
    hours = "".join(value.split())
    found = _OPEN_HOURS.fullmatch(hours)
    if not found or minutes_of(found[1]) >= minutes_of(found[2]):
        raise ValueError('these are no hours of one day; write them like "09:00-17:00"')
    return hours


def minutes_of(clock: str) -> int:
    """Minutes after midnight of a time like 17:30."""
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def _read_day(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as fault:
        raise ValueError('this is no day; write it in quotes like "2026-12-24"') from fault


def _read_weekday(value: str) -> str:
    if value.lower() not in WEEKDAYS:
        raise ValueError(f"this is no day of the week; write one of {', '.join(WEEKDAYS)}")
    return value.lower()


def _read_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (LookupError, ValueError, OSError) as fault:  # a name that is none, or one that this machine does not know
        raise ValueError('this machine knows no such time zone; write it like "Europe/Berlin"') from fault
    return value


def _read_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        sound = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0 and value.isprintable()
    except ValueError:  # a port that is none
        sound = False
    if not sound or parts.query or parts.fragment or "@" in parts.netloc or " " in value:
        raise ValueError("this is no URL of a service; write it like http://127.0.0.1:11333")
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise ValueError("http is for a service on this machine only (127.0.0.1, ::1, localhost); write https")
    return value.rstrip("/")


Line = Annotated[str, AfterValidator(_read_line)]
AddressText = Annotated[str, AfterValidator(read_address)]
Domain = Annotated[str, AfterValidator(_read_domain)]
ServerText = Annotated[str, AfterValidator(_read_server)]
Url = Annotated[str, AfterValidator(_read_url)]
Language = Annotated[str, AfterValidator(_read_language)]
Hours = Annotated[str, AfterValidator(_read_hours)]
OpenHours = Annotated[str, AfterValidator(_read_open_hours)]
Day = Annotated[str, AfterValidator(_read_day)]
Weekday = Annotated[str, AfterValidator(_read_weekday)]
Zone = Annotated[str, AfterValidator(_read_zone)]
Password = Annotated[Secret | None, PlainValidator(_read_password)]


class Section(BaseModel):
    """A table of the configuration: frozen, and a key that it does not know is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class HelpdeskSection(Section):
    """The house as a whole."""

    name: Line = Field("", description="What customers read as the name of your team; by default the domain.")
    domain: Domain | None = Field(
        None, description="The domain of our Message-IDs; by default that of the first mailbox."
    )
    language: Language = Field("en", description="The language of our texts where nothing else says one.")
    first_ticket: int = Field(1, ge=1, le=1_000_000_000, description="The number of the first ticket.")
    since_days: int = Field(
        3, ge=0, le=36_500, description="At the first start mail that is older than this many days is never taken in."
    )
    bounce_address: Literal[""] | AddressText | None = Field(
        None,
        description="Where bounces of our automatic mail go; one of our mailboxes must read it. By default the first "
        'mailbox; "" sends them with the null sender.',
    )
    admins: tuple[AddressText, ...] = Field((), description="Who is told when something needs a person.")
    own_lists: tuple[Line, ...] = Field(
        (), description="Addresses or List-Ids of your own lists; what a list says of a sender is then ignored."
    )
    state: Path | None = Field(
        None, description="The folder of everything we keep; by default $STATE_DIRECTORY, else /var/lib/helpdeskd."
    )
    workers: int | None = Field(
        None, ge=1, le=64, description="How many processes read mails; by default one for each core."
    )


class StoreSection(Section):
    """Where tickets, mails and the outbox lie."""

    url: str | None = Field(
        None, description="As postgresql://user@host/name or sqlite:////path; by default SQLite in the state folder."
    )
    password: Password = Field(None, description="The password of the user in the PostgreSQL URL, as a secret.")


class MailboxSection(Section):
    """An address that we read; the keys of its kind stand in the same table."""

    address: AddressText = Field(
        description="The address that customers write to; the first mailbox outranks the next."
    )
    aliases: tuple[AddressText, ...] = Field((), description="Further addresses whose mail arrives here.")
    kind: str = Field("imap", description="How it is read.")
    acknowledge: bool | Literal["judged"] = Field(
        default=True,
        description='Whether new tickets are acknowledged; "judged": only what the filters judged genuine.',
    )
    newsletters: Literal["ticket", "keep"] = Field(
        "ticket", description='What becomes of bulk mail with List-Unsubscribe: a ticket, or "keep" it without one.'
    )
    language: Language | None = Field(
        None,
        description="The language of our texts here; by default the one that a mail declares, else that of the house.",
    )
    name: Line = Field("", description="The sender's name on what leaves from here; by default the house's.")
    calendar: Line | None = Field(
        None, description='The calendar of its tickets, by its name in [[calendars]]; by default "default".'
    )
    password: Password = Field(None, description="The password of the mailbox, as a secret.")


class OutgoingSection(Section):
    """How mail leaves; the keys of its kind stand in the same table."""

    kind: str = Field("smtp", description="How it is sent.")
    password: Password = Field(None, description="The password for sending, as a secret.")


class ProofSection(BorderSettings):
    """How a sender is proven: by what our border server writes into mail, and where, else by a signature (DKIM)."""

    dkim: bool = Field(
        default=True,
        description="Whether a signature that we verify ourselves proves a sender; its key is asked in DNS.",
    )
    resolvers: tuple[ServerText, ...] = Field(
        (), description='The DNS servers to ask, as "192.0.2.53" or "[2001:db8::53]:5353"; by default this machine\'s.'
    )
    signature_days: int = Field(
        3, ge=1, le=30, description="How many days old a signed mail may be when it reaches our server."
    )
    ask_again_minutes: int = Field(
        10,
        ge=0,
        le=240,
        description="For how long a mail waits for a key that could not be asked, where that decides something.",
    )

    @property
    def servers(self) -> tuple[tuple[str, int], ...]:
        """The DNS servers with their ports."""
        return tuple(split for each in self.resolvers if (split := _split_server(each)) is not None)

    @property
    def signature_age(self) -> timedelta:
        """How old a signed mail may be."""
        return timedelta(days=self.signature_days)

    @property
    def patience(self) -> timedelta:
        """For how long a mail waits for a key."""
        return timedelta(minutes=self.ask_again_minutes)


class TemplatesSection(Section):
    """The texts that we write to people."""

    folder: Path | None = Field(
        None, description="Your own templates; each replaces ours of the same name. Relative to this file."
    )


class ControlSection(Section):
    """The socket that verbs such as `helpdeskd status` speak to."""

    socket: Path | None = Field(
        None,
        description="By default control.sock in $RUNTIME_DIRECTORY, else in /run/helpdeskd where the state lies "
        "in /var/lib/helpdeskd, else in the state folder.",
    )
    group: Line = Field("helpdeskd", description="The system group whose members may use it.")


class CalendarSection(Section):
    """When a team works: the days of Pending are counted by it. One named "default" serves where nothing else does."""

    name: Line = Field(min_length=1, description="What `calendar` of mailboxes and accounts names.")
    time_zone: Zone = Field("UTC", description='Its clock, like "Europe/Berlin".')
    days: tuple[Weekday, ...] = Field(
        ("mon", "tue", "wed", "thu", "fri"), min_length=1, description="The days on which it works."
    )
    hours: OpenHours = Field("09:00-17:00", description='From when to when, like "09:00-17:00"; "00:00-24:00": always.')
    country: Line | None = Field(
        None, description='Whose public holidays are days off, like "DE" (ISO 3166-1); by default nobody\'s.'
    )
    subdivision: Line | None = Field(None, description='The part of that country, like "BY" (ISO 3166-2).')
    closed: tuple[Day, ...] = Field((), description='Further days off, like ["2026-12-24", "2026-12-31"].')


class AgentSection(Section):
    """A support engineer."""

    name: Line = Field(min_length=1, description="As shown on tickets and in what customers read.")
    addresses: tuple[AddressText, ...] = Field(min_length=1, description="Their addresses; notices go to the first.")
    notices: Literal["all", "mine", "digest", "none"] = Field(
        "all",
        description='Of which tickets they are told: all; "mine": those that they own; "digest": all, in one mail a '
        'day; "none". Nothing of a customer\'s goes unheard: where nobody wants all, those with "mine" are told of it.',
    )
    quiet: Hours | None = Field(
        None,
        description='Hours in which nothing is sent to them, like "18:00-08:00"; what happened comes in one mail at '
        "their end. Calls are sent all the same.",
    )
    time_zone: Zone = Field(
        "UTC", description='The clock of quiet hours and digests, and where their days begin, like "Europe/Berlin".'
    )
    slack: Member | None = Field(
        None,
        description='Their member id in Slack, like "U024BE7LH"; whoever has it may take, hold and close tickets '
        "there.",
    )
    absent: tuple[Days, ...] = Field(
        (),
        description='When they are away, and not called: days like "2026-12-24" or "2026-12-24 to 2027-01-01", the '
        "last one included.",
    )
    stand_in: AddressText | None = Field(
        None, description="Who is called while they are away: an address of [[agents]] or [[people]]."
    )


class StaffSection(Section):
    """Everybody else of your company."""

    domains: tuple[Domain, ...] = Field((), description="The domains of your company.")


class AnswersSection(Section):
    """How agents' answers leave."""

    wait_seconds: float = Field(
        60.0,
        ge=0,
        le=3600,
        description="How long an answer waits before it leaves, so that its author can stop it with #undo; it also "
        "waits for two looks at its mailbox.",
    )


class AccountSection(Section):
    """A customer company."""

    name: Line = Field(min_length=1, description="The customer's name.")
    domains: tuple[Domain, ...] = Field(min_length=1, description="The customer's own domains, never a free-mail one.")
    language: Language | None = Field(None, description="The language of our texts to this customer.")
    plan: Line = Field("", description="What they have bought; agents read it in notices, as they do the next three.")
    ce: AddressText | None = Field(None, description="The address of their customer engineer.")
    ae: AddressText | None = Field(None, description="The address of their account executive.")
    calendar: Line | None = Field(
        None, description="The calendar of their tickets, by its name in [[calendars]]; by default the mailbox's."
    )
    internal_channel: Channel | None = Field(
        None,
        description="The id of the Slack channel where your own people speak of them; never one that they can read.",
    )
    customer_channel: Channel | None = Field(
        None, description="The id of the Slack channel that you share with them; nothing internal is ever posted there."
    )
    facts: dict[Line, Line] = Field(
        {}, description='What else agents want to know of them, like { version = "7.2", deployment = "on premises" }.'
    )


class SourceSection(Section):
    """A notifier that writes in the name of others: social media, forms, marketing."""

    name: Line = Field(min_length=1, description="What tickets bear as their source.")
    addresses: tuple[AddressText, ...] = Field(min_length=1, description="The addresses that it writes from.")
    ask_first: bool = Field(default=False, description="Whether an agent asks before anybody is answered.")
