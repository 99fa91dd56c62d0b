"""The tables of a rules file."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from daemon.config.sections import Line, Section, read_address
from filters.rules.rule import OWN_GROUP
from mail.domains import ascii_domain

MOST_SCORE = 100.0
NAME = re.compile(r"[A-Z][A-Z0-9_]{1,49}")
_WORD = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")  # as `#tag` takes them


def _read_name(value: str) -> str:
    if not NAME.fullmatch(value):
        raise ValueError("a name is in capitals, like PARTNER_INVOICE")
    return value


def _read_word(value: str) -> str:
    if not _WORD.fullmatch(value):
        raise ValueError("write letters from a to z, digits and . _ -")
    return value


def _read_who(value: str) -> str:
    if value.startswith("*@"):
        raise ValueError('write the domain alone: "example.com"')
    if "@" in value:
        return read_address(value)
    below = "*." if value.startswith("*.") else ""
    domain = ascii_domain(value.removeprefix(below))
    if domain is None:
        raise ValueError('this is no sender; write it like "ann@example.com", "example.com" or "*.example.com"')
    return below + domain


Name = Annotated[str, AfterValidator(_read_name)]
Word = Annotated[str, AfterValidator(_read_word)]
Who = Annotated[str, AfterValidator(_read_who)]
Score = Annotated[float, Field(ge=-MOST_SCORE, le=MOST_SCORE, allow_inf_nan=False)]


class ThresholdsSection(Section):
    """Where a mailbox draws its lines."""

    spam: Score | None = Field(None, description="The score from which on a mail is spam and goes into quarantine.")
    doubtful: Score | None = Field(
        None, description='The score from which on a mail is doubtful: acknowledge = "judged" does not acknowledge it.'
    )


class AllowSection(Section):
    """Senders whose mail always passes."""

    senders: tuple[Who, ...] = Field(
        (), description="Addresses, domains, or domains below one (*.example.com); they pass where they are proven."
    )
    unproven: tuple[Who, ...] = Field(
        (), description="Those who pass without any proof: whoever writes their address into From passes, too."
    )


class BlockSection(Section):
    """Senders whose mail always goes into quarantine; an address is nearer than its domain."""

    senders: tuple[Who, ...] = Field(
        (), description="Addresses, domains, or domains below one (*.example.com), proven or not."
    )


class RuleSection(Section):
    """One rule: where all of `when` holds, the rest follows."""

    name: Name = Field(description="What it is called wherever a verdict is explained, in capitals.")
    reason: Line = Field("", description="Why, in words; by default the name.")
    when: dict[str, Any] = Field(description="What must hold, all of it.")
    score: Score = Field(0.0, description="What it adds to the score; below 0 it takes away.")
    group: Word = Field(OWN_GROUP, description="The group whose cap it shares.")
    decide: Literal["spam", "doubtful", "genuine"] | None = Field(
        None, description="What the mail is, whatever its score; spam not for proven customers and answers to us."
    )
    tags: tuple[Word, ...] = Field((), description="Tags of the ticket.")
    priority: Literal["low", "normal", "high", "urgent"] | None = Field(None, description="Its priority.")
    team: Word | None = Field(None, description="The team that it is for.")
    call: str | None = Field(
        None, description='Who is called in: "ce", "team", "oncall", or "product:AREA" with an area of [calls].'
    )
    automatic: Line | None = Field(
        None, min_length=1, description="Why no person wrote it: it makes a ticket and is not acknowledged."
    )
