"""What Alembic runs: it is handed an open connection, whose transaction belongs to the caller."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from store.schema import METADATA
from store.schema.search import is_compared


def render(kind: str, item: Any, _: object) -> str | Literal[False]:
    """Write a column's type as what the database sees, so that a migration never depends on our own classes."""
    return f"sa.{item.impl_instance!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_server_default=True,
    render_item=render,
    include_name=is_compared,
)
with context.begin_transaction():
    context.run_migrations()
