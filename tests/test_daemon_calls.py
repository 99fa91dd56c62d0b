"""Calls in the open house: who is asked, what they read, and what follows where nobody answers, mail by mail."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from commands.grammar import read_words
from daemon import clock, control
from daemon.agents import speaking
from daemon.calls import opening
from daemon.cli import main, show, who
from daemon.control import Trouble
from daemon.timer import Timer
from store import calls, tickets
from store.engine import Session, Store
from tests.agents_mail import CE, CUSTOMER, OWNER, answer, entries, first_notice, leave, readers, ticket, to
from tests.notice_team import ANNA, BEN, MIA, open_team, words_of
from tests.office import NOW, Office, write
from tickets.model import MessageKind, Status

DAN, EVE, OPS = "dan@acme-team.example", "eve@acme-team.example", "ops@elsewhere.example"
PEOPLE = f"""
[[people]]
name = "Carol"
address = "{CE}"
absent = ["2026-03-10 to 2026-03-12"]
stand_in = "{DAN}"
[[people]]
name = "Dan"
address = "{DAN}"
absent = ["2026-03-12"]
[calls]
team = ["{BEN}", "{MIA}"]
[calls.product.Search]
owner = "{OWNER}"
channel = "C024BE91L"
[[calls.ladder]]
name = "teammates"
channel = "C024BE92M"
[[calls.ladder]]
name = "engineering"
who = ["{EVE}"]
hours = 4
"""
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    return open_team(store, tmp_path, more=PEOPLE)


def call(office: Office, said: str = "#call ce\nDo you know this?") -> None:
    """Anna calls on Carl's ticket."""
    office.receive(answer(first_notice(office), ANNA, "call", said))


def passes(office: Office, time: timedelta) -> None:
    """Look at the clock every twenty minutes, as long as that."""
    end = office.now + time
    while office.now < end:
        office.now = min(end, office.now + timedelta(minutes=20))
        office.tick()


def open_by_itself(office: Office, whom: str = "ce", area: str | None = None) -> bool:
    """A call that no person makes."""

    def work(session: Session) -> bool:
        found = tickets.load(session, 1)
        assert found is not None
        return opening.open_call(
            session,
            office.desk,
            found,
            whom=whom,
            area=area,
            reason="the filter rule outage",
            text="",
            author=None,
            now=office.now,
        )

    return office.write(work)


# ---------------------------------------------------------------- who is asked
def test_who_is_called_reads_why_it_is_them(office: Office) -> None:
    call(office)
    told = words_of(to(leave(office), CE))
    assert "Anna asks for your help: Do you know this?" in told
    assert "Why you: Carol is the CE of Initech" in told


def test_whoever_stands_in_is_called_and_reads_for_whom(office: Office) -> None:
    office.now += timedelta(days=8)
    call(office)
    left = leave(office)
    assert CE not in readers(left)
    why = "Carol is the CE of Initech; absent until 2026-03-12; Dan stands in"
    assert why in words_of(to(left, DAN))
    assert f"Dan ({why})" in words_of(to(left, ANNA))


def test_where_nobody_stands_in_the_team_is_called_and_told_why(office: Office) -> None:
    office.now += timedelta(days=10)
    call(office)
    left = leave(office)
    assert {CE, DAN} & set(readers(left)) == set()
    assert "nobody stands in; so the team is asked" in words_of(to(left, MIA))


def test_an_agent_who_is_called_is_told_once_with_the_text_and_the_reason(office: Office) -> None:
    call(office, "#call team\nIs it down?")
    told = [mail for mail in leave(office) if "You are called in" in words_of(mail)]
    assert readers(told) == [BEN, MIA]
    assert all("Is it down?" in words_of(mail) and "is of the team" in words_of(mail) for mail in told)


def test_a_call_that_would_reach_nobody_is_refused_and_none_begins(office: Office) -> None:
    call(office, "#call ae\nHelp")
    assert "Initech has no account executive (ae)" in words_of(to(leave(office), ANNA))
    with office.desk.store.read() as session:
        assert calls.of_ticket(session, 1) == []


def test_a_call_without_a_person_behind_it_says_what_calls(office: Office) -> None:
    first_notice(office)
    assert open_by_itself(office, "product", "search")
    told = words_of(to(leave(office), OWNER))
    assert "Your help is needed with search: the filter rule outage." in told
    assert "Sue" not in told


def test_an_agent_who_is_called_by_no_person_reads_why_and_what_the_customer_wrote(office: Office) -> None:
    first_notice(office)
    assert open_by_itself(office, "team")
    told = words_of(to(leave(office), MIA))
    assert "You are called in." in told
    assert "The filter rule outage. Mia is of the team." in told
    assert "I cannot log in." in told


def test_the_same_call_is_not_made_twice_while_nobody_has_reacted(office: Office) -> None:
    first_notice(office)
    assert open_by_itself(office)
    office.now += HOUR
    assert not open_by_itself(office)
    assert readers(leave(office)) == [CE]
    assert open_by_itself(office, "product", "search")


def test_a_call_that_nobody_can_be_asked_for_is_told_to_the_admins(store: Store, tmp_path: Path) -> None:
    office = open_team(store, tmp_path, "", more="")
    office.receive(write("kim@nowhere.example", "a"))
    leave(office)
    assert open_by_itself(office)
    [told] = leave(office)
    assert OPS in str(told["To"])
    assert "helpdeskd who 1" in words_of(told)


# ---------------------------------------------------------------- the ladder
def test_a_call_that_nobody_answers_goes_up_its_ladder(office: Office) -> None:
    call(office)
    leave(office)
    seen = []
    for _ in range(48):
        passes(office, HOUR)
        seen += [(int((office.now - NOW) / HOUR), each) for each in readers(leave(office))]
    assert seen == [(2, CE), (4, BEN), (4, MIA), (8, EVE)]


def test_each_step_says_what_it_is_and_since_when_nobody_answers(office: Office) -> None:
    call(office)
    leave(office)
    passes(office, 2 * HOUR)
    reminded = words_of(to(leave(office), CE))
    assert "A reminder: nobody has answered yet." in reminded
    assert "Anna asks for your help: Do you know this?" in reminded
    assert "#call by Anna; no answer since 2026-03-02 10:00 UTC" in reminded
    passes(office, 2 * HOUR)
    asked = words_of(to(leave(office), MIA))
    assert "You are called in by Anna" in asked
    assert "#call by Anna; no answer since" in asked
    assert "Do you know this?" in asked
    passes(office, 4 * HOUR)
    assert "Nobody who was asked before has answered." in words_of(to(leave(office), EVE))


def test_an_answer_by_mail_ends_the_call(office: Office) -> None:
    call(office)
    called = to(leave(office), CE)
    office.now += HOUR
    office.receive(answer(called, CE, "m", "It is the proxy."))
    assert entries(office)[-1] == (MessageKind.NOTE, "It is the proxy.")
    leave(office)
    passes(office, 24 * HOUR)
    assert leave(office) == []
    with office.desk.store.read() as session:
        [state] = calls.of_ticket(session, 1)
    assert state.reacted_at == NOW + HOUR


def test_an_answer_to_the_reminder_ends_the_call_as_well(office: Office) -> None:
    call(office)
    leave(office)
    passes(office, 2 * HOUR)
    office.receive(answer(to(leave(office), CE), CE, "m", "It is the proxy."))
    leave(office)
    passes(office, 24 * HOUR)
    assert leave(office) == []


def test_a_note_of_the_caller_ends_nothing(office: Office) -> None:
    call(office)
    told = to(leave(office), ANNA)
    office.now += HOUR
    office.receive(answer(told, ANNA, "n", "#note\nStill waiting."))
    leave(office)
    passes(office, HOUR)
    assert readers(leave(office)) == [CE]


@pytest.mark.parametrize("said", ["#take", "#close spam"])
def test_taking_and_closing_the_ticket_end_the_call(office: Office, said: str) -> None:
    call(office)
    told = to(leave(office), ANNA)
    office.now += HOUR
    office.receive(answer(told, ANNA, "t", said))
    leave(office)
    passes(office, 24 * HOUR)
    assert leave(office) == []


def test_the_same_call_said_again_begins_anew(office: Office) -> None:
    notice = first_notice(office)
    office.receive(answer(notice, ANNA, "call", "#call ce\nDo you know this?"))
    leave(office)
    office.now += HOUR
    office.receive(answer(notice, ANNA, "again", "#call ce\nIt is urgent."))
    leave(office)
    passes(office, 2 * HOUR)
    left = leave(office)
    assert readers(left) == [CE]
    assert "It is urgent." in words_of(left[0])


def test_after_an_outage_each_call_takes_one_step_and_waits_again(office: Office) -> None:
    call(office)
    leave(office)
    office.now += timedelta(days=2)
    for _ in range(3):
        office.tick()
    assert readers(leave(office)) == [CE]
    passes(office, 2 * HOUR)
    assert readers(leave(office)) == [BEN, MIA]


def test_a_tick_that_is_killed_leaves_nothing_and_its_replay_asks_once(office: Office) -> None:
    call(office)
    leave(office)
    office.now += 2 * HOUR
    timer = Timer(office.desk, lambda _: None, lambda: None)

    def die(session: Session) -> None:
        timer.tick(session, office.now)
        raise KeyError("killed")

    for _ in range(2):
        with pytest.raises(KeyError, match="killed"):
            office.write(die)
        assert leave(office) == []
    for _ in range(3):
        office.tick()
    assert readers(leave(office)) == [CE]


def test_nothing_of_a_call_ever_goes_to_the_customer(office: Office) -> None:
    call(office)
    passes(office, 24 * HOUR)
    assert CUSTOMER not in readers(leave(office))


# ---------------------------------------------------------------- told
def test_the_story_of_a_ticket_tells_which_calls_wait_and_what_the_clock_did(office: Office) -> None:
    call(office)
    passes(office, 2 * HOUR)
    said = show.answer(office.desk, {"number": 1}, "root")
    [told] = said["calls"]
    assert (told["whom"], told["rung"], told["reacted_at"], told["ended_at"]) == ("ce", 1, None, None)
    lines = "\n".join(show._heading(said))
    assert "waits for an answer: ce (#call by Anna), since 2026-03-02 10:00 UTC; next step 2026-03-02 14:00" in lines
    assert "the clock asked for help: ce" in [event["told"] for event in said["events"]]


def test_an_answered_call_is_told_at_once_as_one_that_waits_no_more(office: Office) -> None:
    call(office)
    called = to(leave(office), CE)
    office.now += HOUR
    office.receive(answer(called, CE, "m", "It is the proxy."))
    said = show.answer(office.desk, {"number": 1}, "root")
    assert said["calls"][0]["reacted_at"] == (NOW + HOUR).isoformat()
    assert "waits for an answer" not in "\n".join(show._heading(said))


def test_somebody_is_called_from_the_command_line(office: Office) -> None:
    first_notice(office)
    words = speaking.with_text(read_words(["call", "ce"]), "Do you know this?")
    said = speaking.speak(office.desk, "anna", words, number=1)
    assert [each["after"] for each in said["changes"]] == ["Carol (Carol is the CE of Initech)"]
    office.now = clock.now() + SECOND
    assert "Anna asks for your help: Do you know this?" in words_of(to(leave(office), CE))
    assert ticket(office).status is Status.NEW
    assert entries(office)[-1] == (MessageKind.NOTE, "Do you know this?")


def test_a_call_from_the_command_line_that_reaches_nobody_is_refused_and_nothing_is_kept(office: Office) -> None:
    first_notice(office)
    words = speaking.with_text(read_words(["call", "product", "sales"]), "Help")
    with pytest.raises(Trouble, match="nobody owns the area sales; areas: search"):
        speaking.speak(office.desk, "root", words, number=1)
    assert len(entries(office)) == 1


# ---------------------------------------------------------------- helpdeskd who
def test_who_tells_of_everybody_who_would_be_called_for_a_ticket(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_notice(office)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=8))
    said = who.answer(office.desk, {"number": 1}, "root")
    assert [(each["whom"], [one["name"] for one in each["callees"]]) for each in said["found"]] == [
        ("ce", ["Dan"]),
        ("ae", []),
        ("product", [OWNER]),
        ("team", ["Bén", "Mia"]),
        ("oncall", []),
    ]
    lines = list(who._lines(said))
    assert lines[0] == f"ce: Dan ({DAN}): Carol is the CE of Initech; absent until 2026-03-12; Dan stands in"
    assert lines[1] == "ae: nobody: Initech has no account executive (ae)"
    assert lines[2] == f"product search in C024BE91L: {OWNER} ({OWNER}): {OWNER} owns search"
    assert lines[-3:] == [
        "without an answer: a reminder after 2 h",
        f"after 2 h more teammates in C024BE92M: Bén ({BEN}), Mia ({MIA})",
        f"after 4 h more engineering: {EVE} ({EVE})",
    ]


def test_who_tells_of_those_alone_who_are_asked_about(office: Office) -> None:
    said = who.answer(office.desk, {"area": "search"}, "root")
    assert [(each["whom"], each["area"]) for each in said["found"]] == [("product", "search")]
    with pytest.raises(Trouble, match="each account has its own ce; name a ticket"):
        who.answer(office.desk, {"whom": "ce"}, "root")
    without = [each["whom"] for each in who.answer(office.desk, {}, "root")["found"]]
    assert without == ["product", "team", "oncall"]


def test_who_knows_no_ticket_that_there_is_not(office: Office) -> None:
    with pytest.raises(Trouble, match="there is no ticket #7"):
        who.answer(office.desk, {"number": 7}, "root")


def test_who_says_by_its_exit_status_whether_anybody_would_be_called(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first_notice(office)

    def ask(_: Any, verb: str, request: dict[str, Any]) -> Any:
        assert verb == "who"
        return who.answer(office.desk, request, "root")

    monkeypatch.setattr(control, "ask", ask)
    config = ["--config", str(office.desk.config.file)]
    assert main(["who", "1", "--whom", "team", *config]) == 0
    assert capsys.readouterr().out.startswith("team: Bén")
    assert main(["who", "1", "--whom", "oncall", "--json", *config]) == 1
    assert '"whom": "oncall"' in capsys.readouterr().out
