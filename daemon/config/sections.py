"""The sections of the configuration that belong to the whole house; each room declares its own beside its code."""

import ipaddress
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, ValidationInfo

from daemon.config.secret import Secret, Surroundings, read_secret
from mail.domains import ascii_domain
from mail.proof import BorderSettings

DNS_PORT = 53
_SERVER = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::([0-9]{1,5}))?|([0-9.]+)(?::([0-9]{1,5}))?")
_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_FORBIDDEN = frozenset('<>()[]\\,;:" \t@')


def _read_domain(value: str) -> str:
    domain = ascii_domain(value)
    if domain is None:
        raise ValueError("this is no domain; write it like example.com, without @ or *")
    return domain


def read_address(value: str) -> str:
    """An address as we compare it. Raises ValueError where it is none."""
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


def _read_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (LookupError, ValueError, OSError) as fault:  # a name that is none, or one that this machine does not know
        raise ValueError('this machine knows no such time zone; write it like "Europe/Berlin"') from fault
    return value


Line = Annotated[str, AfterValidator(_read_line)]
AddressText = Annotated[str, AfterValidator(read_address)]
Domain = Annotated[str, AfterValidator(_read_domain)]
ServerText = Annotated[str, AfterValidator(_read_server)]
Language = Annotated[str, AfterValidator(_read_language)]
Hours = Annotated[str, AfterValidator(_read_hours)]
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


class FiltersSection(Section):
    """What decides that a mail is spam, and where it goes."""

    rules: Path | None = Field(
        None,
        description="Your own rules, a file or a folder of *.toml; they add to ours and override them. Relative to "
        "this file.",
    )
    keep_days: int = Field(
        90,
        ge=1,
        le=36_500,
        description="For how many days the bytes of spam are kept in quarantine; that it was there, from whom, and "
        "why stays on record.",
    )


class ControlSection(Section):
    """The socket that verbs such as `helpdeskd status` speak to."""

    socket: Path | None = Field(
        None,
        description="By default control.sock in $RUNTIME_DIRECTORY, else in /run/helpdeskd where the state lies "
        "in /var/lib/helpdeskd, else in the state folder.",
    )
    group: Line = Field("helpdeskd", description="The system group whose members may use it.")


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
    time_zone: Zone = Field("UTC", description='The clock of quiet hours and digests, like "Europe/Berlin".')


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


class CallsSection(Section):
    """Whom `#call` asks for help by mail, beside the accounts' customer engineers."""

    product: dict[Line, AddressText] = Field(
        {},
        description='The product owner of each area, like { search = "sue@example.com" }; agents say #call product '
        "search.",
    )
    team: tuple[AddressText, ...] = Field((), description="Who is asked by #call team; by default all agents.")
    oncall: tuple[AddressText, ...] = Field((), description="Who is asked by #call oncall.")


class AccountSection(Section):
    """A customer company."""

    name: Line = Field(min_length=1, description="The customer's name.")
    domains: tuple[Domain, ...] = Field(min_length=1, description="The customer's own domains, never a free-mail one.")
    language: Language | None = Field(None, description="The language of our texts to this customer.")
    plan: Line = Field("", description="What they have bought; agents read it in notices, as they do the next three.")
    ce: AddressText | None = Field(None, description="The address of their customer engineer.")
    ae: AddressText | None = Field(None, description="The address of their account executive.")
    facts: dict[Line, Line] = Field(
        {}, description='What else agents want to know of them, like { version = "7.2", deployment = "on premises" }.'
    )


class SourceSection(Section):
    """A notifier that writes in the name of others: social media, forms, marketing."""

    name: Line = Field(min_length=1, description="What tickets bear as their source.")
    addresses: tuple[AddressText, ...] = Field(min_length=1, description="The addresses that it writes from.")
    ask_first: bool = Field(default=False, description="Whether an agent asks before anybody is answered.")
