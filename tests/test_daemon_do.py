"""Commands from the command line: the same rules as by mail, all or nothing, and the whole story told afterwards."""

import io
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, get_args

import pytest

from daemon import control, story
from daemon.agents import speaking
from daemon.agents.orders import agent_of_user
from daemon.cli import do, find, fixed, main, new, parser_of, show
from daemon.config import load
from daemon.control import Trouble
from daemon.desk import Desk, open_desk
from daemon.due.stepping import Stumbled
from daemon.timer import Timer
from mail.model import Address
from store import history, messages, persons, tickets
from store.engine import Session, Store
from templates.render import Templates
from tests.store_samples import NOW, add, letter
from tickets.events import Event, Woke
from tickets.model import MessageKind, Status, Ticket
from tickets.record import CLOCK

CONFIG = """
[helpdesk]
name = "Acme"
state = "{0}/state"
[outgoing]
host = "127.0.0.1"
tls = "none"
[[agents]]
name = "Alice Adams"
addresses = ["alice@us.example", "al@home.example"]
[[agents]]
name = "Bob"
addresses = ["bob@us.example"]
[[accounts]]
name = "One"
domains = ["one.example"]
[[mailboxes]]
address = "support@us.example"
host = "127.0.0.1"
user = "support"
tls = "none"
password = {{ env = "PASSWORD" }}
"""


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    path = tmp_path / "helpdeskd.toml"
    path.write_text(CONFIG.format(tmp_path), "utf-8")
    return open_desk(load(path), store)


def opened(desk: Desk, name: str = "a", sender: str = "kim@one.example", account: str | None = "One") -> int:
    """The number of a new ticket of that sender."""

    def work(session: Session) -> int:
        mail = letter(name, sender=sender)
        person = persons.person(session, Address("Kim", sender), NOW)
        fresh = Ticket(0, Status.NEW, mail.subject, "support@us.example", NOW, NOW, requester=person, account=account)
        number = tickets.open_ticket(session, fresh).number
        add(session, number, mail)
        return number

    return desk.store.write(work).result()


def say(desk: Desk, number: int, *words: str, text: str = "", actor: str = "root") -> Any:
    return do.answer(desk, {"number": number, "words": list(words), "text": text}, actor)


def refusal(desk: Desk, number: int, *words: str, text: str = "", actor: str = "root") -> str:
    with pytest.raises(Trouble) as caught:
        say(desk, number, *words, text=text, actor=actor)
    return str(caught.value)


def ticket(desk: Desk, number: int) -> Ticket:
    with desk.store.read() as session:
        found = tickets.load(session, number)
    assert found is not None
    return found


def told(desk: Desk, number: int) -> list[str]:
    return [event["told"] for event in show.answer(desk, {"number": number}, "root")["events"]]


def test_what_is_said_is_done_and_told_with_the_way_back(desk: Desk) -> None:
    number = opened(desk)
    said = say(desk, number, "#assign alice #priority high")
    assert [(each["what"], each["before"], each["after"]) for each in said["changes"]] == [
        ("status", "new", "open"),
        ("owner", "", "alice@us.example"),
        ("priority", "normal", "high"),
    ]
    assert said["back"] == ["#assign nobody", "#priority normal"]
    assert say(desk, number, " ".join(said["back"]))["changes"]
    assert ticket(desk, number).status is Status.NEW


def test_one_wrong_word_and_nothing_is_done(desk: Desk) -> None:
    number = opened(desk)
    before = ticket(desk, number)
    said = refusal(desk, number, "#assign alice #priority hihg")
    assert "did you mean high?" in said
    assert said.endswith("nothing was done")
    assert ticket(desk, number) == before
    assert told(desk, number) == []


def test_the_user_of_the_machine_is_on_record_and_the_agent_of_that_name_owns(desk: Desk) -> None:
    number = opened(desk)
    say(desk, number, "take", actor="al")
    assert ticket(desk, number).owner is not None
    said = show.answer(desk, {"number": number}, "root")
    [event] = said["events"]
    assert event["by"]["actor"] == "cli:al"
    assert event["by"]["name"] == "Alice Adams <alice@us.example>"
    assert event["changes"][0] == {"field": "status", "before": "new", "after": "open"}
    assert event["told"] == (
        "Alice Adams <alice@us.example> (cli:al) gave the ticket to Alice Adams <alice@us.example>"
        " (status: new → open; owner: nobody → Alice Adams <alice@us.example>)"
    )


def test_somebody_who_is_no_agent_assigns_and_does_not_take(desk: Desk) -> None:
    number = opened(desk)
    assert "whoever takes a ticket is an agent" in refusal(desk, number, "take")
    say(desk, number, "assign", "bob")
    assert told(desk, number)[0].startswith("cli:root gave the ticket to Bob <bob@us.example>")
    assert agent_of_user(desk, "kim") is None


def test_a_note_is_kept_and_a_text_for_the_customer_is_refused(desk: Desk) -> None:
    number = opened(desk)
    say(desk, number, "#note", text="She is angry")
    with desk.store.read() as session:
        last = messages.messages(session, number)[-1]
    assert (last.kind, last.text) == (MessageKind.NOTE, "She is angry")
    assert "sent by mail" in refusal(desk, number, "close", "confirmed", text="Bye", actor="alice")
    assert "no customer engineer" in refusal(desk, number, "call", "ce", text="Help", actor="alice")
    assert "said by mail" in refusal(desk, number, "undo")
    assert ticket(desk, number).status is Status.NEW


def test_a_fixed_defect_opens_every_ticket_that_bears_it(desk: Desk) -> None:
    numbers = [opened(desk, name) for name in "abc"]
    for number in numbers[:2]:
        say(desk, number, "#assign alice #hold ACME-7")
    said = fixed.answer(desk, {"reference": "ACME-7"}, "root")
    assert [(each["number"], each["after"]) for each in said["changes"]] == [(numbers[0], "open"), (numbers[1], "open")]
    assert ticket(desk, numbers[2]).status is Status.NEW
    assert told(desk, numbers[0])[-1] == "cli:root said that ACME-7 is mended (status: on-hold → open)"
    with pytest.raises(Trouble, match="bears ACME-8"):
        fixed.answer(desk, {"reference": "ACME-8"}, "root")


def test_a_merged_ticket_sends_what_comes_later_to_the_other_and_keeps_its_own_text(desk: Desk) -> None:
    first, second = opened(desk), opened(desk, "b", "lee@two.example", None)
    assert "force" in refusal(desk, second, "merge", str(first))
    say(desk, second, "merge", str(first), "force")
    assert ticket(desk, second).merged_into == first
    with desk.store.read() as session:
        assert [each.subject for each in messages.messages(session, first)] == ["about a"]
        [person] = tickets.participants(session, first)
        assert persons.addresses(session, [person])[person].address == "lee@two.example"
    said = show.answer(desk, {"number": first}, "root")
    assert said["merged"] == [second]
    assert f"cli:root merged #{second} into it" in told(desk, first)
    assert f"was merged into #{first}" in refusal(desk, second, "close", "confirmed")


def test_a_message_is_split_off_to_a_ticket_of_whoever_wrote_it(desk: Desk) -> None:
    number = opened(desk)
    assert "no message to move" in refusal(desk, number, "split")
    other = letter("c", sender="lee@one.example")
    desk.store.write(lambda session: add(session, number, other)).result()
    say(desk, number, "split")
    made = ticket(desk, number + 1)
    with desk.store.read() as session:
        assert [each.subject for each in messages.messages(session, number)] == ["about a"]
        [moved] = messages.messages(session, made.number)
        assert made.requester is not None
        assert persons.addresses(session, [made.requester])[made.requester].address == "lee@one.example"
    assert (moved.subject, made.linked, made.account, made.status) == ("about c", number, "One", Status.NEW)
    assert told(desk, number) == [f"cli:root moved message {moved.id} out to #{made.number}"]
    assert told(desk, made.number) == [f"cli:root moved it here out of #{number}"]


def test_facts_tags_participants_and_the_requester_are_kept(desk: Desk) -> None:
    number = opened(desk)
    say(desk, number, "#set version=5.2 #tag +sso +api #cc +lee@one.example #requester pat@two.example")
    said = show.answer(desk, {"number": number}, "root")
    assert said["facts"] == {}  # Pat is of no account
    assert (said["ticket"]["tags"], said["ticket"]["account"]) == (["api", "sso"], None)
    assert said["requester"]["address"] == "pat@two.example"
    assert [each["address"] for each in said["participants"]] == ["lee@one.example"]
    assert show.answer(desk, {"number": opened(desk, "b")}, "root")["facts"] == {"version": "5.2"}
    say(desk, number, "#cc -lee@one.example")
    assert show.answer(desk, {"number": number}, "root")["participants"] == []


def test_a_ticket_is_made_for_somebody_without_an_address_whose_answers_are_kept(desk: Desk) -> None:
    request = {"requester": "Jane in their Slack", "subject": "Slow", "source": "one-slack", "text": "Search is slow"}
    number = new.answer(desk, request, "alice")["number"]
    made = ticket(desk, number)
    assert (made.source, made.subject, made.status) == ("one-slack", "Slow", Status.NEW)
    say(desk, number, "close", "confirmed", text="It is fast now", actor="alice")
    with desk.store.read() as session:
        kinds = [(each.kind, each.author_name) for each in messages.messages(session, number)]
    assert kinds == [(MessageKind.CUSTOMER, "Jane in their Slack"), (MessageKind.PUBLIC, "Alice Adams")]
    assert ticket(desk, number).status is Status.CLOSED
    assert show.answer(desk, {"number": number}, "root")["people"][str(made.requester)] == "Jane in their Slack"


def test_a_prepared_answer_stands_below_the_text(desk: Desk, tmp_path: Path) -> None:
    body = "{% block subject %}x{% endblock %}{% block body %}\nHello {{ requester }}, #{{ number }}.\n{% endblock %}"
    (tmp_path / "macro-reset.en.txt").write_text(body, "utf-8")
    (tmp_path / "macro-broken.en.txt").write_text("{% block subject %}x{% endblock %}", "utf-8")
    texts = Templates(tmp_path)
    assert [fault.rpartition("/")[2] for fault in texts.check()] == ["macro-broken.en.txt:1: there is no block 'body'"]
    desk = replace(desk, templates=texts)
    number = new.answer(desk, {"requester": "Jane", "source": "phone", "subject": "Slow"}, "root")["number"]
    say(desk, number, "macro", "reset", text="Done.", actor="alice")
    with desk.store.read() as session:
        assert messages.messages(session, number)[-1].text == f"Done.\n\nHello , #{number}."
    assert "did you mean reset?" in refusal(desk, number, "macro", "rest", actor="alice")
    assert "the prepared answer cannot be used" in refusal(desk, number, "macro", "broken", actor="alice")
    assert "sent by mail" in refusal(desk, opened(desk), "macro", "reset", actor="alice")


def test_a_new_ticket_says_what_it_lacks(desk: Desk) -> None:
    with pytest.raises(Trouble, match="say by `source:`"):
        new.answer(desk, {"requester": "Jane", "subject": "Slow"}, "root")
    with pytest.raises(Trouble, match="none of our mailboxes"):
        new.answer(desk, {"requester": "Jane", "subject": "Slow", "mailbox": "x@y.test"}, "root")
    with pytest.raises(Trouble, match="sent by mail"):
        new.answer(desk, {"requester": "jane@two.example", "subject": "Slow", "text": "Hello Jane"}, "alice")
    number = new.answer(desk, {"requester": "jane@one.example", "subject": "Slow"}, "root")["number"]
    assert ticket(desk, number).account == "One"
    with desk.store.read() as session:
        assert [row.ticket.number for row in tickets.tickets(session)] == [number]


def test_a_snooze_ends_once_when_its_time_has_come(desk: Desk) -> None:
    number = opened(desk)
    say(desk, number, "#assign alice #snooze 2d")
    until = ticket(desk, number).snoozed_until
    assert until is not None
    timer = Timer(desk, lambda _: None, lambda: None)
    for late in (timedelta(seconds=-1), timedelta(0), timedelta(minutes=1)):
        desk.store.write(partial(timer.tick, now=until + late)).result()
    with desk.store.read() as session:
        woken = [each for each in history.history(session, number) if each.event == Woke()]
    assert [(each.at, each.doer) for each in woken] == [(until, CLOCK)]
    assert ticket(desk, number).snoozed_until is None
    assert told(desk, number)[-1].startswith("the clock woke it up (snoozed until: ")


def test_a_snooze_whose_end_was_cut_off_ends_with_the_next_look(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    number = opened(desk)
    say(desk, number, "#assign alice #snooze 2d")
    until = ticket(desk, number).snoozed_until
    assert until is not None
    timer = Timer(desk, lambda _: None, lambda: None)

    def fail(*_: object, **__: object) -> None:
        raise OSError("the power is gone")

    with monkeypatch.context() as cut:
        cut.setattr(tickets, "add_event", fail)
        with pytest.raises(Stumbled, match=f"#{number} failed"):
            desk.store.write(partial(timer.tick, now=until)).result()
    assert ticket(desk, number).snoozed_until == until
    desk.store.write(partial(timer.tick, now=until)).result()
    with desk.store.read() as session:
        assert [each.event for each in history.history(session, number)].count(Woke()) == 1


def test_the_story_of_a_ticket_is_told_in_words(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    number = opened(desk)
    say(desk, number, "#assign alice #hold ACME-7 #tag +sso #set version=5.2")
    say(desk, number, "#note", text="Line one\nLine two")
    monkeypatch.setattr(
        control, "ask", lambda _, verb, request: {"show": show, "find": find}[verb].answer(desk, request, "")
    )
    parser = parser_of("show")
    args = parser.parse_args([str(number), "--config", str(desk.config.file)])
    assert show.run(args) == 0
    said = capsys.readouterr().out
    assert f"#{number} about a  [on-hold, support@us.example]" in said
    assert "owner: Alice Adams <alice@us.example>; priority: normal" in said
    assert "account: One (version 5.2)" in said
    assert "cli:root let it wait for ACME-7 (status: open → on-hold)" in said
    assert "    Line two" in said


def test_every_kind_of_event_has_its_words() -> None:
    assert set(story.SAID) == {kind.__name__ for kind in get_args(Event)}


def test_a_text_comes_from_the_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setattr("sys.stdin", io.StringIO("\nHello\n\n"))
    assert speaking.read_text("-") == "Hello"
    assert speaking.read_text(None) == ""


def test_the_same_rules_hold_for_a_ticket_that_is_not_there(desk: Desk) -> None:
    assert "there is no ticket #99" in refusal(desk, 99, "take")
    assert "there is no ticket #0" in refusal(desk, 0, "take")


def test_without_a_daemon_the_verbs_do_the_same_in_their_own_process(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSWORD", "x")
    path = tmp_path / "helpdeskd.toml"
    path.write_text(CONFIG.format(tmp_path), "utf-8")
    config = ["--config", str(path)]
    text = ["--text", "Search is slow"]
    assert main(["new", "--requester", "Jane", "--source", "phone", "--subject", "Slow", *text, *config]) == 0
    assert capsys.readouterr().out.startswith("#1 Slow: #new\n")
    assert main(["do", "1", "assign", "bob", *config]) == 0
    assert capsys.readouterr().out == (
        "#1 Slow: #assign bob\n  status: new → open\n  owner: nothing → bob@us.example\n"
        "turn it back with: helpdeskd do 1 '#assign nobody'\n"
    )
    assert main(["do", "1", "#hold ACME-7", *config]) == 0
    assert main(["fixed", "ACME-7", *config]) == 0
    assert "#1 status: on-hold → open" in capsys.readouterr().out
    assert main(["do", "1", "cloze", "confirmed", *config]) == 1
    wrong = capsys.readouterr().err.splitlines()
    assert wrong == [
        "helpdeskd: the command line: there is no command #cloze; did you mean #close? (write: #help)",
        "helpdeskd: nothing was done",
    ]
    assert main(["do", "1", "help"]) == 0
    assert "#snooze TIME" in capsys.readouterr().out
    assert main(["find", "slow", *config]) == 0
    assert main(["show", "1", *config]) == 0
    assert "said that ACME-7 is mended" in capsys.readouterr().out
