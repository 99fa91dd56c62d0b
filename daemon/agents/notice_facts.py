"""What a notice says: the mail at hand, the ticket, its people and its past, as one value for the template."""

from dataclasses import dataclass

from daemon.agents.notice_files import choose_files, enclose_files, enclose_text, is_too_long, tell_file
from daemon.desk import Desk
from mail.domains import ascii_address
from mail.model import Address, Level, Mail
from mail.outgoing.body import Enclosure
from mail.outgoing.fields import Unsendable, sendable_address
from mail.outgoing.marker import MARKER
from store import accounts, earlier, facts, persons
from store.engine import Session
from templates.notice_contexts import NoticeContext
from templates.wording import one_line
from tickets.directory import Account, Role
from tickets.effects import TellAgents
from tickets.model import Ticket
from tickets.notices import DIRECTED, Occasion

MOST_OTHERS = 10
MOST_FACTS = 20
UNKNOWN = "(unknown)"
_BY_CUSTOMERS = frozenset({Occasion.NEW, Occasion.ANSWERED, Occasion.REOPENED, Occasion.THANKED})


@dataclass(frozen=True, slots=True)
class News:
    """What there is to tell beside the ticket: `cause` tells one happening from every other, as `arrival:7`."""

    cause: str
    mail: Mail | None = None
    raw: bytes = b""  # of that mail
    level: Level | None = None  # how far its sender is proven


@dataclass(frozen=True, slots=True)
class Facts:
    """What is the same for every agent who is told."""

    context: NoticeContext
    others: tuple[str, ...]  # addresses in To and Cc that get no replies
    enclosures: tuple[Enclosure, ...]


def gather(session: Session, desk: Desk, ticket: Ticket, effect: TellAgents, news: News) -> Facts:
    """All that a notice says, as far as it does not depend on who reads it."""
    known = persons.addresses(session, {p for p in (ticket.requester, ticket.owner, effect.cause) if p is not None})
    who = _name(known.get(effect.cause) if effect.cause is not None else None, news.mail)
    requester = known.get(ticket.requester) if ticket.requester is not None else None
    text = what_was_said(effect, news.mail)
    rest = f"message-{ticket.number}.txt" if is_too_long(text) else ""
    taken, left_out = choose_files(news.mail, len(news.raw), desk.config.notices.attach_bytes)
    account = desk.directory.account(ticket.account) if ticket.account else None
    context = NoticeContext(
        marker=MARKER,
        helpdesk=desk.config.helpdesk.name,
        mailbox=ticket.mailbox,
        number=ticket.number,
        subject=ticket.subject,
        occasion=effect.occasion,
        who="" if who is None and effect.occasion in DIRECTED else spell(who),
        proof=_prove(desk, ticket, effect, news, who),
        source=ticket.source or "",
        ask_first=ticket.ask_first,
        text=text,
        rest=rest,
        detail=effect.said,
        requester=spell(requester) if requester is not None else "",
        status=ticket.status,
        owner=_name_owner(desk, known.get(ticket.owner) if ticket.owner is not None else None),
        mine=False,
        reference=ticket.reference or "",
        account=ticket.account or "",
        facts=tell_account(session, account) if account is not None else (),
        linked=ticket.linked or 0,
        earlier=_tell_past(session, ticket),
        files=tuple(map(tell_file, taken)),
        left_out=tuple(map(tell_file, left_out)),
        others=(),
        commands=(),
    )
    others = _others(session, desk, ticket, news.mail, who) if news.mail is not None else ()
    return Facts(context, others, (*enclose_text(rest, text), *enclose_files(news.raw, taken)))


def what_was_said(effect: TellAgents, mail: Mail | None) -> str:
    """The words of the mail at hand: all of a new ticket's, else what is new in them."""
    if mail is None:
        return ""
    return mail.text if effect.occasion is Occasion.NEW else mail.reply.strip() or mail.text


def spell(address: Address | None) -> str:
    """A name with its address, for those who read it."""
    if address is None:
        return UNKNOWN
    return f"{address.name} <{address.address}>" if address.name else address.address


def _name(who: Address | None, mail: Mail | None) -> Address | None:
    """Whoever did it, by the name that they give themselves now."""
    wrote_it = who is not None and mail is not None and mail.sender is not None and mail.sender.address == who.address
    return mail.sender if wrote_it and mail is not None else who


def _prove(desk: Desk, ticket: Ticket, effect: TellAgents, news: News, who: Address | None) -> str:
    """How far it is proven that a customer wrote this; empty where it was an agent."""
    mail = news.mail
    if effect.occasion not in _BY_CUSTOMERS or mail is None or news.level is None:
        return ""
    if who is not None and desk.directory.role_of(who.address) is Role.AGENT:
        return ""
    if news.level is Level.FAILED:
        return "failed"
    holds = news.level in {Level.PROVEN, Level.STRONG} and not mail.rewritten
    return "proven" if holds and mail.sender == who and ticket.source is None else "unproven"


def _name_owner(desk: Desk, owner: Address | None) -> str:
    if owner is None:
        return ""
    agent = desk.directory.agent_of(owner.address)
    return agent.name if agent is not None else owner.name or owner.address


def tell_account(session: Session, account: Account) -> tuple[str, ...]:
    """What the configuration says of it, and what agents have learned since."""
    learned = dict(account.facts) | accounts.facts(session, account.name)
    told = (("plan", account.plan), ("CE", account.ce), ("AE", account.ae), *learned.items())
    return tuple(f"{name}: {value}" for name, value in told if value)[:MOST_FACTS]


def _tell_past(session: Session, ticket: Ticket) -> tuple[str, ...]:
    if ticket.requester is None:
        return ()
    past = earlier.earlier(session, ticket.requester, ticket.number)
    return tuple(f"#{p.number} {one_line(p.subject, 100)} ({p.status}, {p.created_at:%Y-%m-%d})" for p in past)


def _others(session: Session, desk: Desk, ticket: Ticket, mail: Mail, who: Address | None) -> tuple[str, ...]:
    """Customers in To and Cc who are not part of the ticket, as far as a mail could be sent to them."""
    people = facts.people(session, ticket.number)
    known = {ascii_address(address) for address in (*people.requester, *people.participants)}
    known |= {ascii_address(a.address) for a in (who, mail.sender) if a is not None}
    found: dict[str, None] = {}
    for address in (*mail.to, *mail.cc):
        try:
            key = ascii_address(sendable_address(address.address))
        except Unsendable:
            continue
        if key not in known and desk.directory.role_of(key) is Role.CUSTOMER:
            found[key] = None
    return tuple(found)[:MOST_OTHERS]
