"""Calls for help, and when the next step of each is due."""

import sqlalchemy as sa
from alembic import op

revision = "012"
down_revision = "010"


def upgrade() -> None:
    """Make the table."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "calls",
        sa.Column("id", number, nullable=False),
        sa.Column("ticket", number, nullable=False),
        sa.Column("whom", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("author", number, nullable=True),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("due_at", moment, nullable=True),
        sa.Column("reacted_at", moment, nullable=True),
        sa.Column("closed_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_calls_ticket")),
        sa.ForeignKeyConstraint(["author"], ["persons.id"], name=op.f("fk_calls_author")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    due = sa.text("due_at IS NOT NULL")
    op.create_index("ix_calls_due", "calls", ["due_at", "id"], unique=False, sqlite_where=due, postgresql_where=due)
    op.create_index("ix_calls_ticket", "calls", ["ticket", "id"], unique=False)
