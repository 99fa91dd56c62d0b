"""Messages that a mail is related to by Message-IDs: those it names, those that name it, those that name the same."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from mail.model import Level
from store.hot import hot
from store.schema.columns import shorten
from store.schema.conversations import MESSAGES, NAMED
from store.schema.outgoing import OUTBOX
from store.schema.people import IDENTITIES
from tickets.candidates import Kin, Questions

_MOST = 100  # messages of each kind, before anything is joined to them: a newsletter has a thousand answers

_M, _N, _I, _O = MESSAGES.c, NAMED.c, IDENTITIES.c, OUTBOX.c
_OURS = hot(
    "relatives.ours",
    select(_O.message_id, _O.ticket)
    .where(_O.message_id.in_(bindparam("ids", expanding=True)), _O.ticket.is_not(None))
    .order_by(_O.id.desc()),
    ids=["<a@b>", "<c@d>"],
)
_FEW = select(_M.id).where(_M.message_id.in_(bindparam("ids", expanding=True))).limit(_MOST).subquery("few")
_PARENTS = hot(
    "relatives.parents",
    select(_M.message_id, _M.ticket, _M.level, _I.address)
    .select_from(_FEW)
    .join(MESSAGES, _M.id == _FEW.c.id)
    .join(IDENTITIES, (_I.person == _M.author) & (_I.kind == "mail"), isouter=True)
    .order_by(_M.id.desc(), _I.id.desc()),
    ids=["<a@b>", "<c@d>"],
)
_FEW_NAMED = (
    select(_N.message_id, _N.message)
    .where(_N.message_id.in_(bindparam("ids", expanding=True)))
    .limit(_MOST)
    .subquery("few")
)
_ANSWERS = hot(
    "relatives.answers",
    select(_FEW_NAMED.c.message_id, _M.ticket, _M.level, _I.address)
    .select_from(_FEW_NAMED)
    .join(MESSAGES, _M.id == _FEW_NAMED.c.message)
    .join(IDENTITIES, (_I.person == _M.author) & (_I.kind == "mail"))
    .order_by(_M.id, _I.id.desc()),
    ids=["<a@b>", "<c@d>"],
)


@dataclass(frozen=True, slots=True)
class Related:
    """A message of somebody's on a ticket, maybe one that has been merged since."""

    ticket: int
    author: str
    level: Level
    kin: Kin


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the Message-IDs of one mail: the ticket of each, and the messages that it is related to."""

    tickets: dict[str, int]
    related: tuple[Related, ...]


def known(connection: Connection, questions: Questions) -> Known:
    """The ticket of each known Message-ID: ours before others', the older before a later one of the same name."""
    own = questions.message_id
    asked = {shorten(one): one for one in (*questions.ids, *filter(None, [own]))}
    if not asked:
        return Known({}, ())
    given = {"ids": list(asked)}
    ours = {asked[row.message_id]: row.ticket for row in connection.execute(_OURS, given)}
    parents = {asked[row.message_id]: row for row in connection.execute(_PARENTS, given)}
    theirs = {name: row.ticket for name, row in parents.items()}
    related = (
        Related(row.ticket, row.address, Level(row.level), Kin.PARENT)
        for name, row in parents.items()
        if name != own and row.address is not None and row.level is not None
    )
    return Known(theirs | ours, (*related, *_answers(connection, asked, own)))


def _answers(connection: Connection, asked: dict[str, str], own: str | None) -> Iterator[Related]:
    rows = connection.execute(_ANSWERS, {"ids": list(asked)})
    for row in {(row.message_id, row.ticket): row for row in rows if row.level is not None}.values():
        kin = Kin.CHILD if asked[row.message_id] == own else Kin.SIBLING
        yield Related(row.ticket, row.address, Level(row.level), kin)
