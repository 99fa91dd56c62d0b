"""Who is called, and why: tables of absences, stand-ins and turns, and laws that hold for any roster."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.callees import KINDS, Found, Wanted, choose, find
from tickets.directory import Account
from tickets.roster import Absence, Area, Person, Roster, Rota, Shift

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
TODAY = NOW.date()
AWAY = (Absence(date(2026, 11, 20), date(2026, 12, 1)),)
ACME = Account("Acme", frozenset({"acme.example"}), ce="carol@us.example", ae="ed@us.example")


def people(*persons: Person) -> dict[str, Person]:
    return {person.address: person for person in persons}


def who(name: str, stand_in: str | None = None, absences: tuple[Absence, ...] = ()) -> Person:
    other = f"{stand_in}@us.example" if stand_in is not None else None
    return Person(name.title(), f"{name}@us.example", f"U{name.upper()}", absences, other)


def names(found: Found) -> list[str]:
    return [callee.name for callee in found.callees]


# ---------------------------------------------------------------- one person, and who stands in
def test_the_customer_engineer_of_the_account_is_called() -> None:
    found = find(Roster(people(who("carol"))), Wanted("ce"), ACME, NOW)
    [callee] = found.callees
    assert (callee.name, callee.address, callee.slack) == ("Carol", "carol@us.example", "UCAROL")
    assert callee.why == "Carol is the CE of Acme"


def test_somebody_who_is_listed_nowhere_is_called_by_address() -> None:
    [callee] = find(Roster(), Wanted("ae"), ACME, NOW).callees
    assert (callee.name, callee.slack) == ("ed@us.example", None)


def test_who_is_away_is_stood_in_for_and_the_words_say_so() -> None:
    roster = Roster(people(who("carol", "dan", AWAY), who("dan")))
    [callee] = find(roster, Wanted("ce"), ACME, NOW).callees
    assert callee.name == "Dan"
    assert callee.why == "Carol is the CE of Acme; absent until 2026-12-01; Dan stands in"


def test_a_chain_of_absences_is_followed_to_whoever_is_there() -> None:
    roster = Roster(people(who("carol", "dan", AWAY), who("dan", "eve", AWAY), who("eve")))
    found = find(roster, Wanted("ce"), ACME, NOW)
    assert names(found) == ["Eve"]
    assert found.why.count("absent until 2026-12-01") == 2


def test_a_ring_of_absences_ends_with_nobody() -> None:
    roster = Roster(people(who("carol", "dan", AWAY), who("dan", "carol", AWAY)))
    found = find(roster, Wanted("ce"), ACME, NOW)
    assert not found.callees
    assert found.known
    assert found.why.endswith("Carol would stand in, but is away as well")


def test_those_who_stand_in_for_each_other_are_found_while_one_of_them_is_there() -> None:
    roster = Roster(people(who("carol", "dan", AWAY), who("dan", "carol")))
    assert names(find(roster, Wanted("ce"), ACME, NOW)) == ["Dan"]


def test_nobody_is_found_where_nobody_stands_in() -> None:
    found = find(Roster(people(who("carol", None, AWAY))), Wanted("ce"), ACME, NOW)
    assert (found.callees, found.why) == ((), "Carol is the CE of Acme; absent until 2026-12-01; nobody stands in")


@pytest.mark.parametrize(
    ("day", "is_away"), [(date(2026, 11, 19), False), (date(2026, 11, 20), True), (date(2026, 12, 1), True)]
)
def test_both_ends_of_an_absence_belong_to_it(day: date, is_away: bool) -> None:  # noqa: FBT001 a table
    noon = datetime.combine(day, time(12), UTC)
    assert (who("carol", None, AWAY).absence(noon) is not None) == is_away


def test_the_first_day_at_work_begins_at_midnight_of_their_own_clock() -> None:
    carol = Person("Carol", "carol@us.example", absences=AWAY, zone=ZoneInfo("Pacific/Auckland"))
    assert carol.absence(datetime(2026, 12, 1, 10, tzinfo=UTC)) is not None
    assert carol.absence(datetime(2026, 12, 1, 11, tzinfo=UTC)) is None  # 2 December, 00:00 over there


@pytest.mark.parametrize(
    ("account", "why"),
    [
        (None, "the ticket belongs to no account, so it has no customer engineer (ce)"),
        (Account("Poor", frozenset({"poor.example"})), "Poor has no customer engineer (ce)"),
    ],
)
def test_an_engineer_whom_nobody_named_is_not_known(account: Account | None, why: str) -> None:
    found = find(Roster(), Wanted("ce"), account, NOW)
    assert (found.callees, found.known, found.why) == ((), False, why)


# ---------------------------------------------------------------- areas
def test_the_owner_of_an_area_is_called_in_its_channel_however_the_area_is_spelt() -> None:
    roster = Roster(people(who("sue")), areas={"search": Area("sue@us.example", "C024BE91L")})
    found = find(roster, Wanted("product", "Search"), None, NOW)
    assert (names(found), found.channel) == (["Sue"], "C024BE91L")


def test_an_unknown_area_is_told_with_those_that_there_are() -> None:
    roster = Roster(areas={"search": Area("sue@us.example"), "engine": Area("sue@us.example")})
    found = find(roster, Wanted("product", "sales"), None, NOW)
    assert (found.known, found.why) == (False, "nobody owns the area sales; areas: engine, search")


# ---------------------------------------------------------------- the team, the on-call
TEAM = tuple(f"{name}@us.example" for name in ("ann", "ben", "mia"))


def test_of_the_team_those_are_called_who_are_there_without_whoever_calls() -> None:
    roster = Roster(people(who("ann"), who("ben", "dan", AWAY), who("mia")), team=TEAM)
    assert names(find(roster, Wanted("team"), None, NOW, but={"ann@us.example"})) == ["Mia"]


def test_where_all_of_the_team_are_away_those_are_called_who_stand_in_each_once() -> None:
    roster = Roster(people(*(who(name, "dan", AWAY) for name in ("ann", "ben", "mia")), who("dan")), team=TEAM)
    assert names(find(roster, Wanted("team"), None, NOW)) == ["Dan"]


def test_a_team_of_the_caller_alone_is_not_known() -> None:
    assert not find(Roster(team=("ann@us.example",)), Wanted("team"), None, NOW, but={"ann@us.example"}).known


def test_without_a_rota_all_who_are_on_call_are_called() -> None:
    assert len(find(Roster(oncall=TEAM), Wanted("oncall"), None, NOW).callees) == 3


ROTA = Rota(TEAM, date(2026, 11, 2), shifts=(Shift("dan@us.example", date(2026, 12, 24), date(2026, 12, 26)),))


@pytest.mark.parametrize(
    ("moment", "first"),
    [
        (datetime(2026, 11, 2, 9, tzinfo=UTC), "ann"),
        (datetime(2026, 11, 9, 8, 59, tzinfo=UTC), "ann"),
        (datetime(2026, 11, 9, 9, tzinfo=UTC), "ben"),
        (datetime(2026, 11, 16, 9, tzinfo=UTC), "mia"),
        (datetime(2026, 11, 23, 9, tzinfo=UTC), "ann"),
        (datetime(2026, 11, 1, 9, tzinfo=UTC), "mia"),  # before it begins as if it had always been
        (datetime(2026, 12, 24, 8, 59, tzinfo=UTC), "ben"),
        (datetime(2026, 12, 24, 9, tzinfo=UTC), "dan"),
        (datetime(2026, 12, 27, 8, 59, tzinfo=UTC), "dan"),
        (datetime(2026, 12, 27, 9, tzinfo=UTC), "ben"),
    ],
)
def test_turns_change_at_hand_over_and_shifts_outrank_them(moment: datetime, first: str) -> None:
    assert ROTA.duty(moment)[0] == f"{first}@us.example"


def test_hand_over_is_at_the_same_hour_of_the_clock_in_summer_and_in_winter() -> None:
    rota = Rota(TEAM, date(2026, 10, 19), zone=ZoneInfo("Europe/Berlin"))
    assert (
        rota.duty(datetime(2026, 10, 26, 7, 59, tzinfo=UTC))[0] == TEAM[0]
    )  # 08:59, the clocks went back the day before
    assert rota.duty(datetime(2026, 10, 26, 8, tzinfo=UTC))[0] == TEAM[1]


def test_on_call_the_one_who_stands_in_comes_before_the_next_of_the_rota() -> None:
    roster = Roster(people(who("ann", "dan", AWAY), who("dan")), rota=ROTA)
    assert names(find(roster, Wanted("oncall"), None, NOW)) == ["Dan"]


def test_on_call_the_next_of_the_rota_follows_where_nobody_stands_in() -> None:
    roster = Roster(people(who("ann", None, AWAY), who("ben")), rota=ROTA)
    found = find(roster, Wanted("oncall"), None, NOW)
    assert names(found) == ["Ben"]
    assert found.why == "Ann is on call; absent until 2026-12-01; nobody stands in; Ben is next in the rota"


# ---------------------------------------------------------------- where nobody is found
def test_where_nobody_is_found_the_team_is_asked_and_told_why() -> None:
    roster = Roster(people(who("ben")), team=("ben@us.example",))
    missing, team = find(roster, Wanted("ce"), None, NOW), find(roster, Wanted("team"), None, NOW)
    [callee] = choose([missing], team)
    assert callee.name == "Ben"
    assert callee.why == "the ticket belongs to no account, so it has no customer engineer (ce); so the team is asked"


def test_several_who_are_wanted_are_each_asked_once() -> None:
    roster = Roster(people(who("carol")), team=("carol@us.example", "ben@us.example"))
    found = [find(roster, Wanted(whom), ACME, NOW) for whom in ("ce", "team")]
    assert sorted(callee.address or "" for callee in choose(found, found[1])) == ["ben@us.example", "carol@us.example"]


# ---------------------------------------------------------------- laws
LETTERS = "abcde"
addresses = st.sampled_from([f"{letter}@us.example" for letter in LETTERS])
absences = st.lists(
    st.builds(
        lambda before, after: Absence(TODAY - timedelta(days=before), TODAY + timedelta(days=after)),
        st.integers(-2, 2),
        st.integers(-2, 2),
    ),
    max_size=2,
).map(tuple)
rosters = st.builds(
    lambda stand_ins, away, team, oncall, rota: Roster(
        people(*(Person(x.upper(), f"{x}@us.example", None, away[i], stand_ins[i]) for i, x in enumerate(LETTERS))),
        {"search": Area("a@us.example")},
        tuple(team),
        tuple(oncall),
        Rota(tuple(rota), TODAY, 1) if rota else None,
    ),
    st.lists(st.none() | addresses, min_size=5, max_size=5),
    st.lists(absences, min_size=5, max_size=5),
    *(st.lists(addresses, max_size=4, unique=True) for _ in range(3)),
)
accounts = st.none() | st.builds(
    lambda ce, ae: Account("Acme", frozenset({"acme.example"}), ce=ce, ae=ae),
    st.none() | addresses,
    st.none() | addresses,
)


@given(rosters, accounts, st.sampled_from(KINDS), st.sets(addresses, max_size=2))
def test_nobody_is_called_who_is_away_and_each_once_whatever_the_roster(
    roster: Roster, account: Account | None, kind: str, but: set[str]
) -> None:
    found = find(roster, Wanted(kind, "search"), account, NOW, but=but)
    called = [callee.address or "" for callee in found.callees]
    assert len(set(called)) == len(called)
    assert all(roster.people[address].absence(NOW) is None for address in called)
    assert found.why
    assert found.known or not called


@given(rosters, accounts, st.sampled_from(KINDS))
def test_the_team_is_asked_exactly_where_nobody_else_is_found(
    roster: Roster, account: Account | None, kind: str
) -> None:
    found = find(roster, Wanted(kind, "search"), account, NOW)
    team = find(roster, Wanted("team"), account, NOW)
    chosen = {callee.address for callee in choose([found], team)}
    assert chosen == {callee.address for callee in found.callees or team.callees}


@given(rosters)
def test_of_a_team_in_which_anybody_is_there_somebody_is_called(roster: Roster) -> None:
    is_there = any(roster.person(address).absence(NOW) is None for address in roster.team)
    found = find(roster, Wanted("team"), None, NOW)
    assert found.callees or not is_there
