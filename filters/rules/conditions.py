"""Conditions on a mail. Values alone: `filters.rules.holding` says whether one holds."""

from dataclasses import dataclass
from enum import StrEnum

from filters.rules.patterns import Pattern
from mail.model import Level


class Place(StrEnum):
    """Where a mail has words. A place may have many values (all recipients), or none."""

    SUBJECT = "subject"
    TEXT = "text"
    HTML = "html"
    HEADER = "header"  # of the name that the condition gives, decoded
    SENDER = "from"  # addresses, lower-case, in this and the next three
    REPLY_TO = "reply-to"
    TO = "to"  # To and Cc
    RETURN_PATH = "return-path"
    SENDER_NAME = "from-name"  # the display name
    SENDER_DOMAIN = "from-domain"  # domains as A-labels, lower-case, in this and the next two
    REPLY_DOMAIN = "reply-to-domain"
    TO_DOMAIN = "to-domain"
    FILE_NAME = "attachment-name"
    FILE_TYPE = "attachment-type"  # as declared: application/pdf
    LANGUAGE = "language"  # what the mail itself declares: de; of de-at both
    ACCOUNT = "account"  # the customer whose domain a proven sender is at
    MAILBOX = "mailbox"  # the address it came to
    AUTOMATIC = "automatic"  # why no person wrote it: auto-reply, bounce, list, bulk, …


class Measure(StrEnum):
    """What of a mail can be counted."""

    SIZE = "size"  # bytes of the whole mail
    TEXT_LENGTH = "text-length"  # characters
    FILES = "attachments"  # how many
    FILE_SIZE = "attachment-size"  # bytes of the largest
    RECIPIENTS = "recipients"  # in To and Cc
    TICKETS = "tickets"  # genuine ones that this address opened before


@dataclass(frozen=True, slots=True)
class Matches:
    """A value of the place has the pattern."""

    place: Place
    pattern: Pattern
    header: str = ""  # which field, for Place.HEADER


@dataclass(frozen=True, slots=True)
class Among:
    """A value of the place is one of these, whatever the case; `*.example.com` stands for all that end in its rest."""

    place: Place
    values: frozenset[str]  # lower-case
    header: str = ""


@dataclass(frozen=True, slots=True)
class Present:
    """The place has a value, be it empty: the header field is there, there is a Reply-To."""

    place: Place
    header: str = ""


@dataclass(frozen=True, slots=True)
class Between:
    """What is counted lies between these, both included; None is no limit."""

    measure: Measure
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Proven:
    """The sender is proven as far as one of these says."""

    levels: frozenset[Level]


@dataclass(frozen=True, slots=True)
class Found:
    """One of these symbols was found already: of a filter, or of a rule above."""

    symbols: frozenset[str]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Each of these holds."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of these holds."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold."""

    condition: "Condition"


Condition = Matches | Among | Present | Between | Proven | Found | AllOf | AnyOf | Not
