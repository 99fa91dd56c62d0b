"""The index of all words, written with the message that it is of."""

import re

from sqlalchemy import Connection, text

from mail.model import Mail
from store.schema.columns import storable

_SEARCHED = 50_000  # characters of a message; PostgreSQL refuses to index a megabyte of lexemes
_WORD = re.compile(r"[^\W_]+")
_ADD = {
    "sqlite": text("INSERT INTO words (rowid, text) VALUES (:message, :words)"),
    "postgresql": text("INSERT INTO words (message, lexemes) VALUES (:message, to_tsvector('simple', :words))"),
}


def index(connection: Connection, message: int, mail: Mail) -> None:
    """Make a message of this mail one that can be found: by its author, its subject and its text."""
    author = f"{mail.sender.name} {mail.sender.address}" if mail.sender is not None else ""
    words = split(f"{author} {mail.subject} {mail.text[:_SEARCHED]}"[:_SEARCHED])
    connection.execute(_ADD[connection.dialect.name], {"message": message, "words": " ".join(words)})


def split(written: str) -> list[str]:
    """The words of a text in lower case: letters and digits, whatever stands between them.

    Not every database knows the case of letters outside ASCII.
    """
    return _WORD.findall(storable(written).lower())
