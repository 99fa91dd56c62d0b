"""What each command does to a ticket, what it refuses, and what may be said together."""

from dataclasses import replace
from datetime import timedelta

import pytest

from commands import registry
from commands.grammar import read_body, render_one
from commands.people import people_named
from commands.plan import Plan, prepare
from commands.scene import Listing, On, Standing, TakingBack, Use
from mail.model import Address
from tests.commands_world import ANN_ASKS, BILL, BOB, done, refused, say, scene
from tests.tickets_world import ALICE, CAROL, DIRECTORY, NOW, ticket
from tickets.events import (
    Assigned,
    Called,
    Closed,
    Created,
    FactSet,
    Fixed,
    Held,
    Merged,
    Noted,
    ParticipantsChanged,
    PrioritySet,
    Replied,
    RequesterChanged,
    Snoozed,
    SplitOff,
    StatusSet,
    Tagged,
    TookOver,
)
from tickets.model import MessageKind, Priority, Resolution, Status

LINK = "https://github.com/acme/app/issues/7"
NEW = ticket()
PENDING = replace(ANN_ASKS, status=Status.PENDING)
CLOSED = replace(ticket(status=Status.CLOSED, closed_days=1), owner=5, resolution=Resolution.CONFIRMED)
FILTERS = {"ham"}
NOBODY_HERE = scene(ticket(0))


@pytest.mark.parametrize(
    ("body", "happens"),
    [
        ("#take", [Assigned(5, 5)]),
        ("#assign bob", [Assigned(5, 6)]),
        ("#assign BOB@acme.test", [Assigned(5, 6)]),
        ("#assign nobody", [Assigned(5, None)]),
        ("#open", [StatusSet(5, Status.OPEN)]),
        ("#pending", [StatusSet(5, Status.PENDING)]),
        (f"#hold {LINK}", [Held(5, LINK)]),
        (f"#hold <{LINK}/>", [Held(5, LINK)]),
        (f"#hold {LINK}<{LINK}>", [Held(5, LINK)]),
        ("#hold #7", [Held(5, "#7")]),
        ("#close confirmed", [Closed(5, Resolution.CONFIRMED)]),
        ("#close Confirmed docs https://docs.test/a", [Closed(5, Resolution.CONFIRMED, None, "https://docs.test/a")]),
        (f"#close feature-request {LINK}", [Closed(5, Resolution.FEATURE_REQUEST, LINK)]),
        (
            f"#close feature-request {LINK} docs https://docs.test/a",
            [Closed(5, Resolution.FEATURE_REQUEST, LINK, "https://docs.test/a")],
        ),
        ("#close defect-fixed ACME-7", [Closed(5, Resolution.DEFECT_FIXED, "ACME-7")]),
        ("#close spam", [Closed(5, Resolution.SPAM)]),
        ("#spam", [Closed(5, Resolution.SPAM), TakingBack()]),
        ("#spam\nAgain", [Noted(5), Closed(5, Resolution.SPAM), TakingBack()]),
        ("#block Mallory@Evil.test", [Listing("mallory@evil.test", Standing.NEITHER, Standing.BLOCKED)]),
        ("#block *.bücher.test", [Listing("*.xn--bcher-kva.test", Standing.NEITHER, Standing.BLOCKED)]),
        ("#block good.test", [Listing("good.test", Standing.ALLOWED, Standing.NEITHER)]),
        ("#allow evil.test", [Listing("evil.test", Standing.BLOCKED, Standing.NEITHER)]),
        ("#allow ann@gmail.com", [Listing("ann@gmail.com", Standing.NEITHER, Standing.ALLOWED)]),
        ("#snooze 2d", [Snoozed(5, NOW + timedelta(days=2))]),
        ("#snooze 36H", [Snoozed(5, NOW + timedelta(hours=36))]),
        ("#snooze off", [Snoozed(5, None)]),
        ("#priority URGENT", [PrioritySet(5, Priority.URGENT)]),
        ("#tag +sso +Login", [Tagged(5, ("sso", "login"), ())]),
        ("#set version=5.2", [FactSet(5, "Globex", "version", "5.2", "5.1")]),
        ('#set plan="Big Corp" version=', [
            FactSet(5, "Globex", "plan", "Big Corp", ""), FactSet(5, "Globex", "version", "", "5.1")
        ]),
        ("#split", [SplitOff(5, 7)]),
        ("#requester bill@globex.test", [RequesterChanged(5, 3, "Globex")]),
        ("#requester erin@initech.test", [RequesterChanged(5, 4, "Initech")]),
        ("#cc +bill@globex.test -Carol@globex.test", [ParticipantsChanged(5, (3,), (2,))]),
        ("#cc +bill@globex.test<mailto:bill@globex.test>", [ParticipantsChanged(5, (3,), ())]),
        ("#merge 52", [Merged(5, 52), On(52, TookOver(5, 41))]),
        ("#merge #52", [Merged(5, 52), On(52, TookOver(5, 41))]),
        (
            "#merge 53 force",
            [Merged(5, 53), On(53, TookOver(5, 41)), On(53, ParticipantsChanged(5, added=(1,)))],
        ),
        ("Hello Ann", [Replied(5)]),
        ("#open\nHello Ann", [Replied(5, keep_open=True), StatusSet(5, Status.OPEN)]),
        ("#close confirmed\nBye", [Replied(5), Closed(5, Resolution.CONFIRMED)]),
        ("#close no-response\nBye", [Replied(5), Closed(5, Resolution.NO_RESPONSE)]),
        ("#note\nShe is angry", [Noted(5)]),
        ("#close confirmed\n#note\nShe is happy", [Noted(5), Closed(5, Resolution.CONFIRMED)]),
        ("#call ce\nDo you know them?", [Noted(5), Called(5, "ce")]),
        ("#call product Search\nA bug?", [Noted(5), Called(5, "product", "search")]),
        ("#macro reset-password", [Replied(5)]),
        ("#take\n#priority high", [Assigned(5, 5), PrioritySet(5, Priority.HIGH)]),
        ("#undo", []),
        ("#yes", []),
        ("#help", []),
        ("", []),
    ],
)  # fmt: skip
def test_what_a_mail_does(body: str, happens: list[object]) -> None:
    assert list(done(body).happenings) == happens


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("#take me", '#take takes nothing, but "me" follows (write: #take)'),
        ("#assign", "#assign says no agent (write: #assign AGENT)"),
        ("#assign alcie", 'there is no agent "alcie"; did you mean alice?'),
        ("#assign alice bob", '#assign takes one word, but "bob" follows'),
        ("#hold", "#hold says no reference of the defect (write: #hold REF)"),
        ("#close", "#close says no resolution (write: #close RESOLUTION [REF] [docs URL])"),
        ("#close confirmd", 'there is no resolution "confirmd"; did you mean confirmed?'),
        ("#close confirmed yes", '"yes" is one word too many behind confirmed'),
        ("#close duplicate", "a duplicate is closed by naming the other ticket: #merge NUMBER"),
        ("#close no-response", "the ticket is open: it is not the customer who has to answer"),
        ("#close defect-fixed", "the ticket bears no defect; name it: #close defect-fixed REF"),
        ("#close feature-request", "say where the feature request stands: #close feature-request URL"),
        ("#close feature-request ACME-7", '"ACME-7" is no link; it begins with https://'),
        ("#close confirmed docs", "docs stands at the end, behind the resolution, and names the page"),
        ("#close docs https://a.test", "docs stands at the end, behind the resolution, and names the page"),
        ("#close confirmed docs here", '"here" is no link'),
        ("#fixed ACME-8", "no ticket that is not closed bears ACME-8"),
        ("#snooze", "#snooze says no time"),
        ("#snooze tomorrow", '"tomorrow" is no time; write hours, days or weeks as 4h, 2d or 1w'),
        ("#snooze 99w", '"99w" is more than a year'),
        ("#note", "#note needs a text, and there is none"),
        ("#call ce", "#call needs a text, and there is none"),
        ("#call\nHelp", "#call says not whom"),
        ("#call boss\nHelp", 'there is no such person "boss"'),
        ("#call product\nHelp", "name one area of the product"),
        ("#call team red\nHelp", "nothing follows behind team"),
        ("#macro reset-pasword", 'there is no prepared answer "reset-pasword"; did you mean reset-password?'),
        ("#priority hihg", 'there is no priority "hihg"; did you mean high?'),
        ("#tag", "#tag says no tag"),
        ("#tag sso", '"sso" says neither +tag nor -tag; did you mean +sso?'),
        ("#tag -sso", "the ticket has no tag sso"),
        ("#tag +sso -sso", '"sso" is both added and removed'),
        ("#tag +über", '"über" is no tag; write letters from a to z'),
        ("#set", "#set says neither name nor value"),
        ("#set version", '"version" says no value; did you mean version=...?'),
        ("#set version=1 version=2", "version is said twice"),
        (f"#set a={'x' * 201}", "the value of a is longer than 200 characters"),
        ("#merge", "#merge names no ticket"),
        ("#merge x", '"x" is no number of a ticket'),
        ("#merge 77", "there is no ticket #77"),
        ("#merge 52 now", '"now" is not understood; did you mean force?'),
        ("#merge 53", "#53 is of another customer; if that is meant: #merge 53 force"),
        ("#merge 54", "#54 was merged into #52 itself; name that"),
        ("#requester Ann", '"Ann" is no mail address'),
        ("#requester support@acme.test", "support@acme.test is an address of our own"),
        ("#cc +support+x@acme.test", "support+x@acme.test is an address of our own"),
        ("#cc -bill@globex.test", "bill@globex.test takes no part in the ticket"),
        ("#cc bill@globex.test", "says neither +address nor -address"),
        ("#undo now", '#undo takes nothing, but "now" follows'),
        ("#undo\nplease", "#undo is said without a text"),
        ("#spam now", '#spam takes nothing, but "now" follows'),
        ("#spam\n#close confirmed", "#spam and #close contradict each other"),
        ("#block", "#block says no address or domain"),
        ("#block mallory", '"mallory" is neither an address nor a domain'),
        ("#block a@b@c.test d", "#block takes one word"),
        ("#block gmail.com", "anybody can have an address at gmail.com; name the address"),
        ("#allow *.gmail.com", "anybody can have an address at gmail.com; name the address"),
        ("#block bob@acme.test", "bob@acme.test is our own"),
        ("#block acme.test", "acme.test is our own"),
        ("#block evil.test", "evil.test is blocked already"),
        ("#block x@y.test\n#allow z@y.test", "#block and #allow contradict each other"),
        ("#ham 3 5", "filters are not configured; nothing was changed"),
        ("#open\n#pending", "#open and #pending contradict each other"),
        ("#close confirmed\n#hold ACME-7", "#close and #hold contradict each other"),
        ("#take\n#assign bob", "#take and #assign contradict each other"),
        ("#note\n#macro reset-password\nHi", "#note and #macro contradict each other"),
        ("#priority low\n#priority high", "#priority is said twice"),
        ("#take\n#help", "#help is said alone"),
        ("#tkae", "line 1: there is no command #tkae; did you mean #take? (write: #help)"),
    ],
)
def test_what_is_wrong_with_a_mail(body: str, why: str) -> None:
    assert why in refused(body)


def test_all_that_is_wrong_is_told_at_once_with_its_line_and_nothing_else_happens() -> None:
    errors = say("#priority hihg\n#take\n#close confirmd\nHello")
    assert not isinstance(errors, Plan)
    assert [error.where for error in errors] == ["line 1", "line 3"]
    assert [error.nearest for error in errors] == ["high", "confirmed"]


def test_commands_are_decided_one_after_the_other() -> None:
    plan = done("#close no-response", scene(PENDING))
    assert plan.after.ticket.status is Status.CLOSED
    plan = done("#open\n#assign bob", scene(CLOSED))
    assert (plan.after.ticket.status, plan.after.ticket.owner) == (Status.OPEN, 6)
    assert "ticket #41 is closed; reopen it with #open first" in refused("#assign bob\n#open", scene(CLOSED))


@pytest.mark.parametrize(
    ("status", "body", "after"),
    [
        (Status.NEW, "Hello", "pending"),
        (Status.NEW, "#open\nHello", "open"),
        (Status.NEW, "#note\nHello", "new"),
        (Status.PENDING, "#hold ACME-7\nWe found it", "on-hold"),
        (Status.OPEN, "#close confirmed\n#note\nHello", "closed"),
    ],
)
def test_the_status_after_a_mail_with_a_text(status: Status, body: str, after: str) -> None:
    start = replace(ANN_ASKS, status=status, owner=None if status is Status.NEW else 5)
    assert done(body, scene(start)).after.ticket.status.value == after


def test_a_fixed_defect_is_told_on_every_ticket_that_bears_it() -> None:
    held = replace(ANN_ASKS, status=Status.ON_HOLD, reference="ACME-7")
    other = replace(held, number=60, owner=6, requester=4)
    at = scene(held, others={60: other}, bearing=(41, 60))
    quiet = done("#fixed ACME-7", at)
    assert list(quiet.happenings) == [Fixed(5, "ACME-7", told=False), On(60, Fixed(5, "ACME-7", told=False))]
    assert (quiet.after.ticket.status, quiet.after.others[60].status) == (Status.OPEN, Status.OPEN)
    told = done("#fixed ACME-7\nIt is mended in 5.3", at)
    assert told.use is Use.FIXED
    assert (told.after.ticket.status, told.after.others[60].status) == (Status.PENDING, Status.PENDING)
    assert "did you mean ACME-7?" in refused("#fixed ACME-77", scene(held))


def test_a_fixed_defect_needs_no_ticket_at_hand() -> None:
    other = replace(ANN_ASKS, number=60, status=Status.ON_HOLD, reference="ACME-7")
    plan = done("#fixed ACME-7", replace(NOBODY_HERE, others={60: other}, bearing=(60,)))
    assert list(plan.happenings) == [On(60, Fixed(5, "ACME-7", told=False))]


@pytest.mark.parametrize("name", sorted(n for n, c in registry().items() if c.needs_ticket and n not in FILTERS))
def test_what_is_said_to_a_ticket_needs_one(name: str) -> None:
    for example in registry()[name].examples:
        errors = say(f"{example}\nText" if registry()[name].needs_text else example, NOBODY_HERE)
        assert not isinstance(errors, Plan)
        assert f"#{name} is said to a ticket, and none is named" in [error.what for error in errors]


def test_a_new_ticket_for_somebody_with_an_address_begins_a_conversation() -> None:
    plan = done("#new\nrequester: erin@initech.test\nsubject: Our call\n#take\nHello Erin", NOBODY_HERE)
    assert plan.use is Use.REPLY
    assert list(plan.happenings) == [Created(5, MessageKind.PUBLIC), Replied(5), Assigned(5, 5)]
    assert (plan.after.ticket.status, plan.after.ticket.owner) == (Status.PENDING, 5)


def test_a_new_ticket_from_elsewhere_keeps_what_its_requester_said() -> None:
    body = "#new\nrequester: Jane in their Slack\nsource: initech-slack\nsubject: Slow\nSearch is slow"
    plan = done(body, NOBODY_HERE)
    assert plan.use is Use.REQUEST
    assert list(plan.happenings) == [Created(5, MessageKind.CUSTOMER)]
    assert done(body.replace("Search", "#note\nSearch"), NOBODY_HERE).use is Use.NOTE


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("#new\nsubject: x", "#new says no `requester:`"),
        ("#new\nrequester: a@b.test", "#new says no `subject:`"),
        ("#new\nrequester: Jane\nsubject: x", '"Jane" is no mail address; where they have none, say by `source:`'),
        ("#new\nrequester: support@acme.test\nsubject: x", "support@acme.test is an address of our own"),
        ("#new\nrequester: a@b.test\nsubject: x\nsubject: y", "`subject:` is said twice"),
        (f"#new\nrequester: a@b.test\nsubject: {'x' * 201}", "`subject:` is longer than 200 characters"),
        ("#new now\nrequester: a@b.test\nsubject: x", '#new takes nothing, but "now" follows'),
        ("#take\n#new\nrequester: a@b.test\nsubject: x", "#new stands before all other commands"),
        ("#new\nrequester: a@b.test\nsubject: x\n#split", "#new and #split contradict each other"),
    ],
)
def test_what_is_wrong_with_a_new_ticket(body: str, why: str) -> None:
    assert why in refused(body, NOBODY_HERE)


def test_at_the_command_line_somebody_who_is_no_agent_can_assign_but_not_take() -> None:
    root = scene(NEW, agent=None)
    assert "whoever takes a ticket is an agent" in refused("#take", root)
    assert "nobody owns ticket #41; #assign it first" in refused("#hold ACME-7", root)
    assert done("#assign bob", root).after.ticket.owner == 6


def test_a_ticket_without_an_account_has_no_facts() -> None:
    assert "the ticket belongs to no account" in refused("#set version=5", scene(replace(ANN_ASKS, account=None)))


def test_a_merged_ticket_says_where_it_went() -> None:
    assert "ticket #41 was merged into #52" in refused("#take", scene(replace(CLOSED, merged_into=52)))


def test_requesters_of_no_account_are_strangers_to_each_other() -> None:
    lone = replace(ANN_ASKS, account=None)
    others = {52: replace(lone, number=52, requester=3), 53: replace(lone, number=53)}
    assert "of another customer" in refused("#merge 52", scene(lone, others=others))
    assert done("#merge 53", scene(lone, others=others)).after.others[53].status is Status.OPEN


def test_whom_commands_name_is_known_before_they_are_decided() -> None:
    said = read_body("#assign bob\n#cc +bill@globex.test -carol@globex.test\n#set mail=x@y.test").invocations
    named = people_named(said, DIRECTORY, DIRECTORY.agents[0])
    assert [each.address for each in named] == [BOB, BILL, CAROL, ALICE]
    new = read_body("#new\nrequester: Jane Doe <jane@initech.test>\nsubject: x").invocations
    assert people_named(new, DIRECTORY, None) == (Address("Jane Doe", "jane@initech.test"),)


@pytest.mark.parametrize("name", sorted(set(registry()) - FILTERS))
def test_every_example_of_every_docstring_runs(name: str) -> None:
    command = registry()[name]
    ready = replace(ANN_ASKS, tags=("login",), reference="ACME-7")
    at = scene(
        ready,
        participants=(Address("", "carol@globex.example"),),
        bearing=(41,),
        others={41: replace(ready, number=41)} | dict(scene().others),
    )
    at = replace(at, ticket=replace(ready, number=40), bearing=(40,)) if name == "merge" else at
    assert command.examples
    for example in command.examples:
        body = example.replace(" / ", "\n") + ("\nText" if command.needs_text else "")
        plan = prepare(read_body(body), NOBODY_HERE if name == "new" else at)
        assert isinstance(plan, Plan), plan
        assert plan.invocations[0].name == name
        assert plan.happenings or command.alone


@pytest.mark.parametrize("name", sorted(registry()))
def test_every_command_tells_what_it_is_in_one_line_and_how_it_is_written(name: str) -> None:
    command = registry()[name]
    assert command.summary.endswith(".")
    assert len(command.summary) <= 110
    assert command.form.startswith(f"#{name}")
    assert all(example.startswith(f"#{name}") for example in command.examples)


def test_an_agent_is_named_only_where_one_is_meant() -> None:
    two = replace(DIRECTORY, agents=(*DIRECTORY.agents, replace(DIRECTORY.agents[0], addresses=("alice@other.test",))))
    assert "may be Alice or Alice; write the address" in refused("#assign alice", scene(directory=two))


def test_an_error_is_one_line_whatever_was_written() -> None:
    [error] = (e for e in (say("#take \x1b[2J" + "x" * 5000),) if not isinstance(e, Plan))
    assert all(len(str(one)) < 200 and str(one).isprintable() for one in error)
    assert render_one(done("#assign bob").invocations[0]) == "#assign bob"
