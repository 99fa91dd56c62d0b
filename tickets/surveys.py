"""Whether a customer is asked how it went once their ticket is closed, and which answers of theirs still count."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from mail.model import Level, Mail
from mail.tokens import Token
from tickets.acknowledgement import (
    AcknowledgementSettings,
    Hold,
    Judgement,
    Send,
    Withhold,
    why_silent,
    why_unreachable,
)
from tickets.directory import Role
from tickets.model import Resolution, Status, Ticket

ASKED = "s"  # purpose of the tokens in surveys: whoever answers the mail holds one
PAGE = "w"  # of those in the links to a survey's page
OPT_OUT = "o"  # of those that end all surveys to somebody
LOWEST, HIGHEST = 1, 5
GOOD = 4  # from here on a customer counts as content
COMMENT_CHARACTERS = 4_000
_EPOCH = date(1970, 1, 1)


class SurveySettings(BaseModel):
    """How customers are asked how it went, after their ticket was closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = Field(default=True, description="whether anybody is asked")
    cool_down_days: int = Field(
        default=30, ge=0, le=3650, description="days for which somebody who was asked is not asked again"
    )
    answer_days: int = Field(
        default=30,
        ge=1,
        le=365,
        description="days for which a survey can be answered, and the answer be changed; then its links end",
    )
    bad_score: int = Field(
        default=2,
        ge=0,
        le=4,
        description="a rating up to this one is told to the owner of the ticket; 0: none is",
    )


@dataclass(frozen=True, slots=True)
class SurveyFacts:
    """All that the judgement rests on; `mail` is the header of the one that opened the ticket, where there is one."""

    ticket: Ticket
    recipient: str  # the requester's address
    role: Role
    mail: Mail | None = None
    levels: frozenset[Level] = frozenset()  # how far the requester was proven, over all of their mails on the ticket
    is_undeliverable: bool = False
    opted_out: bool = False
    last_asked: datetime | None = None
    to_address_today: int = 0
    to_unproven_last_hour: int = 0

    @property
    def requester_is_proven(self) -> bool:
        """Whether a mail of theirs was proven, or one of ours brought them in."""
        if self.ticket.source is not None or (self.mail is not None and self.mail.rewritten):
            return False
        return not self.levels or bool(self.levels & {Level.PROVEN, Level.STRONG})


def judge(facts: SurveyFacts, settings: SurveySettings, limits: AcknowledgementSettings, now: datetime) -> Judgement:
    """Whether a survey may leave now, waits for the brake, or never leaves; `now` is aware. Never raises."""
    why = next((said for reason in _REASONS if (said := reason(facts)) is not None), None)
    why = why or _asked_lately(facts, settings, now) or _is_too_much(facts, limits)
    if not settings.enabled:
        why = "surveys are switched off"
    if why is not None:
        return Withhold(why)
    if not facts.requester_is_proven and facts.to_unproven_last_hour >= limits.unproven_hour:
        return Hold(f"the brake: {facts.to_unproven_last_hour} automatic mails to unproven senders within the hour")
    return Send()


def last_day(token: Token, settings: SurveySettings) -> date:
    """The last day, in UTC, on which a survey of this token's day can be answered."""
    return _EPOCH + timedelta(days=token.day + settings.answer_days)


def is_open(token: Token, settings: SurveySettings, now: datetime) -> bool:
    """Whether a survey of the day on which this token was made can still be answered."""
    return now.astimezone(UTC).date() <= last_day(token, settings)


def is_told(score: int, before: int | None, settings: SurveySettings, *, says_more: bool) -> bool:
    """Whether the owner hears of a rating: it is bad, and was not before, or now says why."""
    return score <= settings.bad_score and (before is None or before > settings.bad_score or says_more)


def _is_no_case(facts: SurveyFacts) -> str | None:
    ticket = facts.ticket
    if ticket.status is not Status.CLOSED:
        return "the ticket is not closed any more"
    if ticket.merged_into is not None or ticket.resolution is Resolution.DUPLICATE:
        return "the ticket was merged"
    return "the ticket was spam" if ticket.resolution is Resolution.SPAM else None


def _is_ours(facts: SurveyFacts) -> str | None:
    return None if facts.role is Role.CUSTOMER else "the requester is one of ours"


def _is_nobody(facts: SurveyFacts) -> str | None:
    return why_unreachable(facts.recipient, is_undeliverable=facts.is_undeliverable)


def _is_automatic(facts: SurveyFacts) -> str | None:
    return why_silent(facts.mail) if facts.mail is not None else None


def _is_failed(facts: SurveyFacts) -> str | None:
    return "DMARC failed: somebody else may have written it" if facts.levels == {Level.FAILED} else None


def _opted_out(facts: SurveyFacts) -> str | None:
    return "they asked never to be asked" if facts.opted_out else None


def _asked_lately(facts: SurveyFacts, settings: SurveySettings, now: datetime) -> str | None:
    if facts.last_asked is None or now - facts.last_asked >= timedelta(days=settings.cool_down_days):
        return None
    return f"they were asked on {facts.last_asked:%Y-%m-%d}"


def _is_too_much(facts: SurveyFacts, limits: AcknowledgementSettings) -> str | None:
    if facts.to_address_today < limits.per_address_day:
        return None
    return f"that address had {facts.to_address_today} automatic mails today"


_REASONS: tuple[Callable[[SurveyFacts], str | None], ...] = (
    _is_no_case,
    _is_nobody,
    _is_ours,
    _is_automatic,
    _is_failed,
    _opted_out,
)
