"""The index of all words, which each database has in its own way: a virtual table, or a column of lexemes.

It is no table of the classes: it is made beside them, and Alembic does not compare it.
"""

from typing import Any

from sqlalchemy import Connection, event

from store.schema.naming import METADATA

NAME = "words"
_MAKE = {
    "sqlite": ("CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='unicode61 remove_diacritics 0')",),
    "postgresql": (
        "CREATE TABLE words (message BIGINT CONSTRAINT pk_words PRIMARY KEY, lexemes TSVECTOR NOT NULL)",
        "CREATE INDEX ix_words_lexemes ON words USING gin (lexemes)",
    ),
}


def is_compared(name: str | None, kind: str, _: Any) -> bool:
    """Whether Alembic looks at what a database holds under this name."""
    return kind != "table" or name is None or name.partition("_")[0] != NAME


def _make(_: Any, connection: Connection, **__: Any) -> None:
    for statement in _MAKE[connection.dialect.name]:
        connection.exec_driver_sql(statement)


event.listen(METADATA, "after_create", _make)
