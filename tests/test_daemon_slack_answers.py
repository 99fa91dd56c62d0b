"""What is said in threads: notes of full members, what agents want done there, and everything that is left alone."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from daemon.slack import events, wording
from store import journal, ledger, messages
from store.engine import Store
from tests.servers.slack_server import ALICE, CAROL, GUEST, INSIDE, SIGNING_SECRET, SlackServer, push_event, until
from tests.slack_office import SlackOffice, asking, open_slack_office
from tickets.model import Outcome, Resolution, Status

SECRET = "canary-of-a-note"


@pytest.fixture
async def office(
    store: Store, tmp_path: Path, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SlackOffice]:
    """An office with a thread for its one ticket."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-local")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-local")
    opened = await open_slack_office(store, tmp_path, slack)
    await opened.trust()
    await opened.call(asking(CAROL))
    opened.run()
    await until(lambda: slack.messages[INSIDE], "the thread begins")
    await opened.begun()
    yield opened
    await opened.stop()


def said(office: SlackOffice, by: str, text: str, **more: object) -> dict[str, Any]:
    """An event of something said in the thread."""
    [first, *_] = office.slack.messages[INSIDE]
    event = {"type": "message", "channel": INSIDE, "user": by, "text": text, "ts": office.slack.next_ts()}
    return office.slack.event({**event, "thread_ts": first["ts"], **more})


async def hear(office: SlackOffice, *told: dict[str, Any]) -> None:
    """Have it told and decided."""
    for each in told:
        await office.house.hearing.hear(json.dumps(each).encode())
    await office.decide()


async def arrivals(office: SlackOffice) -> list[ledger.ArrivalRow]:
    """What came from Slack, oldest first."""
    rows = await office.write(lambda session: ledger.arrivals(session, 100))
    return [row for row in rows if row.mailbox == "slack"][::-1]


async def answers(office: SlackOffice, many: int) -> list[str]:
    """What we said in the thread."""

    def ours() -> list[str]:
        return [str(each["blocks"]) for each in office.slack.messages[INSIDE][1:] if each.get("bot_id")]

    await until(lambda: len(ours()) >= many, f"{many} answers")
    return ours()


async def test_an_answer_becomes_a_note_of_whoever_wrote_it(office: SlackOffice) -> None:
    await hear(office, said(office, CAROL, "It is &lt;known&gt;, see <https://x.example/1|x.example/1>"))
    [note] = await office.notes()
    assert (note.author, note.author_name) == ("carol@acme-team.example", "Carol")
    assert note.text == "It is <known>, see https://x.example/1"
    [arrival] = await arrivals(office)
    assert (arrival.outcome, arrival.ticket, arrival.why) == (Outcome.TICKETED, 1, "a note from Slack")


async def test_a_note_from_slack_reaches_no_customer(office: SlackOffice) -> None:
    await asyncio.to_thread(office.office.leave)
    await hear(office, said(office, CAROL, SECRET), said(office, ALICE, f"close confirmed\n{SECRET}"))
    office.office.now = (await office.ticket()).changed_at
    left = await asyncio.to_thread(office.office.leave)
    assert [each.item.recipient for each in left if each.item.recipient.endswith("initech.example")] == []
    assert SECRET in str([each.item.payload for each in left])


async def test_a_full_member_of_another_address_is_a_person_of_that_name(office: SlackOffice) -> None:
    office.slack.add_user("U0000DAVE0", "Dave", "dave@private.example")
    await hear(office, said(office, "U0000DAVE0", "one"), said(office, "U0000DAVE0", "two"))
    notes = await office.notes()
    assert [(note.author, note.author_name) for note in notes] == [(None, "Dave")] * 2
    assert len({note.author_id for note in notes}) == 1


@pytest.mark.parametrize(
    ("user", "more"),
    [
        (GUEST, {}),
        ("U000STRANG", {"team_id": "T9"}),
        ("U0000GONE0", {"deleted": True}),
        ("U0000ROBOT", {"is_bot": True}),
    ],
)
async def test_whoever_is_no_full_member_is_left_alone(office: SlackOffice, user: str, more: dict[str, Any]) -> None:
    if user not in office.slack.users:
        office.slack.add_user(user, "Somebody", **more)
    await hear(office, said(office, user, "close confirmed"))
    assert await office.notes() == []
    [arrival] = await arrivals(office)
    assert arrival.outcome is Outcome.HANDLED
    assert arrival.why.startswith(f"not taken from {user}")
    assert (await office.ticket()).status is Status.NEW


@pytest.mark.parametrize(
    "more",
    [
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"bot_id": "B0000LOCAL"},
        {"bot_profile": {"id": "B1"}},
        {"hidden": True},
        {"edited": {"user": CAROL}},
        {"user": None},
        {"thread_ts": None},
        {"thread_ts": "1.000000"},
        {"channel": "C0ELSEWHERE"},
        {"type": "app_mention"},
        {"type": "reaction_added"},
        {"ts": "x"},
        {"channel": "../etc"},
    ],
)
async def test_edits_bots_our_own_posts_and_other_threads_are_nothing_to_us(
    office: SlackOffice, more: dict[str, Any]
) -> None:
    await hear(office, said(office, CAROL, "hello", **more))
    assert await arrivals(office) == []


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b'{"type": "event_callback"}', b"[" * 200_000, b"\xff"])
def test_what_is_no_event_is_nothing(raw: bytes) -> None:
    assert events.read(raw) is None


async def test_an_event_that_is_told_twice_counts_once(office: SlackOffice) -> None:
    told = said(office, CAROL, "once")
    await hear(office, told, told)
    again = {**told, "event_id": "Ev0OTHERID"}
    await hear(office, again)
    assert len(await office.notes()) == 1
    assert len(await arrivals(office)) == 1
    books = await office.write(ledger.ledger)
    assert books.adds_up


async def test_events_out_of_order_are_decided_in_the_order_in_which_they_were_written(office: SlackOffice) -> None:
    first, second = said(office, CAROL, "first"), said(office, CAROL, "second")
    await hear(office, second, first)
    assert [note.text for note in await office.notes()] == ["first", "second"]


async def test_agents_act_by_the_first_word_and_are_told_what_was_done(office: SlackOffice) -> None:
    await hear(office, said(office, ALICE, "take"))
    ticket = await office.ticket()
    assert ticket.status is Status.OPEN
    assert ticket.owner is not None
    await hear(office, said(office, ALICE, "hold <https://github.com/acme/app/issues/7>"))
    ticket = await office.ticket()
    assert (ticket.status, ticket.reference) == (Status.ON_HOLD, "https://github.com/acme/app/issues/7")
    await hear(office, said(office, ALICE, "Close confirmed\nthey said so on the phone"))
    ticket = await office.ticket()
    assert (ticket.status, ticket.resolution) == (Status.CLOSED, Resolution.CONFIRMED)
    [note] = await office.notes()
    assert (note.text, note.author) == ("they said so on the phone", "alice@acme-team.example")
    said_back = await answers(office, 3)
    assert "Done: #take" in said_back[0]
    assert "Done: #hold" in said_back[1]
    assert "Done: #close confirmed" in said_back[2]


async def test_what_is_wrong_is_said_in_the_thread_and_kept_as_a_note(office: SlackOffice) -> None:
    await hear(
        office,
        said(office, ALICE, "take a look at this, please"),
        said(office, ALICE, "close whatever"),
        said(office, ALICE, "hold"),
        said(office, ALICE, "take #priority high"),
    )
    ticket = await office.ticket()
    assert (ticket.status, ticket.owner) == (Status.NEW, None)
    assert all("Nothing was done" in each for each in await answers(office, 4))
    assert (await office.notes())[0].text == "take a look at this, please"


async def test_only_agents_act(office: SlackOffice) -> None:
    await hear(office, said(office, CAROL, "close confirmed"))
    assert (await office.ticket()).status is Status.NEW
    assert [note.text for note in await office.notes()] == ["close confirmed"]


async def test_a_note_names_the_files_that_lie_on_slack(office: SlackOffice) -> None:
    await hear(office, said(office, CAROL, "see", subtype="file_share", files=[{"name": "trace.log"}, "x"]))
    [note] = await office.notes()
    assert note.text == "see\n[file on Slack: trace.log]"


async def test_who_wrote_it_is_asked_again_until_slack_can_say(office: SlackOffice) -> None:
    office.slack.always["users.info"] = 503
    await hear(office, said(office, CAROL, "patience"))
    assert await office.notes() == []
    [arrival] = await arrivals(office)
    assert arrival.outcome is None
    office.slack.always.clear()
    await office.write(journal.recover)
    await office.decide()
    assert [note.text for note in await office.notes()] == ["patience"]


async def test_the_same_member_is_asked_for_once_in_a_while(office: SlackOffice) -> None:
    await hear(office, *(said(office, CAROL, f"note {number}") for number in range(5)))
    assert len(await office.notes()) == 5
    assert len(office.slack.called("users.info")) <= 5
    before = len(office.slack.called("users.info"))
    await hear(office, said(office, CAROL, "again"))
    assert len(office.slack.called("users.info")) == before


async def test_an_answer_that_comes_before_we_know_our_own_message_waits_for_it(
    office: SlackOffice,
) -> None:
    await office.forget_ts()
    await hear(office, said(office, CAROL, "quick"))
    assert await office.notes() == []
    await office.begun(anew=True)
    await office.write(journal.recover)
    await office.decide()
    assert [note.text for note in await office.notes()] == ["quick"]


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        ("a &amp;lt; b", "a &lt; b"),
        ("<@U1> and <#C1|general> <!here> <!subteam^S1|@team>", "@U1 and #general @here @team"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("<https://x.example|the docs>", "the docs (https://x.example)"),
        ("<https://x.example/a|x.example/a>", "https://x.example/a"),
        ("1 < 2", "1 < 2"),
        ("<" * 50_000, "<" * 50_000),
    ],
)
def test_slack_s_markup_is_read_as_a_person_reads_it(wire: str, text: str) -> None:
    assert wording.read(wire) == text


async def test_everything_that_is_said_is_on_record_as_it_came(office: SlackOffice) -> None:
    told = said(office, CAROL, "hello")
    await hear(office, told)
    [arrival] = await arrivals(office)
    assert json.loads(await office.write(lambda session: ledger.raw(session, arrival.id))) == told
    rows = await office.write(lambda session: messages.messages(session, 1))
    assert rows[-1].arrival == arrival.id


async def test_requests_of_slack_become_notes_too(
    store: Store, tmp_path: Path, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("BOT_TOKEN", "xoxb-local"), ("APP_TOKEN", "x"), ("SIGNING_SECRET", SIGNING_SECRET)):
        monkeypatch.setenv(f"SLACK_{name}", value)
    office = await open_slack_office(
        store, tmp_path, slack, more='mode = "events"\n[web]\naddress = "http://127.0.0.1:8025"\n'
    )
    assert office.house.socket is None
    await office.trust()
    await office.call(asking(CAROL))
    office.run()
    await until(lambda: slack.messages[INSIDE], "the thread begins")
    await office.begun()
    app = web.Application()
    app.add_routes(office.house.routes)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    told = said(office, CAROL, "by request")
    assert [await push_event(url, told, attempt=attempt) for attempt in range(3)] == [200, 200, 200]
    await runner.cleanup()
    await office.decide()
    assert [note.text for note in await office.notes()] == ["by request"]
    await office.stop()
