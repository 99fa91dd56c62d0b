"""From the sections on calls to the roster and the ladder."""

from collections.abc import Iterable
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from daemon.config.call_sections import CallsSection, PersonSection, RotaSection
from daemon.config.days import read_days
from daemon.config.reading import Draft
from daemon.config.sections import AgentSection
from daemon.config.settled import Calls
from tickets.ladder import Ladder, Rung
from tickets.roster import Absence, Area, Person, Roster, Rota, Shift


def settle_calls(draft: Draft) -> Calls:
    """Fill in every default: the team are all agents unless the file says who."""
    written = draft.one(CallsSection, "calls") or CallsSection()
    agents = [agent for _, agent in draft.each(AgentSection, "agents")]
    roster = Roster(
        people=people_of(draft),
        areas={name.lower(): Area(area.owner, area.channel) for name, area in written.product.items()},
        team=written.team or tuple(agent.addresses[0] for agent in agents),
        oncall=written.oncall,
        rota=_rota(written.rota) if written.rota is not None else None,
    )
    rungs = tuple(Rung(each.name, each.who, each.channel, timedelta(hours=each.hours)) for each in written.ladder)
    return Calls(roster, Ladder(timedelta(hours=written.remind_hours), rungs))


def people_of(draft: Draft) -> dict[str, Person]:
    """Everybody who is listed, by each of their addresses."""
    agents = [agent for _, agent in draft.each(AgentSection, "agents")]
    others = [person for _, person in draft.each(PersonSection, "people")]
    found = {address: _person(agent, agent.addresses[0]) for agent in agents for address in agent.addresses}
    return found | {person.address: _person(person, person.address) for person in others}


def _person(section: AgentSection | PersonSection, address: str) -> Person:
    return Person(
        section.name,
        address,
        section.slack,
        tuple(_absences(section.absent)),
        section.stand_in,
        ZoneInfo(section.time_zone),
    )


def _absences(written: Iterable[str]) -> Iterable[Absence]:
    return (Absence(*read_days(days)) for days in written)


def _rota(written: RotaSection) -> Rota:
    return Rota(
        written.people,
        date.fromisoformat(written.start),
        written.days,
        time.fromisoformat(written.handover),
        ZoneInfo(written.time_zone),
        tuple(Shift(shift.who, *read_days(shift.days)) for shift in written.shifts),
    )
