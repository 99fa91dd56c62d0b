"""The sections that say who of ours may be called in, and what follows where nobody answers."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from daemon.config.days import Clock, Day, Days
from daemon.config.sections import AddressText, Line, Section, Zone, read_address
from daemon.config.slack_ids import Channel, Member
from tickets.callees import KINDS


def _read_whom(value: str) -> str:
    if value in KINDS:
        return value
    if "@" not in value:
        raise ValueError(f"{', '.join(KINDS)} or an address is wanted")
    return read_address(value)


Whom = Annotated[str, AfterValidator(_read_whom)]


class PersonSection(Section):
    """Somebody of your company who is no agent and may be called in: a customer engineer, a product owner."""

    name: Line = Field(min_length=1, description="As shown to those who call.")
    address: AddressText = Field(description="Where they are written to; at a domain of [staff].")
    slack: Member | None = Field(None, description='Their member id in Slack, like "U024BE7LH".')
    absent: tuple[Days, ...] = Field(
        (),
        description='When they are away: days like "2026-12-24" or "2026-12-24 to 2027-01-01", the last one included.',
    )
    stand_in: AddressText | None = Field(
        None, description="Who is called while they are away: an address of [[agents]] or [[people]]."
    )
    time_zone: Zone = Field("UTC", description='Where their days begin and end, like "Europe/Berlin".')


class AreaSection(Section):
    """A part of the product; an address alone stands for its owner."""

    owner: AddressText = Field(
        description='Who owns an area, as product = { search = "sue@example.com" }, or with this key in '
        "[calls.product.search]; agents say #call product search."
    )
    channel: Channel | None = Field(None, description="The id of the area's internal Slack channel, in that table.")

    @model_validator(mode="before")
    @classmethod
    def _read_owner(cls, value: object) -> object:
        return {"owner": value} if isinstance(value, str) else value


class ShiftSection(Section):
    """Days on which somebody is on call whose turn it is not."""

    who: AddressText = Field(description="Who is on call on certain days, in [[calls.rota.shifts]].")
    days: Days = Field(description='Those days, like "2026-12-24 to 2026-12-26".')


class RotaSection(Section):
    """Who is on call when."""

    people: tuple[AddressText, ...] = Field(min_length=1, description="Who is on call in turn, each for `days`.")
    start: Day = Field(description="The day on which the first of them begins.")
    days: int = Field(7, ge=1, le=366, description="How many days each of them has.")
    handover: Clock = Field("09:00", description="At what time of the day one hands over to the next.")
    time_zone: Zone = Field("UTC", description='The clock of the hand-over, like "Europe/Berlin".')
    shifts: tuple[ShiftSection, ...] = Field((), description="Days on which somebody else is on call.")


class RungSection(Section):
    """One step of what follows where nobody answers."""

    name: Line = Field(min_length=1, description="What this step is called, in [[calls.ladder]].")
    who: tuple[Whom, ...] = Field(
        ("team",), description='Who is asked then: "ce", "ae", "product", "team", "oncall", or addresses.'
    )
    channel: Channel | None = Field(None, description="The id of the internal Slack channel in which they are asked.")
    hours: float = Field(2.0, gt=0, le=720, description="How many hours after the step before it.")


class CallsSection(Section):
    """Whom `#call` asks for help beside the accounts' customer engineers, and who follows where nobody answers."""

    product: dict[Line, AreaSection] = Field({}, description="The areas of the product, each with its owner.")
    team: tuple[AddressText, ...] = Field((), description="Who is asked by #call team; by default all agents.")
    oncall: tuple[AddressText, ...] = Field(
        (), description="Who is asked by #call oncall, all of them; a rota in [calls.rota] says whose turn it is."
    )
    rota: RotaSection | None = Field(None, description="Who is on call when.")
    remind_hours: float = Field(
        2.0, gt=0, le=720, description="After how many hours without an answer those who were called are reminded."
    )
    ladder: tuple[RungSection, ...] = Field((), description="What follows behind the reminder, step by step.")
