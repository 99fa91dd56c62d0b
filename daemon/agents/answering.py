"""An agent's text on its way to the requester and the participants: held against what may not leave, then composed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from commands.plan import Plan
from commands.scene import Use
from daemon import alerts, conversation
from daemon.agents.said import Said
from daemon.desk import Desk
from mail.compose import Unsendable, compose, sendable_address
from mail.domains import ascii_address
from mail.model import Address
from mail.outgoing import leaks, reply_parts
from mail.outgoing.agent_reply import Reply, take
from mail.parse import parse
from mail.tokens import make
from store import messages, outbox, persons, sendings, sent_notices, tickets
from store.engine import Session
from templates.contexts import ReplyContext
from templates.letter import render_reply
from templates.render import Rendered, TemplateFault, Templates
from tickets.model import MessageKind, Status, Ticket

PURPOSE = "r"  # of the tokens in what agents write to customers
POLLS = 2  # looks at its mailbox that an answer waits for at least
NOTICES = 5  # of those before the one that is answered, which an answer is held against, too
GIVE_BACK = ("wrong:", "question:", "returned:")  # keys of what gives an agent their own text back
_NEXT = {Status.PENDING: "theirs", Status.CLOSED: "none"}


def key_of(author: int, arrival: int | None = None) -> str:
    """How the keys of an agent's answers begin in the outbox: of all, or of those in one mail."""
    return f"answer:{author}:" + (f"{arrival}:" if arrival is not None else "")


def read_author(key: str) -> int | None:
    """The person who wrote the answer with this key."""
    words = key.split(":")
    return int(words[1]) if words[0] == "answer" and words[1].isdecimal() else None


def own_text(said: Said, text: str) -> str:
    """The text without lines of the notice that stand between what the agent quotes and what they wrote."""
    return leaks.without_notice(text, _held(said, shared=True))


def prepare_reply(said: Said, plan: Plan, prepared: str) -> tuple[Reply, tuple[leaks.Leak, ...]]:
    """What leaves, `prepared` below the agent's own words, and what in it may not."""
    notice = parse(said.notice.content) if said.notice is not None else None
    own = take(said.mail, said.raw, plan.text, notice)
    found = leaks.find_leaks(own, _held(said, shared=plan.use is not Use.FIXED))
    return take(said.mail, said.raw, plan.text, notice, prepared), found


def readers_of(session: Session, ticket: Ticket) -> dict[int, Address]:
    """Who gets the public replies: the requester first, then the participants, as far as they have an address."""
    people = [ticket.requester, *(tickets.participants(session, ticket.number) if ticket.number else ())]
    wanted = list(dict.fromkeys(one for one in people if one is not None))
    known = persons.addresses(session, wanted)
    return {one: known[one] for one in wanted if one in known}


def put_reply(said: Said, ticket: Ticket, author: int, reply: Reply) -> tuple[list[str], list[str]]:
    """One mail into the outbox for each reader whom the agent's own mail did not reach; to whom, and what fails."""
    reached = {ascii_address(address.address) for address in (*said.mail.to, *said.mail.cc)}
    sent, unsent = [], []
    for person, address in readers_of(said.session, ticket).items():
        if ascii_address(address.address) in reached:
            continue
        try:
            _put(said, ticket, Reader(author, person, address), reply)
            sent.append(address.address)
        except Unsendable as refused:
            unsent.append(f"nothing could be sent to {address.address}: {refused.why}")
    return sent, unsent


def waits_until(desk: Desk, mailbox: str, now: datetime) -> datetime:
    """When an answer may leave: its author has a minute, and two looks at the mailbox, to stop it."""
    found = (box.settings for box in desk.config.mailboxes if box.address == mailbox)
    settings = next(found, None)
    poll = float(getattr(settings, "poll_seconds", 0.0)) * (1.0 + float(getattr(settings, "poll_jitter", 0.0)))
    waits = timedelta(seconds=desk.config.answers.wait_seconds)
    return now + max(waits, POLLS * timedelta(seconds=poll))


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who gets an answer of this author; persons are ids of the store's."""

    author: int
    person: int
    address: Address


def _put(said: Said, ticket: Ticket, reader: Reader, reply: Reply) -> None:
    desk, now = said.desk, said.now
    key = f"{key_of(reader.author, said.arrival)}{ticket.number}:{reader.person}"
    recipient = sendable_address(reader.address.address)
    token = make(desk.keys, purpose=PURPOSE, ticket=ticket.number, recipient=recipient, nonce=key, now=now)
    home = desk.directory.mailbox_of(ticket.mailbox) or desk.directory.mailboxes[0]
    subject = conversation.subject_for(said.session, ticket, reader.person)
    text = _render(said, replace(ticket, subject=subject), home.address, reply)
    theirs = conversation.customers_ids(said.session, ticket, reader.person)
    letter = reply_parts.Letter(
        sender=reply_parts.sender_of(said.agent.name, desk.sender(home.address)),
        to=Address(reader.address.name, recipient),
        subject=text.subject,
        text=text.text,
        html=text.html,
        message_id=token.message_id(desk.config.helpdesk.domain),
        date=now,
        language=text.language,
        ticket=ticket.number,
        parent=theirs[-1] if theirs else None,
        references=tuple(theirs[:-1]),
    )
    item = outbox.OutgoingItem(
        key=key,
        channel="mail",
        klass="answer",
        recipient=recipient,
        envelope_sender=desk.config.helpdesk.bounce_address,
        message_id=letter.message_id,
        payload=compose(reply_parts.write(reply, letter)),
        due=waits_until(desk, home.address, now),
        ticket=ticket.number,
    )
    outbox.put(said.session, item, now)


def _render(said: Said, ticket: Ticket, mailbox: str, reply: Reply) -> Rendered:
    """The answer in its template; in ours where the admin's leaves no room for it, which is told."""
    name = said.desk.config.helpdesk.name
    context = ReplyContext(
        name, mailbox, ticket.number, ticket.subject, said.agent.name, _NEXT.get(ticket.status, "ours"), reply.text
    )
    try:
        text = render_reply(said.desk.templates, context, reply.html, language=ticket.language, mailbox=mailbox)
        fault = text.fault
    except TemplateFault as broken:
        text = render_reply(Templates(None), context, reply.html, language=ticket.language, mailbox=mailbox)
        fault = str(broken)
    if fault is not None:
        alerts.put(said.session, said.desk, alerts.unrendered(fault, said.now), said.now)
    return text


def _answers_on(session: Session, ticket: Ticket) -> Iterator[int]:
    """The mails of agents that were answers on this ticket, also those that their authors stopped."""
    for row in sendings.of_ticket(session, ticket.number):
        if read_author(row.key) is not None:
            yield int(row.key.split(":")[2])


def _held(said: Said, *, shared: bool) -> leaks.Held:
    """What an answer is held against. `shared`: its readers are those of the ticket, who know what is public on it.

    Where tickets became one, the requester of each reads what is written now, but never what the other one wrote.
    """
    notices = _notices(said)
    ticket, desk = said.ticket, said.desk
    if ticket is None:
        return leaks.Held(notices)
    rows = messages.messages(said.session, ticket.number)
    is_one = shared and not conversation.is_merged(said.session, ticket)
    answers = {said.arrival, *_answers_on(said.session, ticket)}
    known = {MessageKind.CUSTOMER, MessageKind.PUBLIC} if is_one else set()
    asks = persons.addresses(said.session, [ticket.requester]) if ticket.requester is not None else {}
    about = (ticket.subject, *(address.address for address in asks.values()))
    inner = [row.reply.strip() or row.text for row in rows if row.kind not in known and row.arrival not in answers]
    ours = (said.agent.name, desk.config.helpdesk.name, ticket.mailbox)
    return leaks.Held(
        notices,
        public=tuple(row.text for row in rows if row.kind in known),
        private=(*inner, *(() if is_one else about)),
        shown=(*about, *(address.name for address in asks.values()), *ours) if is_one else ours,
    )


def _notices(said: Said) -> tuple[bytes, ...]:
    """What the agent was told of the ticket, and what they answer now; of that not what it gives back to them."""
    number = said.ticket.number if said.ticket is not None else 0
    told = sent_notices.notices_to(said.session, number, said.agent.addresses[0], NOTICES) if number else []
    answered = said.notice.content if said.notice is not None else b""
    if said.notice is not None and said.notice.key.startswith(GIVE_BACK):
        answered = without_own_words(answered)
    return tuple(dict.fromkeys([answered, *told] if answered else told))


def without_own_words(content: bytes) -> bytes:
    """A mail of ours without the text of the agent that it quotes, as plain text."""
    mail = parse(content)
    kept, is_theirs = [], False
    for line in mail.text.split("\n"):
        is_theirs = line.startswith(">") or (is_theirs and bool(line.strip()))  # a long line was broken
        if not is_theirs:
            kept.append(line)
    head = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return (head + "\r\n".join(kept)).encode("utf-8", "replace")
