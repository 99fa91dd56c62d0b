"""Who is called, and why: the customer engineer, a product owner, the team or whoever is on call, or who stands in."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tickets.calls import Callee
from tickets.directory import Account
from tickets.roster import Person, Roster

KINDS = ("ce", "ae", "product", "team", "oncall")
_OF_ACCOUNT = {"ce": "customer engineer", "ae": "account executive"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is wanted: one of `KINDS`, or an address; an area for `product`."""

    whom: str
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Who would be called. Where nobody is found, `why` says what is missing, and `known` whether anybody is named."""

    wanted: Wanted
    callees: tuple[Callee, ...] = ()
    channel: str | None = None  # the area's own
    why: str = ""
    known: bool = True  # False: the configuration names nobody, so that it would be no other tomorrow


def find(roster: Roster, wanted: Wanted, account: Account | None, now: datetime, *, but: Collection[str] = ()) -> Found:
    """Whom to call, each once, without those who are away and without whoever has one of the addresses `but`."""
    match wanted.whom:
        case "ce" | "ae":
            return _of_account(roster, wanted, account, now)
        case "product":
            return _of_area(roster, wanted, now)
        case "team":
            named = tuple(one for one in roster.team if one not in but)
            return _all_of(roster, wanted, named, "is of the team", now)
        case "oncall" if roster.rota is not None:
            return _on_duty(roster, wanted, tuple(one for one in roster.rota.duty(now) if one not in but), now)
        case "oncall":
            named = tuple(one for one in roster.oncall if one not in but)
            return _all_of(roster, wanted, named, "is on call", now)
        case address:
            return _one(roster, wanted, address, f"{roster.person(address).name} is named in the ladder", now)


def choose(found: Sequence[Found], team: Found) -> tuple[Callee, ...]:
    """Everybody who was found, each once; where nobody was, the team, and each of them is told why."""
    callees = _once(callee for each in found for callee in each.callees)
    if callees:
        return callees
    why = "; ".join(each.why for each in found if each.wanted != team.wanted)
    return tuple(replace(each, why=f"{why}; so the team is asked") if why else each for each in team.callees)


def _of_account(roster: Roster, wanted: Wanted, account: Account | None, now: datetime) -> Found:
    title = _OF_ACCOUNT[wanted.whom]
    if account is None:
        return Found(wanted, why=f"the ticket belongs to no account, so it has no {title} ({wanted.whom})", known=False)
    address = getattr(account, wanted.whom)
    if address is None:
        return Found(wanted, why=f"{account.name} has no {title} ({wanted.whom})", known=False)
    name = roster.person(address).name
    return _one(roster, wanted, address, f"{name} is the {wanted.whom.upper()} of {account.name}", now)


def _of_area(roster: Roster, wanted: Wanted, now: datetime) -> Found:
    area = roster.areas.get((wanted.area or "").lower())
    if area is None:
        known = ", ".join(sorted(roster.areas)) or "none is configured in [calls]"
        return Found(wanted, why=f"nobody owns the area {wanted.area}; areas: {known}", known=False)
    found = _one(roster, wanted, area.owner, f"{roster.person(area.owner).name} owns {wanted.area}", now)
    return replace(found, channel=area.channel)


def _one(roster: Roster, wanted: Wanted, address: str, why: str, now: datetime) -> Found:
    person, told = _present(roster, address, now)
    why = "; ".join((why, *told))
    return Found(wanted, (_callee(person, why),) if person is not None else (), why=why)


def _all_of(roster: Roster, wanted: Wanted, named: tuple[str, ...], role: str, now: datetime) -> Found:
    """Everybody who is there; only where nobody is, those who stand in for them."""
    if not named:
        return Found(wanted, why=f"nobody {role}, whoever calls apart; see [calls] of the configuration", known=False)
    people = [roster.person(address) for address in named]
    here = [_callee(person, f"{person.name} {role}") for person in people if person.absence(now) is None]
    if here:
        return Found(wanted, _once(here), why=_tell(here))
    found = [_one(roster, wanted, person.address, f"{person.name} {role}", now) for person in people]
    instead = _once(callee for each in found for callee in each.callees)
    return Found(wanted, instead, why=_tell(instead) or " / ".join(each.why for each in found))


def _on_duty(roster: Roster, wanted: Wanted, turns: tuple[str, ...], now: datetime) -> Found:
    """Whose turn it is, or who stands in; else the next whose turn it will be."""
    if not turns:
        return Found(
            wanted, why="nobody is in the rota, whoever calls apart; see [calls.rota] of the configuration", known=False
        )
    told: list[str] = []
    for place, address in enumerate(turns):
        name = roster.person(address).name
        found = _one(roster, wanted, address, f"{name} is next in the rota" if place else f"{name} is on call", now)
        told.append(found.why)
        if found.callees:
            why = "; ".join(told)
            return replace(found, why=why, callees=tuple(replace(each, why=why) for each in found.callees))
    return Found(wanted, why="; ".join(told))


def _present(roster: Roster, address: str, now: datetime) -> tuple[Person | None, tuple[str, ...]]:
    """Who is there for somebody: they themselves, or the first in the chain of those who stand in; and how it came."""
    person, told, asked = roster.person(address), [], set()
    while (absence := person.absence(now)) is not None:
        asked.add(person.address)
        told.append(f"absent until {absence.last}")
        if person.stand_in is None:
            return None, (*told, "nobody stands in")
        person = roster.person(person.stand_in)
        if person.address in asked:
            return None, (*told, f"{person.name} would stand in, but is away as well")
        told.append(f"{person.name} stands in")
    return person, tuple(told)


def _callee(person: Person, why: str) -> Callee:
    return Callee(person.name, person.address, person.slack, why)


def _once(callees: Iterable[Callee]) -> tuple[Callee, ...]:
    return tuple({each.address: each for each in reversed(list(callees))}.values())[::-1]


def _tell(callees: Iterable[Callee]) -> str:
    return " / ".join(each.why for each in callees)
