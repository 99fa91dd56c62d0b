"""What a decision must know of what was before: look-ups whose cost does not grow with the number of tickets."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, literal, select, union_all
from sqlmodel import Session

from store import relatives, sites
from store.hot import hot
from store.schema.arrivals import ARRIVALS
from store.schema.columns import shorten
from store.schema.conversations import PARTICIPANTS, TICKETS
from store.schema.outgoing import AUTOMATIC, OUTBOX, UNPROVEN
from store.schema.people import IDENTITIES
from store.ticketrows import COLUMNS, to_ticket
from store.tickets import LARGEST
from tickets.candidates import Candidate, Candidates, Copy, Questions, Relative
from tickets.model import Outcome, People, Resolution, Ticket

_COPIES = 20
_MERGES = 20  # tickets that one was merged through
_LOOKED_AT = 20  # newest tickets of a sender

_T, _I, _A, _O = TICKETS.c, IDENTITIES.c, ARRIVALS.c, OUTBOX.c
_TICKETS = hot(
    "facts.tickets", select(*COLUMNS).where(_T.number.in_(bindparam("numbers", expanding=True))), numbers=[1, 2]
)
_PEOPLE = hot(
    "facts.people",
    union_all(
        select(_T.number, _I.address, literal(1).label("asked"))
        .join(IDENTITIES, _I.person == _T.requester)
        .where(_T.number.in_(bindparam("numbers", expanding=True)), _I.kind == "mail"),
        select(PARTICIPANTS.c.ticket, _I.address, literal(0).label("asked"))
        .join(IDENTITIES, _I.person == PARTICIPANTS.c.person)
        .where(PARTICIPANTS.c.ticket.in_(bindparam("numbers", expanding=True)), _I.kind == "mail"),
    ),
    numbers=[1, 2],
)
_COPIES_OF = hot(
    "facts.copies",
    select(_A.id, _A.mailbox, _A.outcome, _A.ticket, _A.message_id, _A.sender)
    .where(_A.fingerprint == bindparam("fingerprint"), _A.id != bindparam("own"))
    .order_by(_A.id)
    .limit(_COPIES),
    fingerprint="f1",
    own=0,
)
_LATEST = (
    select(_T.touched, _T.resolution)
    .join(IDENTITIES, _I.person == _T.requester)
    .where(_I.kind == "mail", _I.address == bindparam("address"))
    .order_by(_T.number.desc())
    .limit(_LOOKED_AT)
    .subquery("few")
)
_GENUINE = hot(
    "facts.genuine_tickets",
    select(func.count()).where(_LATEST.c.touched, func.coalesce(_LATEST.c.resolution, "") != Resolution.SPAM),
    address="c1@one.example",
)
_TO_ADDRESS = (
    select(func.count())
    .where(
        _O.address == bindparam("address"),
        _O.put_at > bindparam("day"),
        AUTOMATIC,
        _O.state != "cancelled",
    )
    .scalar_subquery()
)
_TO_DOMAIN = (
    select(func.count())
    .where(
        _O.domain == bindparam("domain"),
        _O.put_at > bindparam("hour"),
        AUTOMATIC,
        _O.state != "cancelled",
    )
    .scalar_subquery()
)
_TO_UNPROVEN = hot(
    "facts.to_unproven",
    select(func.count()).where(UNPROVEN, _O.let_go_at > bindparam("hour"), _O.state != "cancelled"),
)
_ACK_COUNTS = hot(
    "facts.ack_counts",
    select(_TO_ADDRESS, _TO_DOMAIN, _TO_UNPROVEN.scalar_subquery(), sites.value_of("first_start")),
    address="c1@one.example",
    domain="one.example",
)


@dataclass(frozen=True, slots=True)
class AckCounts:
    """Automatic mails to customers, put into the outbox and not cancelled; held ones count except in the last."""

    to_address_today: int  # the last 24 hours
    to_domain_last_hour: int
    to_unproven_last_hour: int
    first_start: datetime | None = None  # of the site, asked in the same breath


def candidates(session: Session, questions: Questions, sender: str | None, arrival: int = 0) -> Candidates:
    """All tickets that a mail may belong to and all mails that it may be a copy of; merged tickets are resolved.

    `arrival` is the mail's own and never its copy. One that was let out of quarantine is on record already.
    """
    connection = session.connection()
    named = {token.ticket for token in questions.tokens} | ({questions.tag} if questions.tag is not None else set())
    ids = relatives.known(connection, questions)
    wanted = {number for number in named if 0 < number < LARGEST}
    found = _load(connection, wanted | set(ids.tickets.values()) | {one.ticket for one in ids.related})
    return Candidates(
        by_number={number: found[number] for number in named if number in found},
        by_id={name: found[number] for name, number in ids.tickets.items() if number in found},
        relatives=tuple(Relative(found[one.ticket], one.author, one.level, one.kin) for one in ids.related),
        copies=_copies(connection, questions, sender, arrival),
    )


def people(session: Session, number: int) -> People:
    """Who may write on a ticket."""
    return _people(session.connection(), {number})[number]


def genuine_tickets(session: Session, address: str) -> int:
    """How many of the newest tickets of this address somebody of ours worked on and did not find to be spam."""
    return int(session.connection().execute(_GENUINE, {"address": address}).scalar_one())


def ack_counts(session: Session, address: str, domain: str, now: datetime) -> AckCounts:
    """How much automatic mail went to an address (normalised: no +tag), to its domain, and to unproven senders."""
    given = {
        "address": address,
        "domain": domain,
        "hour": now - timedelta(hours=1),
        "day": now - timedelta(days=1),
    }
    row = session.connection().execute(_ACK_COUNTS, given).one()
    return AckCounts(row[0], row[1], row[2], first_start=datetime.fromisoformat(row[3]) if row[3] else None)


def unproven_last_hour(session: Session, now: datetime) -> int:
    """Automatic mails to unproven senders that were let go within the last hour."""
    hour = now - timedelta(hours=1)
    return int(session.connection().execute(_TO_UNPROVEN, {"hour": hour}).scalar_one())


def _load(connection: Connection, numbers: set[int]) -> dict[int, Candidate]:
    """Each number's ticket, or the one that it was merged into, with those who may write on it."""
    tickets: dict[int, Ticket] = {}
    missing = numbers
    for _ in range(_MERGES):
        if not missing:
            break
        rows = connection.execute(_TICKETS, {"numbers": list(missing)})
        tickets.update({row.number: to_ticket(row) for row in rows})
        missing = {t.merged_into for t in tickets.values() if t.merged_into is not None} - tickets.keys()
    target = {number: _resolve(tickets, number) for number in numbers if number in tickets}
    people = _people(connection, {ticket.number for ticket in target.values()})
    return {number: Candidate(ticket, people[ticket.number]) for number, ticket in target.items()}


def _resolve(tickets: dict[int, Ticket], number: int) -> Ticket:
    ticket = tickets[number]
    for _ in range(_MERGES):
        if ticket.merged_into is None or ticket.merged_into not in tickets:
            break
        ticket = tickets[ticket.merged_into]
    return ticket


def _people(connection: Connection, numbers: set[int]) -> dict[int, People]:
    if not numbers:
        return {}
    asked: dict[int, set[str]] = {number: set() for number in numbers}
    others: dict[int, set[str]] = {number: set() for number in numbers}
    for row in connection.execute(_PEOPLE, {"numbers": list(numbers)}):
        (asked if row.asked else others)[row.number].add(row.address)
    return {number: People(frozenset(asked[number]), frozenset(others[number])) for number in numbers}


def _copies(connection: Connection, questions: Questions, sender: str | None, arrival: int) -> tuple[Copy, ...]:
    """Earlier arrivals with the same content; those with a Message-ID must share it and the sender."""
    if not questions.fingerprint:
        return ()
    own = shorten(questions.message_id) if questions.message_id is not None else None
    rows = connection.execute(_COPIES_OF, {"fingerprint": questions.fingerprint, "own": arrival})
    return tuple(
        Copy(row.id, row.mailbox, Outcome(row.outcome) if row.outcome is not None else None, row.ticket)
        for row in rows
        if row.message_id == own and (own is None or row.sender == sender)
    )
