"""Who is told of what, and when: every occasion for every kind of agent, then quiet hours, floods and digests."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import product
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.model import Level
from mail.tokens import make
from tests.tickets_world import KEYS, NOW, STOLEN, ticket
from tickets.directory import Agent, Preference, QuietHours
from tickets.effects import TellAgents
from tickets.events import (
    Acknowledged,
    Assigned,
    AutomaticArrived,
    Called,
    Closed,
    CopyArrived,
    Created,
    CustomerWrote,
    Event,
    FactSet,
    Fixed,
    Held,
    Merged,
    MovedAway,
    NotAcknowledged,
    Noted,
    NotNudged,
    Nudged,
    NudgesUnanswered,
    Opened,
    ParticipantsChanged,
    PrioritySet,
    PulledIn,
    Rated,
    Recalled,
    Replied,
    RepliedElsewhere,
    RequesterChanged,
    Snoozed,
    SplitFrom,
    SplitOff,
    StatusSet,
    StaysPending,
    StillPending,
    SurveyAsked,
    SurveyDue,
    SurveyNotAsked,
    Tagged,
    TookOver,
    Undeliverable,
    Woke,
)
from tickets.lifecycle import decide
from tickets.model import MessageKind, Priority, Resolution, Rung, Status
from tickets.notices import (
    UNHEARD,
    WINDOW,
    Circle,
    Flow,
    NoticeSettings,
    Occasion,
    Told,
    answered_notice,
    due,
    is_quiet,
    occasion_of,
    tell,
)

ALL, MINE, DIGEST, NONE = Preference.ALL, Preference.MINE, Preference.DIGEST, Preference.NONE
SETTINGS = NoticeSettings()

# Event → the occasion on New, Open, Pending, On-hold, Closed; - tells nobody
OCCASIONS: list[tuple[Event, str]] = [
    (Opened(1, MessageKind.CUSTOMER, Level.UNPROVEN), "new new new new new"),
    (Opened(1, MessageKind.NOTE, Level.PROVEN), "new new new new new"),
    (Opened(1, MessageKind.PUBLIC, Level.PROVEN), "- - - - -"),  # the RepliedElsewhere that follows tells it
    (Opened(1, MessageKind.AUTOMATIC, Level.PROVEN), "- - - - -"),
    (CustomerWrote(1, Level.PROVEN, "token"), "answered answered answered answered reopened"),
    (CustomerWrote(1, Level.PROVEN, "token", thanks=True), "answered answered answered answered thanked"),
    (RepliedElsewhere(5, is_agent=True), "copied copied copied copied copied"),
    (RepliedElsewhere(5, is_agent=False), "copied copied copied copied copied"),
    (Noted(5), "noted noted noted noted noted"),
    (AutomaticArrived(1, "out of office"), "- - - - -"),
    (
        Undeliverable("ann@globex.test", "no such user"),
        "undeliverable undeliverable undeliverable undeliverable -",
    ),
    (CopyArrived("support@acme.test", better=True), "- - - - -"),
    (PulledIn(52), "- - - - -"),
    (MovedAway(52), "- - - - -"),
    (Acknowledged("ann@globex.test"), "- - - - -"),
    (NotAcknowledged("brake"), "- - - - -"),
    (Created(5), "new new new new new"),
    (SplitFrom(5, 52), "new new new new new"),
    (Replied(5), "replied replied replied replied replied"),
    (Recalled(5), "- - - - -"),
    (Assigned(5, 6), "assigned assigned assigned assigned assigned"),
    (Assigned(5, None), "- - - - -"),
    (Fixed(5, "ACME-7", told=True), "fixed fixed fixed fixed -"),
    (Woke(), "woke woke woke woke woke"),
    (Rated(1, 2, "slow", "web", bad=True), "rated rated rated rated rated"),
    (Rated(1, 5, "", "mail"), "- - - - -"),
    (Called(5, "ce"), "- - - - -"),  # CallIn tells those who are called, the note beside it the others
    (StatusSet(5, Status.OPEN), "- - - - -"),
    (Held(5, "ACME-7"), "- - - - -"),
    (Closed(5, Resolution.CONFIRMED), "- - - - -"),
    (Snoozed(5, None), "- - - - -"),
    (PrioritySet(5, Priority.HIGH), "- - - - -"),
    (Tagged(5, ("sso",)), "- - - - -"),
    (FactSet(5, "Globex", "version", "5.2", "5.1"), "- - - - -"),
    (RequesterChanged(5, 2, None), "- - - - -"),
    (ParticipantsChanged(5, (2,)), "- - - - -"),
    (Merged(5, 52), "- - - - -"),
    (TookOver(5, 52), "- - - - -"),
    (SplitOff(5, 7, 52), "- - - - -"),
    (StillPending(Rung.FORETELL), "- - nudging - -"),
    (StillPending(Rung.FIRST_NUDGE), "- - - - -"),
    (StillPending(Rung.SECOND_NUDGE), "- - - - -"),
    (StillPending(Rung.CALL_CE), "- - - - -"),
    (StillPending(Rung.FOREWARN), "- - closing - -"),
    (StaysPending("mail comes back"), "- - unclosed - -"),
    (NudgesUnanswered(2), "- - - - -"),
    (SurveyDue(), "- - - - -"),
    (Nudged(1, "ann@globex.test"), "- - - - -"),
    (NotNudged(1, "nobody reads it"), "- - - - -"),
    (SurveyAsked("ann@globex.test"), "- - - - -"),
    (SurveyNotAsked("asked lately"), "- - - - -"),
]


def agent(name: str, notices: Preference = ALL, **more: object) -> Agent:
    return replace(Agent(name, (f"{name}@acme.test",), notices), **more)  # type: ignore[arg-type]  # fields of a dict have one type


ANNA, BEN, MIA, DIRK, NORA = (
    agent("anna", ALL),
    agent("ben", ALL),
    agent("mia", MINE),
    agent("dirk", DIGEST),
    agent("nora", NONE),
)
TEAM = (ANNA, BEN, MIA, DIRK, NORA)
ADMINS = "the admins"

# Occasion, agents there are, owner, who did it, at whom → who is told
TABLE: list[tuple[str, str, str, str, str, str]] = [
    # nobody owns it: all who want all, at once or in a digest
    ("new answered reopened undeliverable replied fixed woke noted copied thanked", "abmdn", "", "", "", "abd"),
    ("new answered reopened undeliverable replied fixed woke noted copied thanked", "abmdn", "", "a", "", "bd"),
    # an owner with `mine` hears of it, too
    ("answered reopened undeliverable noted copied replied new", "abmdn", "m", "", "", "abmd"),
    ("answered reopened undeliverable noted copied replied new", "abmdn", "m", "m", "", "abd"),
    ("answered reopened undeliverable noted copied replied new", "abmdn", "a", "", "", "abd"),
    ("answered reopened undeliverable noted copied replied new", "abmdn", "a", "a", "", "bd"),
    ("answered reopened undeliverable noted copied replied new", "abmdn", "d", "", "", "abd"),
    # an owner who wants none counts as absent
    ("answered reopened undeliverable noted copied replied new", "abmdn", "n", "", "", "abd"),
    # a thank-you is for its owner, where there is one who listens
    ("thanked fixed woke nudging closing unclosed", "abmdn", "m", "", "", "m"),
    ("thanked fixed woke", "abmdn", "a", "", "", "a"),
    ("thanked fixed woke", "abmdn", "d", "", "", "d"),
    ("thanked fixed woke nudging closing unclosed", "abmdn", "n", "", "", "abd"),
    # so is a bad rating, which never goes unheard
    ("rated", "abmdn", "m", "", "", "m"),
    ("rated", "abmdn", "n", "", "", "abd"),
    ("rated", "abmdn", "", "", "", "abd"),
    ("rated", "mn", "", "", "", "m"),
    ("rated", "n", "", "", "", ADMINS),
    # nobody wants all: what a customer wrote goes to those who want their own; what we wrote ourselves may go unheard
    ("new answered reopened undeliverable", "mn", "", "", "", "m"),
    ("noted copied thanked", "mn", "", "", "", ""),
    ("new answered reopened undeliverable", "mn", "n", "", "", "m"),
    ("answered reopened undeliverable noted copied thanked", "mn", "m", "", "", "m"),
    ("noted copied", "mn", "m", "m", "", ""),
    ("new answered reopened undeliverable", "d", "", "", "", "d"),
    # nobody wants anything: the admins must know
    ("new answered reopened undeliverable", "n", "", "", "", ADMINS),
    ("new answered reopened undeliverable", "n", "n", "", "", ADMINS),
    ("noted copied thanked", "n", "", "", "", ""),
    # a house without agents works in another way
    ("new answered reopened undeliverable noted copied thanked", "", "", "", "", ""),
    # whoever did it alone knows of it, and that is enough
    ("new noted copied", "a", "", "a", "", ""),
    ("new answered", "mn", "", "m", "", ""),
    # directed: they and nobody else, whatever they own or want
    ("assigned", "abmdn", "m", "a", "m", "m"),
    ("assigned", "abmdn", "a", "a", "a", ""),
    ("assigned", "abmdn", "n", "a", "n", ""),
    ("assigned", "abmdn", "d", "a", "d", "d"),
    ("called", "abmdn", "a", "a", "mn", "mn"),
    ("called", "abmdn", "a", "a", "abmdn", "bmdn"),
]


def named(letters: str) -> tuple[Agent, ...]:
    return tuple(each for letter in letters for each in TEAM if each.name[0] == letter)


def one(letter: str) -> Agent | None:
    return next(iter(named(letter)), None)


@pytest.mark.parametrize("row", TABLE, ids=" ".join)
def test_who_is_told(row: tuple[str, str, str, str, str, str]) -> None:
    occasions, agents, owner, cause, targets, expected = row
    circle = Circle(named(agents), one(owner), one(cause), named(targets))
    wanted = Told((), admins=True) if expected == ADMINS else Told(named(expected))
    for occasion in occasions.split():
        assert tell(Occasion(occasion), circle) == wanted, occasion


def test_every_occasion_stands_in_the_table() -> None:
    assert {word for row in TABLE for word in row[0].split()} == {occasion.value for occasion in Occasion}


@pytest.mark.parametrize(("event", "expected"), OCCASIONS)
@pytest.mark.parametrize("status", Status)
def test_what_is_told_of_each_event_in_each_status(event: Event, expected: str, status: Status) -> None:
    before = ticket(status=status, closed_days=1 if status is Status.CLOSED else None)
    occasion = occasion_of(event, before)
    assert (occasion or "-") == expected.split()[list(Status).index(status)]
    effects = [effect for effect in decide(before, event, now=NOW).effects if isinstance(effect, TellAgents)]
    assert [(effect.number, effect.occasion) for effect in effects] == ([(41, occasion)] if occasion else [])
    assert all(effect.cause == getattr(event, "author", None) for effect in effects)


def test_every_kind_of_event_is_thought_of() -> None:
    assert {type(event) for event, _ in OCCASIONS} == set(get_args(Event))


def test_a_merged_ticket_tells_nobody() -> None:
    merged = decide(ticket(), MovedAway(52), now=NOW).ticket
    assert decide(merged, CustomerWrote(1, Level.PROVEN, "token"), now=NOW).effects == ()


def test_what_a_customer_did_is_never_told_to_nobody() -> None:
    for preferences, owner, occasion in product(product(Preference, repeat=3), (None, 0, 1, 2), UNHEARD):
        agents = tuple(agent(f"a{n}", wish) for n, wish in enumerate(preferences))
        told = tell(occasion, Circle(agents, agents[owner] if owner is not None else None))
        assert bool(told.agents) != told.admins
        assert len(set(told.agents)) == len(told.agents)


# ---------------------------------------------------------------- when
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(time(18), time(8))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-23 17:59", None),
        ("2026-11-23 18:00", "2026-11-24 08:00"),
        ("2026-11-23 23:59", "2026-11-24 08:00"),
        ("2026-11-24 00:00", "2026-11-24 08:00"),
        ("2026-11-24 07:59:59", "2026-11-24 08:00"),
        ("2026-11-24 08:00", None),
        ("2026-03-28 20:00", "2026-03-29 08:00"),  # an hour of this night is missing
        ("2026-10-24 20:00", "2026-10-25 08:00"),  # an hour of this night comes twice
    ],
)
def test_quiet_hours_hold_until_their_end_on_the_agents_own_clock(now: str, expected: str | None) -> None:
    asleep = agent("anna", quiet=NIGHT, zone=BERLIN)
    found = due(asleep, Occasion.NEW, Flow(), SETTINGS, berlin(now).astimezone(UTC))
    assert found == (berlin(expected) if expected else None)
    assert found is None or found.tzinfo is UTC


def test_hours_within_a_day_are_quiet_as_well() -> None:
    noon = QuietHours(time(12), time(13, 30))
    assert [is_quiet(noon, time(hour)) for hour in (11, 12, 13, 14)] == [False, True, True, False]
    assert not is_quiet(noon, time(13, 30))


def test_a_call_waits_for_nothing() -> None:
    busy = Flow(sent=1000, waiting=NOW + timedelta(minutes=1))
    for wish in Preference:
        assert (
            due(agent("anna", wish, quiet=QuietHours(time(0), time(23, 59))), Occasion.CALLED, busy, SETTINGS, NOW)
            is None
        )


def test_a_digest_comes_once_a_day_and_not_in_quiet_hours() -> None:
    reader = agent("dirk", DIGEST, zone=BERLIN)
    assert due(reader, Occasion.NEW, Flow(), SETTINGS, berlin("2026-11-23 07:59")) == berlin("2026-11-23 08:00")
    assert due(reader, Occasion.NEW, Flow(), SETTINGS, berlin("2026-11-23 08:00")) == berlin("2026-11-24 08:00")
    late = replace(reader, quiet=QuietHours(time(18), time(9)))
    assert due(late, Occasion.NEW, Flow(), SETTINGS, berlin("2026-11-23 07:59")) == berlin("2026-11-23 09:00")
    noon = NoticeSettings(digest_hour=12)
    assert due(reader, Occasion.NEW, Flow(), noon, berlin("2026-11-23 07:59")) == berlin("2026-11-23 12:00")


def test_the_twenty_first_notice_within_ten_minutes_waits_with_all_that_follow() -> None:
    assert due(ANNA, Occasion.NEW, Flow(sent=19), SETTINGS, NOW) is None
    end = due(ANNA, Occasion.NEW, Flow(sent=20), SETTINGS, NOW)
    assert end == NOW + WINDOW
    later = NOW + timedelta(minutes=9)
    assert due(ANNA, Occasion.NEW, Flow(sent=0, waiting=end), SETTINGS, later) == end
    assert due(ANNA, Occasion.NEW, Flow(sent=1, waiting=None), SETTINGS, end + timedelta(seconds=1)) is None


def test_a_flood_that_ends_in_quiet_hours_is_told_after_them() -> None:
    asleep = agent("anna", quiet=NIGHT, zone=BERLIN)
    found = due(asleep, Occasion.NEW, Flow(sent=20), SETTINGS, berlin("2026-11-23 17:55"))
    assert found == berlin("2026-11-24 08:00")


def test_what_waits_for_tomorrow_holds_up_nothing_of_today() -> None:
    assert due(ANNA, Occasion.NEW, Flow(waiting=NOW + timedelta(hours=14)), SETTINGS, NOW) is None


clocks = st.builds(time, st.integers(0, 23), st.integers(0, 59))
counts, hours = st.integers(0, 40), st.integers(0, 23)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 hypothesis puts the zone in


@given(st.lists(clocks, min_size=2, max_size=2, unique=True), moments, st.sampled_from(Preference), counts, hours)
def test_whatever_waits_is_due_within_two_days_and_never_in_quiet_hours(
    night: list[time], now: datetime, wish: Preference, sent: int, hour: int
) -> None:
    quiet = QuietHours(*night)
    someone = agent("anna", wish, quiet=quiet, zone=BERLIN)
    found = due(someone, Occasion.NEW, Flow(sent=sent), NoticeSettings(digest_hour=hour), now)
    if found is None:
        assert not is_quiet(quiet, now.astimezone(BERLIN).time())
        assert sent < 20
    else:
        assert now < found <= now + timedelta(days=2, hours=1)


# ---------------------------------------------------------------- the notice that an agent answers
def test_a_notice_is_answered_by_the_agent_to_whom_it_was_sent_from_any_address_of_theirs() -> None:
    alice = Agent("Alice", ("alice@acme.test", "alice@home.test"))
    sent = make(KEYS, purpose="n", ticket=41, recipient="alice@acme.test", nonce="x", now=NOW)
    other = make(KEYS, purpose="n", ticket=41, recipient="bob@acme.test", nonce="x", now=NOW)
    acknowledgement = make(KEYS, purpose="a", ticket=41, recipient="alice@acme.test", nonce="x", now=NOW)
    forged = make(STOLEN, purpose="n", ticket=41, recipient="alice@acme.test", nonce="x", now=NOW)
    assert answered_notice(alice, (forged, acknowledgement, other, sent), KEYS, NOW) == sent
    assert answered_notice(alice, (forged, acknowledgement, other), KEYS, NOW) is None
    assert answered_notice(alice, (sent,), KEYS, NOW + timedelta(days=401)) is None
