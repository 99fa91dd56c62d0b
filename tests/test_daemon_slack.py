"""Calls on a Slack that follows its documents: what stands there, in which thread, and what never does."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.slack_lookups import LookupFault
from daemon import clock
from daemon.cli.demo.slack import check_message
from daemon.slack import cards, posting, posts
from mail.model import Mail
from store import calls, messages, outbox, slack_channels, slack_threads, tickets
from store.engine import Store
from tests.servers.slack_server import ALICE, CAROL, INSIDE, SHARED, SlackServer, until
from tests.slack_office import SlackOffice, asking, open_slack_office
from tickets.calls import Asking, Callee
from tickets.ladder import OpenCall
from tickets.model import MessageKind, Status

HOSTILE = "<!channel> <@U000ALICE0> @here *bold* <https://evil.example|your bank> & _x_ `code`"


@pytest.fixture
async def office(
    store: Store, tmp_path: Path, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SlackOffice]:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-local")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-local")
    opened = await open_slack_office(store, tmp_path, slack, text=HOSTILE)
    await opened.trust()
    yield opened
    await opened.stop()


def texts(message: dict[str, Any]) -> list[dict[str, Any]]:
    """Every text object of a message."""
    found = [block["text"] for block in message["blocks"] if "text" in block]
    return found + [each for block in message["blocks"] for each in block.get("elements", [])]


async def posted(office: SlackOffice, many: int, channel: str = INSIDE) -> list[dict[str, Any]]:
    """So many messages in a channel."""
    await until(lambda: len(office.slack.messages[channel]) >= many, f"{many} messages")
    return office.slack.messages[channel]


async def test_a_call_mentions_whom_it_calls_and_says_all_there_is(office: SlackOffice) -> None:
    assert await office.call(asking(CAROL, text="Do you know this?"))
    office.run()
    [message] = await posted(office, 1)
    shown = "\n".join(each["text"] for each in texts(message))
    for part in (
        f"<@{CAROL}>",
        "#1 About the search",
        "Do you know this?",
        "max@initech.example",
        "Initech",
        "New: nobody has it yet",
        "becomes an internal note",
        "hold REFERENCE",
    ):
        assert part in shown
    assert "thread_ts" not in message


async def test_nothing_in_a_customer_s_words_is_markup_or_a_mention(office: SlackOffice) -> None:
    await office.call(asking(CAROL))
    office.run()
    [message] = await posted(office, 1)
    hostile = [each for each in texts(message) if "evil.example" in each["text"]]
    assert hostile
    assert all(each["type"] == "plain_text" and each["emoji"] is False for each in hostile)
    for each in [*texts(message), {"type": "mrkdwn", "text": message["text"]}]:
        if each["type"] == "mrkdwn":
            assert "<!channel>" not in each["text"]
            assert f"<@{ALICE}>" not in each["text"]
            assert "@here" not in each["text"]
    [given] = office.slack.called("chat.postMessage")
    assert (given["parse"], given["link_names"], given["unfurl_links"]) == ("none", False, False)


async def test_every_further_call_stands_in_the_ticket_s_one_thread(office: SlackOffice) -> None:
    await office.call(asking(CAROL))
    await office.call(asking(CAROL, rung=1))
    await office.call(asking(ALICE, call=2))
    office.run()
    first, *others = await posted(office, 3)
    assert [each["thread_ts"] for each in others] == [first["ts"]] * 2
    assert [texts(each)[0]["text"].partition(" ")[0] for each in others] == [f"<@{CAROL}>", f"<@{ALICE}>"]


async def test_the_same_step_of_a_call_is_put_once(office: SlackOffice) -> None:
    assert await office.call(asking(CAROL))
    assert await office.call(asking(CAROL))
    office.run()
    await posted(office, 1)
    await asyncio.sleep(0.3)
    assert len(office.slack.messages[INSIDE]) == 1


async def test_a_word_stands_in_the_channel_of_the_ticket_s_account(office: SlackOffice) -> None:
    ticket = await office.ticket()
    words = "Max rated 1 of 5: <!everyone> slow"
    desk = office.office.desk
    assert await office.write(lambda session: posting.put_word(session, desk, ticket, words, clock.now()))
    office.run()
    [message] = await posted(office, 1)
    shown = "\n".join(each["text"] for each in texts(message))
    assert "rated 1 of 5" in shown
    assert "<!everyone>" not in shown


@pytest.mark.parametrize("channel", [SHARED, "C0UNKNOWN1"])
async def test_a_channel_of_which_slack_has_not_said_that_it_is_ours_is_not_used(
    office: SlackOffice, channel: str
) -> None:
    assert not await office.call(asking(CAROL, channel=channel))
    assert not await office.write(lambda session: slack_threads.has_unposted(session, channel))


async def test_a_customer_s_channel_is_never_used_whatever_slack_says_of_it(office: SlackOffice) -> None:
    await office.trust(SHARED)
    assert not await office.call(asking(CAROL, channel=SHARED))
    office.run()
    await asyncio.sleep(0.2)
    assert office.slack.messages[SHARED] == []


async def move(office: SlackOffice, status: Status) -> None:
    """Have the first ticket move."""
    ticket = await office.ticket()
    await office.write(lambda session: tickets.save(session, replace(ticket, status=status)))


async def test_the_first_message_follows_its_ticket_and_mentions_the_same_people(office: SlackOffice) -> None:
    await office.call(asking(CAROL))
    office.run()
    [message] = await posted(office, 1)
    await move(office, Status.OPEN)
    await until(lambda: "Open: the next step is ours" in str(message["blocks"]), "the first message shows it")
    assert texts(message)[0]["text"].startswith(f"<@{CAROL}>")
    assert len(office.slack.messages[INSIDE]) == 1


async def test_many_moves_are_few_updates(office: SlackOffice) -> None:
    await office.call(asking(CAROL))
    office.run()
    [message] = await posted(office, 1)
    for _ in range(6):
        await move(office, Status.OPEN)
        await move(office, Status.PENDING)
    await until(lambda: "Pending" in str(message["blocks"]), "the first message shows the last")
    assert len(office.slack.called("chat.update")) <= 3


async def test_one_update_at_a_time_waits_for_slack(office: SlackOffice) -> None:
    await office.call(asking(CAROL))
    office.run()
    await posted(office, 1)
    office.slack.always["chat.update"] = "service_unavailable"
    for status in (Status.OPEN, Status.PENDING, Status.OPEN, Status.PENDING):
        await move(office, status)
        await asyncio.sleep(2.2)
    counted = await office.write(outbox.counts)
    assert sum(each.many for each in counted if (each.klass, each.state) == ("notice", "pending")) <= 2
    assert len(office.slack.called("chat.update")) == 1


async def test_a_ticket_that_is_written_and_not_changed_costs_no_update(office: SlackOffice) -> None:
    await office.call(asking(CAROL))
    office.run()
    await posted(office, 1)
    ticket = await office.ticket()
    await office.write(lambda session: tickets.save(session, ticket))
    await asyncio.sleep(2.5)
    assert office.slack.called("chat.update") == []
    assert await office.write(lambda session: slack_threads.stale(session, 10)) == []


async def mails(office: SlackOffice) -> list[str]:
    """The subjects of all mails to people of ours that wait, by recipient."""
    office.office.now = clock.now()
    claimed = await asyncio.to_thread(office.office.leave)
    return sorted(each.item.recipient for each in claimed if each.klass in {"notice", "alert"})


async def opened(office: SlackOffice, asked: Asking) -> Asking:
    """The same call, written down as calls are."""
    now = clock.now()
    call = OpenCall(0, 1, asked.whom, None, None, "", asked.reason, asked.text, 0, now, now)
    return replace(asked, call=await office.write(lambda session: calls.open_call(session, call)))


@pytest.mark.parametrize("word", ["token_revoked", "is_archived", "not_in_channel", "msg_too_long", "account_inactive"])
async def test_what_slack_will_never_take_goes_by_mail_at_once_and_the_admins_hear_of_it(
    office: SlackOffice, word: str
) -> None:
    await mails(office)
    office.slack.always["chat.postMessage"] = word
    await office.call(await opened(office, asking(ALICE, CAROL)))
    office.run()
    await gone(office)
    assert await mails(office) == ["alice@acme-team.example", "carol@acme-team.example", "ops@elsewhere.example"]
    assert not await office.write(lambda session: slack_threads.has_unposted(session, INSIDE))
    office.slack.always.clear()
    await office.call(await opened(office, asking(CAROL)))
    [message] = await posted(office, 1)
    assert "thread_ts" not in message


async def test_who_waits_for_a_thread_that_never_begins_is_mailed_too(office: SlackOffice) -> None:
    await mails(office)
    office.slack.always["chat.postMessage"] = "is_archived"
    await office.call(await opened(office, asking(ALICE)))
    await office.call(await opened(office, asking(CAROL)))
    office.run()
    await gone(office, 2)
    assert "carol@acme-team.example" in await mails(office)


async def test_an_outage_delays_no_call_beyond_a_while_and_the_post_follows(
    office: SlackOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    await mails(office)
    monkeypatch.setattr("daemon.slack.delivery.MAIL_AFTER", timedelta(0))
    office.slack.errors["chat.postMessage"] = [(429, 1), (429, 1)]
    await office.call(await opened(office, asking(CAROL)))
    office.run()
    await posted(office, 1)
    assert await mails(office) == ["carol@acme-team.example"]


async def test_a_short_outage_is_waited_for_and_nobody_is_mailed(office: SlackOffice) -> None:
    await mails(office)
    office.slack.errors["chat.postMessage"] = [(429, 1)]
    await office.call(await opened(office, asking(CAROL)))
    office.run()
    await posted(office, 1)
    assert await mails(office) == []


async def test_who_is_not_on_slack_is_mailed_beside_the_post(office: SlackOffice) -> None:
    await mails(office)
    asked = await opened(office, asking(CAROL))
    absent = Callee("Eric", "eric@acme-team.example", None, "CE")
    assert await office.call(replace(asked, callees=(*asked.callees, absent)))
    office.run()
    [message] = await posted(office, 1)
    assert "Eric" in texts(message)[0]["text"]
    assert await mails(office) == ["eric@acme-team.example"]


async def test_where_nobody_who_is_called_is_on_slack_the_caller_mails(office: SlackOffice) -> None:
    assert not await office.call(replace(asking(), callees=(Callee("Eric", "eric@acme-team.example", None, "CE"),)))


async def test_a_step_that_names_nobody_is_posted_for_all_who_read_the_channel(office: SlackOffice) -> None:
    assert await office.call(asking())
    office.run()
    [message] = await posted(office, 1)
    assert "#call ce by Alice" in texts(message)[0]["text"].replace("\u200b", "")


async def gone(office: SlackOffice, many: int = 1) -> None:
    """So many posts are given up."""
    for _ in range(400):
        counted = await office.write(outbox.counts)
        if sum(each.many for each in counted if each.state == "refused") >= many:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("nothing was given up")


async def test_a_channel_that_becomes_shared_gets_nothing_any_more_and_the_admins_hear_of_it(
    office: SlackOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    await mails(office)
    monkeypatch.setattr("daemon.slack.guard.FRESH", timedelta(0))
    asked = await opened(office, asking(CAROL))
    await office.call(asked)
    office.slack.channels[INSIDE] |= {"is_shared": True, "is_ext_shared": True}
    office.run()
    await gone(office)
    assert office.slack.messages[INSIDE] == []
    told = await mails(office)
    assert "carol@acme-team.example" in told
    assert "ops@elsewhere.example" in told
    assert not await office.call(asking(CAROL, call=7))


async def test_channels_are_looked_at_at_the_start_and_again_when_slack_says_that_one_changed(
    office: SlackOffice,
) -> None:
    office.tasks.append(asyncio.create_task(office.house.guard.run()))
    await until(lambda: len(office.slack.called("conversations.info")) >= 2, "both were looked at")
    office.slack.channels[INSIDE] |= {"is_pending_ext_shared": True}
    event = office.slack.event({"type": "channel_shared", "connected_team_id": "T9", "channel": INSIDE})
    await office.house.hearing.hear(json.dumps(event).encode())
    await until(lambda: len(office.slack.called("conversations.info")) >= 4, "both were looked at again")
    for _ in range(100):
        known = await office.write(lambda session: slack_channels.find(session, INSIDE))
        if known is not None and known.refused is not None:
            break
        await asyncio.sleep(0.05)
    assert not await office.call(asking(CAROL))


async def test_what_slack_cannot_say_now_leaves_what_it_said_last(office: SlackOffice) -> None:
    office.slack.is_out = True
    with pytest.raises(LookupFault):
        await office.house.guard.check(INSIDE)
    office.slack.is_out = False
    assert await office.call(asking(CAROL))


CANARY = "canary-of-a-note"


async def test_not_even_what_lies_in_the_outbox_reaches_a_channel_that_customers_read(office: SlackOffice) -> None:
    await office.trust(SHARED)
    post = posts.Post(SHARED, 1, "first", cards.words(CANARY))
    assert await office.write(lambda session: posts.put(session, "slack:smuggled", post, clock.now()))
    office.run()
    await gone(office)
    assert office.slack.messages[SHARED] == []
    assert office.slack.called("chat.postMessage") == []


async def test_no_token_of_ours_and_no_note_stands_in_what_is_posted(office: SlackOffice) -> None:
    note = Mail(subject="x", text=CANARY, reply=CANARY)
    now = clock.now()
    await office.write(
        lambda session: messages.add_message(
            session, 1, MessageKind.NOTE, note, author=None, level=None, arrival=None, now=now
        )
    )
    await office.call(asking(CAROL))
    office.run()
    await posted(office, 1)
    sent = json.dumps(office.slack.called("chat.postMessage"))
    for secret in (CANARY, "xoxb-", "xapp-", office.office.desk.config.helpdesk.domain + ">"):
        assert secret not in sent


async def test_the_admins_hear_of_it_when_slack_is_not_heard_for_a_while(office: SlackOffice) -> None:
    await mails(office)
    [listener] = office.office.desk.life.listeners
    listener.note("Slack says invalid_auth")
    await asyncio.to_thread(office.office.tick)
    assert await mails(office) == []
    listener.fault_since = clock.now() - timedelta(minutes=11)
    office.office.now = clock.now()
    await asyncio.to_thread(office.office.tick)
    assert await mails(office) == ["ops@elsewhere.example"]
    listener.note(None)
    assert listener.fault_since is None


@given(text=st.text(max_size=400), name=st.text(max_size=80), fact=st.text(max_size=200))
def test_whatever_anybody_writes_slack_s_limits_hold_and_only_members_are_mentioned(
    text: str, name: str, fact: str
) -> None:
    call = cards.Call((CAROL,) * 30, (name,) * 30, text * 20, text * 30)
    card = cards.Card(1, call, name, text * 30, name, (fact,) * 40)
    state = cards.State(Status.OPEN, text, name, fact)
    for args in (cards.first_message(card, state), cards.follow_up(1, call), cards.words(text * 30)):
        check_message(args)
        shown = [each["text"] for each in texts(args) if each["type"] == "mrkdwn"]
        for each in [*shown, str(args["text"])]:
            assert set(re.findall(r"<[^>]*>", each.replace(cards.HOW, ""))) <= {f"<@{CAROL}>"}
            assert each.count(">") == each.count("<") == each.count(f"<@{CAROL}>")
            assert not re.search(r"@(?:here|channel|everyone)", each)
    assert cards.decode(card.encode()) == card
