"""The transcript tells what changed, and what it offers as the way back leads there."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.grammar import read_body
from commands.plan import Plan, prepare
from commands.scene import Scene
from commands.transcript import Change, tell_done, tell_refused
from daemon.agents.transcripts import context_of
from templates.render import Templates
from tests.commands_world import ANN_ASKS, done, parsed, say, scene
from tests.tickets_world import ticket
from tickets.model import Priority, Resolution, Status, Ticket

CLOSED = replace(ticket(status=Status.CLOSED, closed_days=1), owner=5, resolution=Resolution.CONFIRMED)


@pytest.mark.parametrize(
    ("start", "body", "changes", "back"),
    [
        (ticket(), "#take", ["status: new → open", "owner:  → alice@acme.test"], ["#assign nobody"]),
        (ANN_ASKS, "#assign bob", ["owner: alice@acme.test → bob@acme.test"], ["#assign alice@acme.test"]),
        (ANN_ASKS, "#hold ACME-7", ["status: open → on-hold", "reference:  → ACME-7"], ["#open"]),
        (ANN_ASKS, "#close confirmed", ["status: open → closed, confirmed"], ["#open"]),
        (CLOSED, "#open", ["status: closed, confirmed → open"], ["#close confirmed"]),
        (ANN_ASKS, "#tag +a +b", ["tags:  → a b"], ["#tag -a -b"]),
        (ANN_ASKS, "#set version=5.2", ["version: 5.1 → 5.2"], ["#set version=5.1"]),
        (ANN_ASKS, "#snooze 2d", ["snoozed until:  → 2026-11-25 12:00 UTC"], ["#snooze off"]),
        (
            ANN_ASKS,
            "#cc +bill@globex.test -carol@globex.test",
            ["participants:  → +bill@globex.test -carol@globex.test"],
            ["#cc +carol@globex.test -bill@globex.test"],
        ),
        (ANN_ASKS, "#requester erin@initech.test", ["requester: ann@globex.test → erin@initech.test"], [
            "#requester ann@globex.test"
        ]),
        (
            ANN_ASKS,
            "#merge 53 force",
            [
                "status: open → closed, duplicate",
                "merged into:  → #53",
                "takes over:  → #41",
                "participants:  → +ann@globex.test",
            ],
            [],
        ),
    ],
)  # fmt: skip
def test_what_changed_and_what_turns_it_back(start: Ticket, body: str, changes: list[str], back: list[str]) -> None:
    told = tell_done(done(body, scene(start)))
    assert [f"{each.what}: {each.before} → {each.after}" for each in told.changes] == changes
    assert list(told.back) == back
    assert told.ran
    assert told.number == 41


def test_an_answer_may_be_recalled_and_a_note_need_not() -> None:
    assert tell_done(done("Hello Ann")).recallable
    assert not tell_done(done("#note\nHello")).recallable


def test_what_happens_to_other_tickets_is_told_with_their_number() -> None:
    held = replace(ANN_ASKS, number=60, status=Status.ON_HOLD, reference="ACME-7")
    plan = done("#fixed ACME-7", scene(ticket(0), others={60: held}, bearing=(60,)))
    told = tell_done(plan)
    assert told.changes == (Change(60, "status", "on-hold", "open"),)
    assert told.number is None


def test_a_refusal_returns_the_text_and_says_what_was_wrong() -> None:
    body = "#tkae\n#priority high\nHello Ann"
    errors = say(body)
    assert not isinstance(errors, Plan)
    told = tell_refused(parsed(body), errors, ANN_ASKS)
    assert (told.ran, told.text, told.commands) == (False, "Hello Ann", ("#priority high",))
    assert [error.nearest for error in told.errors] == ["#take"]


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_transcript_is_a_mail_in_the_agents_language(language: str) -> None:
    texts = Templates(None)
    ran = context_of(tell_done(done("#take\n#priority high\nHello", scene(ticket()))), "Acme")
    written = texts.render(ran, language=language, mailbox="").text
    assert "status: new → pending" in written
    assert "\n#assign nobody\n#priority normal\n" in written
    assert "#undo" in written
    errors = say("#tkae\nHello Ann\n\nBye")
    assert not isinstance(errors, Plan)
    refused = context_of(tell_refused(parsed("#tkae\nHello Ann\n\nBye"), errors, ANN_ASKS), "Acme")
    written = texts.render(refused, language=language, mailbox="").text
    assert "did you mean #take?" in written
    assert "> Hello Ann\n>\n> Bye\n" in written.replace("> \n", ">\n")
    assert "#undo" not in written
    assert language == texts.render(ran, language=language, mailbox="").language


owners = st.sampled_from([5, 6])
tickets = st.builds(
    lambda status, owner, resolution, priority, tags, reference: replace(
        ticket(status=status, closed_days=1 if status is Status.CLOSED else None),
        owner=None if status is Status.NEW else owner,
        resolution=resolution if status is Status.CLOSED else None,
        priority=priority,
        tags=tags,
        reference=reference,
    ),
    st.sampled_from(Status),
    owners,
    st.sampled_from([Resolution.CONFIRMED, Resolution.SPAM, Resolution.DEFECT_FIXED]),
    st.sampled_from(Priority),
    st.sampled_from([(), ("a",), ("a", "b")]),
    st.just("ACME-1"),
)
STEPS = ["#open", "#pending", "#hold ACME-2", "#close confirmed", "#close spam", "#close defect-fixed ACME-3", ""]
OWNERS = ["#take", "#assign bob", "#assign nobody", ""]
REST = ["#priority high", "#priority low", "#tag +a +c", "#tag +b", "#snooze 3d", "#set version=9 plan=x", ""]


def seen(at: Scene) -> tuple[object, ...]:
    """What a way back restores; how long a Closed ticket has been closed it cannot."""
    of = at.ticket
    return of.status, of.owner, of.resolution, of.priority, of.tags, of.snoozed_until, of.requester


@given(tickets, st.sampled_from(STEPS), st.sampled_from(OWNERS), st.sampled_from(REST), st.booleans())
def test_the_way_back_leads_back(start: Ticket, step: str, owner: str, rest: str, swap: bool) -> None:  # noqa: FBT001 drawn
    first = [owner, step] if swap else [step, owner]
    plan = say("\n".join([*first, rest]), scene(start))
    if not isinstance(plan, Plan):
        return
    back = read_body("\n".join(tell_done(plan).back))
    returned = prepare(back, plan.after)
    assert isinstance(returned, Plan), (back, returned)
    assert seen(returned.after) == seen(plan.before)
