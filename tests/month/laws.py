"""What must hold of the month whatever the list of all that left says: found out anew, by tables of its own."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.month.house import BEGIN, CAROL, CHANNELS, CUSTOMERS, DAN, DOWN, END, MEMBERS, OPS, OURS, Left
from tests.month.play import YES, Month, Player
from tests.month.plots import CANARY, Move

BERLIN = ZoneInfo("Europe/Berlin")
OFF = {date(2026, 4, 3), date(2026, 4, 6)}  # Good Friday, Easter Monday
OPENS, CLOSES = time(9), time(16, 59, 59)
REMINDERS = {"nudge": (3, 7), "closed": (13,)}
WITHIN_HOURS = {"nudge", "closed", "nudging", "closing", "unclosed"}
STEPS = WITHIN_HOURS | {"survey", "woke"}
LOOKED = timedelta(minutes=30)  # by which something is seen at the latest
DAY = timedelta(days=1)


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in OFF


def after(start: datetime, days: int) -> datetime:
    """So many days of work later, at the same time in Berlin, which is at an hour of work."""
    local = start.astimezone(BERLIN)
    day, clock = local.date(), max(local.time().replace(tzinfo=None), OPENS)
    if clock > CLOSES or not works(day):
        day, clock = next_work(day), OPENS
    for _ in range(days):
        day = next_work(day)
    return datetime.combine(day, min(clock, CLOSES), BERLIN).astimezone(UTC)


def next_work(day: date) -> date:
    """The first day of work after this one."""
    day += DAY
    return day if works(day) else next_work(day)


def is_open(moment: datetime) -> bool:
    local = moment.astimezone(BERLIN)
    return works(local.date()) and OPENS <= local.time().replace(tzinfo=None) <= time(17)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A time in which a customer owed an answer."""

    ticket: int
    begin: datetime
    end: datetime

    def due(self, days: int) -> datetime:
        return after(self.begin, days)

    def is_late(self, days: int) -> bool:
        """Whether an outage moved this step, or one before it."""
        return any(DOWN[0] <= self.due(day) < DOWN[1] for day in range(2, days + 1))


def waitings(month: Month) -> Iterator[Waiting]:
    """From each answer of an agent to whatever came next."""
    for player in month.players:
        told = [said for said in month.said if said.ticket == player.number and says_something(said.move)]
        ends = [*(said.at for said in told[1:]), END]
        for said, end in zip(told, ends, strict=False):
            is_ours = said.move.who not in {"customer", "unsubscribe"}
            if is_ours and said.move.proven and (said.move == YES or not said.move.text.startswith("#")):
                yield Waiting(said.ticket, said.at, end)


def says_something(move: Move) -> bool:
    """Whether it changes who owes an answer: who rates, or answers a call, or whose mail comes back, does not."""
    return move.who != "bounce" and not {"survey", "slack", "call"} & set(move.to)


# ---------------------------------------------------------------- the laws
def each_mail_leaves_once(month: Month) -> None:
    ids = Counter(each.message_id for each in mails(month))
    assert [name for name, many in ids.items() if many > 1] == []
    headers = [each.mail()["Message-ID"] for each in mails(month)]
    assert headers == [each.message_id for each in mails(month)]


def whoever_asks_is_acknowledged_once(month: Month) -> None:
    told = Counter((each.ticket, each.to) for each in month.house.left if each.kind == "ack")
    assert set(told.values()) == {1}
    expected = {(player.number, player.story.sender) for player in month.players if player.story.is_acknowledged}
    assert {(number, to) for number, to in told if number in {each for each, _ in expected}} == expected
    again = [to for number, to in told if (number, to) not in expected]
    assert again == ["tom@shop68.example"]  # who wrote again after more than two weeks


def acknowledgements_come_at_once(month: Month) -> None:
    for player in month.players:
        [*acks] = (each for each in month.house.left if each.kind == "ack" and each.ticket == player.number)
        if acks and player.story.name != "pharmacy":
            came = DOWN[1] if DOWN[0] <= player.story.at < DOWN[1] else player.story.at
            assert came <= acks[0].at <= came + LOOKED, player.story.name


def reminders_come_on_their_days(month: Month) -> None:
    left = [each for each in month.house.left if each.kind in REMINDERS]
    explained: list[Left] = []
    for waiting in waitings(month):
        for kind, days in REMINDERS.items():
            for day in days:
                found = [each for each in left if each.ticket == waiting.ticket and each.kind == kind]
                found = [each for each in found if is_when(each.at, waiting, day)]
                if (
                    waiting.due(day) + LOOKED < waiting.end
                    and not waiting.is_late(day)
                    and not is_ghost(month, waiting)
                ):
                    assert len(found) == 1, (waiting, kind, day, found)
                explained += found
    assert [each.line() for each in left if each not in explained] == []


def is_when(moment: datetime, waiting: Waiting, day: int) -> bool:
    """Whether a step of that day may come at that moment."""
    if waiting.is_late(day):
        return waiting.due(day) <= moment <= after(waiting.due(day), 2)
    return waiting.due(day) <= moment <= waiting.due(day) + LOOKED


def is_ghost(month: Month, waiting: Waiting) -> bool:
    return waiting.ticket == numbered(month, "ghost").number


def whoever_cannot_be_reached_is_not_reminded(month: Month) -> None:
    number = numbered(month, "ghost").number
    kinds = [each.kind for each in month.house.left if each.ticket == number]
    assert not {"nudge", "nudging", "closing", "closed", "survey"} & set(kinds)
    assert kinds.count("unclosed") == 1


def nobody_is_reminded_out_of_hours(month: Month) -> None:
    assert [each.line() for each in month.house.left if each.kind in WITHIN_HOURS and not is_open(each.at)] == []


def nothing_leaves_during_the_outage(month: Month) -> None:
    assert [each.line() for each in month.house.left if DOWN[0] <= each.at < DOWN[1]] == []


def after_the_outage_the_admins_hear_first_and_no_burst_follows(month: Month) -> None:
    later = [each for each in month.house.left if each.at >= DOWN[1]]
    assert (later[0].to, later[0].kind) == (OPS, "alert")
    assert "overdue" in later[0].subject
    steps = [each.at for each in later if each.kind in STEPS and each.at < DOWN[1] + timedelta(hours=1)]
    assert steps
    assert steps[0] >= DOWN[1] + timedelta(minutes=15)
    assert max(Counter(steps).values()) == 1
    late = [each for each in later if each.kind in WITHIN_HOURS and is_late_of_outage(month, each)]
    assert late
    assert max(Counter(each.at for each in late).values()) == 1


def is_late_of_outage(month: Month, step: Left) -> bool:
    """Whether it was due in the outage."""
    first = datetime(2026, 3, 30, 7, 0, tzinfo=UTC)
    days = {"nudging": (2,), "nudge": (3, 7), "closing": (12,), "closed": (13,)}.get(step.kind, ())
    mine = (waiting for waiting in waitings(month) if waiting.ticket == step.ticket)
    missed = any(DOWN[0] <= waiting.due(day) < DOWN[1] for waiting in mine for day in days)
    return missed and first <= step.at < first + timedelta(hours=1)


def each_survey_comes_once_a_day_after_closing(month: Month) -> None:
    surveys = [each for each in month.house.left if each.kind == "survey"]
    assert max(Counter(each.to for each in surveys).values()) == 1  # nobody twice in thirty days
    assert max(Counter(each.ticket for each in surveys).values()) == 1
    for each in surveys:
        closed = [said.at for said in month.said if said.ticket == each.ticket and "close " in said.move.text]
        closed += [left.at for left in month.house.left if left.ticket == each.ticket and left.kind == "closed"]
        due = max(moment for moment in closed if moment < each.at) + DAY
        limit = DOWN[1] + timedelta(hours=1) if DOWN[0] <= due < DOWN[1] else due + LOOKED
        assert due <= each.at <= limit, each.line()


def bad_ratings_are_told_and_good_ones_are_not(month: Month) -> None:
    rated = {each.ticket for each in month.house.left if each.kind == "rated"}
    asked = [said for said in month.said if said.move.to == ("survey",) and not said.move.more]
    bad = {said.ticket for said in asked if said.move.text[:1] in {"1", "2"}}
    assert bad
    assert rated == bad


def the_stand_in_is_called_and_a_call_that_is_answered_ends(month: Month) -> None:
    [first, *_] = calls(month, "call-stand-in")
    assert f"<@{MEMBERS[DAN]}>" in first.subject
    assert f"<@{MEMBERS[CAROL]}>" not in first.subject
    assert [each.kind for each in calls(month, "call-stand-in")] == ["first", "thread", "first", "call"]
    assert [each.kind for each in calls(month, "call-answered")] == ["first"]
    assert [each.kind for each in calls(month, "call-reminded")] == ["first", "thread"]


def calls(month: Month, name: str) -> list[Left]:
    """What was asked on Slack and by mail in the call of a story, within its day."""
    player = numbered(month, name)
    mine = (each for each in month.house.left if each.ticket == player.number and each.at < player.story.at + DAY)
    return [each for each in mine if each.kind in {"first", "thread", "call"}]


def the_books_add_up_every_day(month: Month) -> None:
    assert month.sums == [True] * (END - BEGIN).days


def nothing_of_ours_reaches_anybody_else(month: Month) -> None:
    customers = {player.story.sender for player in month.players}
    for each in mails(month):
        if not each.to.endswith(OURS):
            assert each.to in customers, each.line()
            assert CANARY not in "".join(read_all(each)), each.line()
    assert any(CANARY in "".join(read_all(each)) for each in mails(month) if each.to.endswith(OURS))
    assert CHANNELS[CUSTOMERS] not in {each.to for each in month.house.left}


def read_all(left: Left) -> Iterator[str]:
    """Everything that stands in a mail, as its reader sees it and as it is sent."""
    yield left.raw.decode("latin-1")
    for part in left.mail().walk():
        if part.get_content_maintype() == "text":
            yield str(part.get_content())


def spam_makes_no_ticket_and_what_was_held_wrongly_is_let_out(month: Month) -> None:
    subjects = [each.subject for each in month.house.left]
    assert [subject for subject in subjects if "About spam-" in subject or "About news-" in subject] == []
    assert numbered(month, "pharmacy").number is not None


def the_month_is_as_full_as_it_should_be(month: Month) -> None:
    assert len(month.house.came) >= 400
    kinds = Counter(each.kind for each in month.house.left)
    wanted = {*STEPS, "ack", "answer", "call", "digest", "quarantine", "codes", "first", "thread", "update", "rated"}
    assert wanted - set(kinds) == set()


def mails(month: Month) -> list[Left]:
    return [each for each in month.house.left if each.channel == "mail"]


def numbered(month: Month, name: str) -> Player:
    return next(player for player in month.players if player.story.name == name)


LAWS: tuple[Callable[[Month], None], ...] = (
    the_month_is_as_full_as_it_should_be,
    each_mail_leaves_once,
    whoever_asks_is_acknowledged_once,
    acknowledgements_come_at_once,
    reminders_come_on_their_days,
    whoever_cannot_be_reached_is_not_reminded,
    nobody_is_reminded_out_of_hours,
    nothing_leaves_during_the_outage,
    after_the_outage_the_admins_hear_first_and_no_burst_follows,
    each_survey_comes_once_a_day_after_closing,
    bad_ratings_are_told_and_good_ones_are_not,
    the_stand_in_is_called_and_a_call_that_is_answered_ends,
    the_books_add_up_every_day,
    nothing_of_ours_reaches_anybody_else,
    spam_makes_no_ticket_and_what_was_held_wrongly_is_let_out,
)
