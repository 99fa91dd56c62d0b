"""Column types and constraints that all tables share."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Dialect, Integer, LargeBinary, Text
from sqlalchemy.types import TypeDecorator

# SQLite numbers rows by itself only where the column's type is INTEGER.
ID = BigInteger().with_variant(Integer(), "sqlite")
BYTES = LargeBinary()
_LONGEST = 600  # UTF-8 bytes of a text in an index: PostgreSQL refuses entries over a third of a page
_DIGEST = 32  # hex digits of the hash that stands for the rest


class Utc(TypeDecorator[datetime]):
    """An aware moment in UTC; a naive one is refused. SQLite keeps it as text that sorts as time does."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        moment = value if value.tzinfo is UTC else value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text from outside; for what a database cannot hold (NUL, half a surrogate pair) stands U+FFFD."""

    impl = Text()
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 SQLAlchemy's
        """To the database."""
        return None if value is None else storable(value)


class Key(TypeDecorator[str]):
    """Text from outside that is looked up; one too long for an index keeps its beginning and a hash of the whole."""

    impl = Text()
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 SQLAlchemy's
        """To the database."""
        return None if value is None else shorten(value)


def storable(text: str) -> str:
    """The text without NUL and lone surrogates, each replaced by U+FFFD."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def shorten(text: str) -> str:
    """The text as a key: the same text always gives the same key, different texts different ones."""
    text = storable(text)
    if len(text) * 4 <= _LONGEST or len(data := text.encode()) <= _LONGEST:
        return text
    digest = hashlib.sha256(data).hexdigest()[:_DIGEST]
    return data[: _LONGEST - _DIGEST - 1].decode(errors="ignore") + "#" + digest


def one_of(column: str, values: Iterable[str], name: str) -> CheckConstraint:
    """A CHECK that the column holds one of these words (or nothing); `name` without the table's prefix."""
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=name)
