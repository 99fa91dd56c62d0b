"""Calls and words into the thread of a ticket: the first one begins it, every other one stands in it."""

from dataclasses import dataclass, replace
from datetime import datetime

from daemon.agents.notice_facts import spell, tell_account
from daemon.calls.mailing import mail_call
from daemon.desk import Desk
from daemon.slack import cards, posts
from daemon.slack.rooms import channel_of, may_post
from daemon.slack.wording import clean
from store import messages, outbox, persons, slack_threads, tickets
from store.engine import Session
from tickets.calls import Asking
from tickets.model import MessageKind, Ticket

SAID = 1500  # characters of what the customer wrote last


def put_call(session: Session, desk: Desk, ticket: Ticket, asking: Asking, now: datetime) -> bool:
    """Call on Slack whom `asking` names; those among them who are not there get a mail.

    False, and nothing is put, where Slack cannot be used for it: then the caller mails all of them.
    """
    members = tuple(callee.slack for callee in asking.callees if callee.slack is not None)
    absent = tuple(callee for callee in asking.callees if callee.slack is None)
    channel = asking.channel or channel_of(desk, ticket)
    if channel is None or not may_post(session, desk, channel) or (absent and not members):
        return False
    call = cards.Call(members, tuple(callee.name for callee in absent), asking.reason, asking.text)
    key = f"slack:call:{ticket.number}:{asking.call}:{asking.rung}"
    if _put(session, desk, ticket, _Words(channel, call, key, asking), now) and absent:
        mail_call(session, desk, ticket, replace(asking, callees=absent), now)
    return True


def put_word(session: Session, desk: Desk, ticket: Ticket, text: str, now: datetime) -> bool:
    """Tell the internal channel of a ticket something, such as a bad rating; False where it has none to be used."""
    channel = channel_of(desk, ticket)
    if channel is None or not may_post(session, desk, channel):
        return False
    call = cards.Call((), (), text, "")
    key = f"slack:word:{ticket.number}:{now.isoformat()}"
    return _put(session, desk, ticket, _Words(channel, call, key), now)


def put_answer(session: Session, ticket: int, channel: str, text: str, *, key: str, now: datetime) -> None:
    """Say something in a thread that there is."""
    posts.put(session, key, posts.Post(channel, ticket, "answer", cards.words(text)), now)


def put_updates(session: Session, desk: Desk, now: datetime, limit: int = 20) -> None:
    """Have the first message of each thread say what its ticket has become; at most one update of each is under way."""
    for thread in slack_threads.stale(session, limit):
        keys = f"slack:update:{thread.ticket}:{thread.channel}:"
        state = current_state(session, desk, thread.ticket)
        if state is None or slack_threads.is_pending(session, thread.ticket, keys):
            continue
        shown = state.encode()
        if shown != thread.shown:
            args = cards.first_message(cards.decode(thread.opening), state)
            posts.put(
                session, f"{keys}{now.isoformat()}", posts.Post(thread.channel, thread.ticket, "update", args), now
            )
        slack_threads.show(session, thread.ticket, thread.channel, shown)


def current_state(session: Session, desk: Desk, number: int) -> cards.State | None:
    """What the first messages of a ticket's threads should show now."""
    ticket = tickets.load(session, number)
    if ticket is None:
        return None
    owner = persons.addresses(session, [ticket.owner]).get(ticket.owner) if ticket.owner is not None else None
    agent = desk.directory.agent_of(owner.address) if owner is not None else None
    return cards.state_of(ticket, agent.name if agent is not None else spell(owner) if owner is not None else "")


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said in a channel, under which key, and what is mailed where it cannot be."""

    channel: str
    call: cards.Call
    key: str
    asking: Asking | None = None


def _put(session: Session, desk: Desk, ticket: Ticket, said: _Words, now: datetime) -> bool:
    """Begin the ticket's thread in this channel with it, or put it there; False where it was put before."""
    if outbox.is_known(session, said.key):
        return False
    number, channel = ticket.number, said.channel
    if slack_threads.find(session, number, channel) is not None:
        post = posts.Post(channel, number, "answer", cards.follow_up(number, said.call), said.asking)
        return posts.put(session, said.key, post, now)
    card, state = _card(session, desk, ticket, said.call), current_state(session, desk, number)
    assert state is not None, "whoever posts has loaded the ticket"
    slack_threads.begin(session, slack_threads.Thread(number, channel, None, card.encode(), state.encode()), now)
    post = posts.Post(channel, number, "first", cards.first_message(card, state), said.asking)
    return posts.put(session, said.key, post, now)


def _card(session: Session, desk: Desk, ticket: Ticket, call: cards.Call) -> cards.Card:
    requester = persons.addresses(session, [ticket.requester] if ticket.requester is not None else [])
    theirs = [row for row in messages.messages(session, ticket.number) if row.kind is MessageKind.CUSTOMER]
    account = desk.directory.account(ticket.account) if ticket.account is not None else None
    return cards.Card(
        number=ticket.number,
        call=call,
        requester=spell(next(iter(requester.values()), None)) if requester else "",
        said=clean(theirs[-1].reply.strip() or theirs[-1].text, SAID) if theirs else "",
        account=ticket.account or "",
        facts=tell_account(session, account) if account is not None else (),
    )
