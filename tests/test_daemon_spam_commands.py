"""#spam, #block and #allow, by mail and on the command line: what they change, what they stop, and the way back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from daemon.cli import do
from daemon.cli import quarantine as verb
from daemon.control import Trouble
from store import listed, sendings, waiting
from store.engine import Store
from tests.agents_mail import answer, entries, leave, reader, ticket, to
from tests.notice_team import ANNA, BEN, one, words_of
from tests.office import Office, write
from tests.spam_office import STRANGER, adds_up, open_filtered, outcome, taught
from tickets.model import MessageKind, Outcome, Reason, Resolution, Status

HELD = (Outcome.QUARANTINED, Reason.SPAM)
OPENED = (Outcome.TICKETED, None)


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    return open_filtered(store, tmp_path)


@pytest.fixture(autouse=True)
def books_add_up(office: Office) -> Iterator[None]:
    yield
    assert adds_up(office)


def say(office: Office, words: str, number: int = 1, *, actor: str = "root") -> Any:
    return do.answer(office.desk, {"number": number, "words": [words], "text": ""}, actor)


def states(office: Office, number: int = 1) -> dict[str, str]:
    """What became of the ticket's mail, by the first word of its key."""
    with office.desk.store.read() as session:
        return {row.key.partition(":")[0]: row.state for row in sendings.of_ticket(session, number)}


def test_spam_by_mail_closes_takes_back_and_teaches(office: Office) -> None:
    arrival = office.receive(write(STRANGER, "a"))
    notice = one(office.told(), ANNA)
    handled = office.receive(answer(notice, ANNA, "b", "#spam"))
    assert outcome(office, handled)[0] is Outcome.HANDLED
    assert outcome(office, arrival) == HELD
    assert "anna@acme-team.example says that it is spam" in office.arrival(arrival).why
    closed = ticket(office)
    assert (closed.status, closed.resolution) == (Status.CLOSED, Resolution.SPAM)
    assert taught(office) == [(arrival, True, "command")]
    told = words_of(to(leave(office), ANNA))
    assert "in quarantine" in told
    assert "#open" in told


def test_what_has_not_left_is_withdrawn(office: Office) -> None:
    office.receive(write(STRANGER, "a"))
    say(office, "#spam")
    assert states(office) == {"ack": "cancelled", "notice": "cancelled"}
    assert office.leave() == []


def test_lines_that_wait_for_a_digest_are_withdrawn_too(store: Store, tmp_path: Path) -> None:
    office = open_filtered(store, tmp_path)
    for number in range(25):
        office.receive(write(f"c{number}@one.example", f"m{number}", proven=False))
    with office.desk.store.read() as session:
        ready = waiting.ready_for(session, BEN, office.now.replace(year=2027), 99)
    last = max(entry.ticket for entry in ready)
    say(office, "#spam", last)
    with office.desk.store.read() as session:
        left = waiting.ready_for(session, BEN, office.now.replace(year=2027), 99)
    assert last not in {entry.ticket for entry in left}
    assert len(left) == len(ready) - 1


def test_what_has_left_stays_as_it_is(office: Office) -> None:
    office.receive(write(STRANGER, "a"))
    office.leave()
    say(office, "#spam")
    assert states(office) == {"ack": "sent", "notice": "sent"}


def test_a_text_beside_spam_never_reaches_the_spammer(office: Office) -> None:
    office.receive(write(STRANGER, "a"))
    notice = one(office.told(), ANNA)
    office.leave()
    office.receive(answer(notice, ANNA, "b", "#spam\nThe third this week."))
    assert STRANGER not in [reader(mail) for mail in leave(office, after=600)]
    assert entries(office)[-1] == (MessageKind.NOTE, "The third this week.")


def test_open_turns_it_back(office: Office) -> None:
    arrival = office.receive(write(STRANGER, "a"))
    back = say(office, "#spam")["back"]
    say(office, " ".join(back), actor="anna")
    assert outcome(office, arrival) == OPENED
    assert office.arrival(arrival).ticket == 1
    assert taught(office) == [(arrival, True, "command"), (arrival, False, "command")]
    assert ticket(office).status is not Status.CLOSED


def test_spam_said_twice_teaches_once(office: Office) -> None:
    arrival = office.receive(write(STRANGER, "a"))
    say(office, "#spam")
    say(office, "#spam")
    assert taught(office) == [(arrival, True, "command")]
    assert outcome(office, arrival) == HELD


def test_a_release_of_what_was_taken_back_makes_a_ticket_of_its_own(office: Office) -> None:
    raw = write(STRANGER, "a")
    arrival = office.receive(raw)
    office.receive(raw, "feedback@acme.example")
    say(office, "#spam")
    verb.answer(office.desk, {"what": "release", "ids": [arrival]}, "root")
    office.decide()
    assert outcome(office, arrival) == OPENED
    assert office.arrival(arrival).ticket == 2
    assert [mail["Subject"] for mail in office.sent()] == ["Re: About a [#2]"]
    assert ticket(office).resolution is Resolution.SPAM


def test_a_ticket_without_a_mail_is_closed_as_spam_and_teaches_nothing(office: Office) -> None:
    office.receive(write(ANNA, "a", text="#new\nrequester: Jane\nsource: slack\nsubject: z\nHello"))
    say(office, "#spam")
    assert ticket(office).resolution is Resolution.SPAM
    assert taught(office) == []


def test_block_keeps_out_and_the_transcript_names_the_way_back(office: Office) -> None:
    office.receive(write(STRANGER, "a"))
    notice = one(office.told(), ANNA)
    office.leave()
    office.receive(answer(notice, ANNA, "b", f"#block {STRANGER}"))
    assert f"#allow {STRANGER}" in words_of(to(leave(office), ANNA))
    blocked = office.receive(write(STRANGER, "c", text="Hello"))
    assert outcome(office, blocked) == HELD
    assert f"{STRANGER} is on the block list (#block by {ANNA})" in office.arrival(blocked).why
    assert outcome(office, office.receive(write("bob@offers.example", "d", text="Hi"))) == OPENED
    say(office, f"#allow {STRANGER}")
    assert outcome(office, office.receive(write(STRANGER, "e", text="Hello again"))) == OPENED


def test_a_domain_and_all_below_it_can_be_kept_out(office: Office) -> None:
    office.receive(write("ann@globex.example", "a"))
    say(office, "#block offers.example")
    assert outcome(office, office.receive(write(STRANGER, "b", text="b"))) == HELD
    below = "x@mail.offers.example"
    assert outcome(office, office.receive(write(below, "c", text="c"))) == OPENED
    say(office, "#block *.offers.example")
    assert outcome(office, office.receive(write(below, "d", text="d"))) == HELD


def test_allow_lets_in_whom_nothing_else_would_if_they_are_proven(office: Office) -> None:
    office.receive(write("ann@globex.example", "a"))
    said = say(office, f"#allow {STRANGER}")
    assert [(each["what"], each["before"], each["after"]) for each in said["changes"]] == [
        (STRANGER, "neither", "allowed")
    ]
    assert said["back"] == [f"#block {STRANGER}"]
    assert outcome(office, office.receive(write(STRANGER, "b", text="pills b"))) == OPENED
    assert outcome(office, office.receive(write(STRANGER, "c", text="pills c", proven=False))) == HELD
    say(office, f"#block {STRANGER}")
    with office.desk.store.read() as session:
        assert listed.entries(session) == []
    assert outcome(office, office.receive(write(STRANGER, "d", text="pills d"))) == HELD


def test_the_admins_own_list_says_more_than_an_agents_word(store: Store, tmp_path: Path) -> None:
    office = open_filtered(store, tmp_path, f'[block]\nsenders = ["{STRANGER}"]\n')
    office.receive(write("ann@globex.example", "a"))
    say(office, f"#allow {STRANGER}")
    assert outcome(office, office.receive(write(STRANGER, "b"))) == HELD


def test_what_is_on_record_names_who_listed_whom(office: Office) -> None:
    office.receive(write("ann@globex.example", "a"))
    say(office, "#block evil.example")
    with office.desk.store.read() as session:
        [entry] = listed.entries(session)
    assert (entry.who, entry.kind, entry.actor) == ("evil.example", "block", "cli:root")
    with pytest.raises(Trouble, match="is blocked already"):
        say(office, "#block evil.example")


def test_nobody_who_is_not_proven_blocks_anybody(office: Office) -> None:
    office.receive(write("ann@globex.example", "a"))
    notice = one(office.told(), ANNA)
    office.receive(answer(notice, ANNA, "b", "#block ann@globex.example\n#spam", proven=False))
    with office.desk.store.read() as session:
        assert listed.entries(session) == []
    assert taught(office) == []
    assert outcome(office, 1) == OPENED


def test_a_copy_of_what_was_called_spam_does_not_pass_either(office: Office) -> None:
    raw = write(STRANGER, "a")
    first = office.receive(raw)
    say(office, "#spam")
    other = office.receive(raw, "feedback@acme.example")
    assert outcome(office, other) == HELD
    assert f"a copy of arrival {first}" in office.arrival(other).why
    assert outcome(office, office.receive(raw)) == (Outcome.DUPLICATE, None)
    assert outcome(office, first) == HELD
