"""Whether a customer is asked how it went once their ticket is closed, and which answers of theirs still count."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from mail.model import Mail
from mail.tokens import Token
from tickets.acknowledgement import why_silent
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
    """What is known of a closed ticket and its requester; who may get automatic mail says `tickets.reminders`."""

    ticket: Ticket
    mail: Mail | None = None  # the header of the requester's first one, where there is one
    opted_out: bool = False
    last_asked: datetime | None = None


def why_not(facts: SurveyFacts, settings: SurveySettings, now: datetime) -> str | None:
    """Why nobody is asked about this ticket; None where its requester may be. `now` is aware. Never raises."""
    if not settings.enabled:
        return "surveys are switched off"
    if facts.opted_out:
        return "they want to be asked no more"
    asked = facts.last_asked
    if asked is not None and now - asked < timedelta(days=settings.cool_down_days):
        return f"they were asked on {asked:%Y-%m-%d}"
    silent = why_silent(facts.mail) if facts.mail is not None else None
    return _is_no_case(facts.ticket) or silent


def last_day(token: Token, settings: SurveySettings) -> date:
    """The last day, in UTC, on which a survey of this token's day can be answered."""
    return _EPOCH + timedelta(days=token.day + settings.answer_days)


def is_open(token: Token, settings: SurveySettings, now: datetime) -> bool:
    """Whether a survey of the day on which this token was made can still be answered."""
    return now.astimezone(UTC).date() <= last_day(token, settings)


def is_told(score: int, before: int | None, settings: SurveySettings, *, says_more: bool) -> bool:
    """Whether the owner hears of a rating: it is bad, and was not before, or now says why."""
    return score <= settings.bad_score and (before is None or before > settings.bad_score or says_more)


def _is_no_case(ticket: Ticket) -> str | None:
    if ticket.status is not Status.CLOSED:
        return "the ticket is not closed any more"
    if ticket.merged_into is not None or ticket.resolution is Resolution.DUPLICATE:
        return "the ticket was merged"
    return "the ticket was spam" if ticket.resolution is Resolution.SPAM else None
