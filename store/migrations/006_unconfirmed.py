"""Mails in agents' names that wait for a code."""

import sqlalchemy as sa
from alembic import op

revision = "006"
down_revision = "005"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "unconfirmed",
        sa.Column("arrival", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["arrival"], ["arrivals.id"], name=op.f("fk_unconfirmed_arrival")),
        sa.PrimaryKeyConstraint("arrival", name=op.f("pk_unconfirmed")),
    )
    op.create_index("ix_unconfirmed_agent", "unconfirmed", ["agent", "added_at"], unique=False)
    untold = sa.text("told_at IS NULL")
    op.create_index(
        "ix_unconfirmed_untold", "unconfirmed", ["agent"], sqlite_where=untold, postgresql_where=untold, unique=False
    )
