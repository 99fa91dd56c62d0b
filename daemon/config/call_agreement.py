"""What must hold of those who may be called: they are of ours, somebody can stand in, and steps can find somebody."""

from collections.abc import Callable, Iterator
from datetime import date

from daemon.config.call_sections import CallsSection, PersonSection
from daemon.config.call_settling import people_of
from daemon.config.positions import Place
from daemon.config.reading import Draft
from daemon.config.sections import AccountSection, AgentSection, StaffSection
from tickets.callees import KINDS
from tickets.roster import Person

Found = Iterator[tuple[Place, str]]
_STRANGER = "this is no agent's address, nor at a domain of [staff]: answers would be a customer's"


def _named(draft: Draft) -> Iterator[tuple[Place, str]]:
    """Every address that may be called, with its place."""
    calls = draft.one(CallsSection, "calls") or CallsSection()
    for name, area in calls.product.items():
        place: Place = ("calls", "product", name)
        yield (*place, "owner") if (*place, "owner") in draft.lines else place, area.owner
    for key in ("team", "oncall"):
        yield from ((("calls", key, at), one) for at, one in enumerate(getattr(calls, key)))
    if calls.rota is not None:
        yield from ((("calls", "rota", "people", at), one) for at, one in enumerate(calls.rota.people))
        shifts = enumerate(calls.rota.shifts)
        yield from ((("calls", "rota", "shifts", at, "who"), shift.who) for at, shift in shifts)
    for step, rung in enumerate(calls.ladder):
        others = ((at, one) for at, one in enumerate(rung.who) if one not in KINDS)
        yield from ((("calls", "ladder", step, "who", at), one) for at, one in others)
    yield from (((*place, "address"), person.address) for place, person in draft.each(PersonSection, "people"))


def _check_strangers(draft: Draft) -> Found:
    """An answer of somebody who is not of our people would be taken for a customer's."""
    staff = draft.one(StaffSection, "staff") or StaffSection()
    agents = {address for _, agent in draft.each(AgentSection, "agents") for address in agent.addresses}
    for place, address in _named(draft):
        if address not in agents and address.rpartition("@")[2] not in staff.domains:
            yield place, _STRANGER


def _check_areas(draft: Draft) -> Found:
    """Agents may write an area in any case."""
    calls, seen = draft.one(CallsSection, "calls") or CallsSection(), set()
    for name in calls.product:
        if name.lower() in seen:
            yield ("calls", "product", name), "this area stands here already"
        seen.add(name.lower())


def _check_steps(draft: Draft) -> Found:
    """A step that can never find anybody is none."""
    calls = draft.one(CallsSection, "calls") or CallsSection()
    accounts = [account for _, account in draft.each(AccountSection, "accounts")]
    names_somebody = {
        "ce": any(account.ce for account in accounts),
        "ae": any(account.ae for account in accounts),
        "product": bool(calls.product),
        "oncall": bool(calls.oncall or calls.rota),
        "team": bool(calls.team or draft.each(AgentSection, "agents")),
    }
    for step, rung in enumerate(calls.ladder):
        if rung.channel is None and not any(names_somebody.get(one, True) for one in rung.who):
            named = f"the configuration names nobody for {', '.join(rung.who)}" if rung.who else "nobody is asked here"
            yield ("calls", "ladder", step), named


def _check_stand_ins(draft: Draft) -> Found:
    people = people_of(draft)
    placed: list[tuple[Place, AgentSection | PersonSection]] = [*draft.each(AgentSection, "agents")]
    placed += draft.each(PersonSection, "people")
    for place, section in placed:
        if section.stand_in is None:
            continue
        own = section.addresses[0] if isinstance(section, AgentSection) else section.address
        if section.stand_in not in people:
            yield (*place, "stand_in"), "nobody in [[agents]] or [[people]] has this address"
        elif people[section.stand_in] == people[own]:
            yield (*place, "stand_in"), "nobody stands in for themselves"
        elif (day := _day_without(people, people[own])) is not None:
            yield (
                (*place, "stand_in"),
                f"on {day} everybody is away who would stand in, one for the other; name somebody else",
            )


def _day_without(people: dict[str, Person], person: Person) -> date | None:
    """A day on which a ring of people is away who would stand in for each other; None where there is no such ring."""
    ring = [person]
    while ring[-1].stand_in is not None and ring[-1].stand_in in people:
        following = people[ring[-1].stand_in]
        if following == person:
            starts = {absence.first for each in ring for absence in each.absences}
            alone = (day for day in sorted(starts) if all(any(a.holds(day) for a in each.absences) for each in ring))
            return next(alone, None)
        if following in ring:
            return None  # a ring that this person is no part of
        ring.append(following)
    return None


CALL_CHECKS: tuple[Callable[[Draft], Found], ...] = (
    _check_strangers,
    _check_areas,
    _check_steps,
    _check_stand_ins,
)
