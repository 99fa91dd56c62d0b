"""Tickets found by words, whichever database holds them."""

from collections.abc import Iterable

from sqlalchemy import bindparam, select, text
from sqlmodel import Session

from store.hot import hot
from store.schema.conversations import MESSAGES
from store.tickets import TicketRow, rows_of
from store.words import split

_HITS = 2000  # newest messages with the words that are looked at
_FIND = {
    "sqlite": text("SELECT rowid FROM words WHERE words MATCH :query ORDER BY rowid DESC LIMIT :hits"),
    "postgresql": text(
        "SELECT message FROM words WHERE lexemes @@ websearch_to_tsquery('simple', :query)"
        " ORDER BY message DESC LIMIT :hits"
    ),
}
_TICKETS_OF = hot(
    "search.tickets_of",
    select(MESSAGES.c.ticket).where(MESSAGES.c.id.in_(bindparam("ids", expanding=True))).distinct(),
    ids=[1, 2],
)


def find(session: Session, wanted: Iterable[str], limit: int) -> list[TicketRow]:
    """The newest tickets with a message that holds all these words, newest first; each is taken as it stands.

    What has signs in it, such as an address, is looked for as its words one behind the other.
    """
    connection = session.connection()
    phrases = [f'"{" ".join(words)}"' for each in wanted if (words := split(each))]
    if not phrases:
        return []
    given = {"query": " ".join(phrases), "hits": _HITS}
    messages = list(connection.execute(_FIND[connection.dialect.name], given).scalars())
    if not messages:
        return []
    numbers = connection.execute(_TICKETS_OF, {"ids": messages}).scalars()
    return rows_of(session, sorted(numbers, reverse=True)[:limit])
