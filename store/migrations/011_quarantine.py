"""What people were shown of the quarantine, and what they let out of it."""

import sqlalchemy as sa
from alembic import op

revision = "011"
down_revision = "010"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables, and an index for what is new in a mailbox's quarantine."""
    op.create_table(
        "quarantine_digests",
        sa.Column("id", _ID, nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("arrivals", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine_digests")),
    )
    op.create_index("ix_quarantine_digests_reader", "quarantine_digests", ["reader", "mailbox", "id"], unique=False)
    op.create_table(
        "releases",
        sa.Column("id", _ID, nullable=False),
        sa.Column("arrival", _ID, nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["arrival"], ["arrivals.id"], name=op.f("fk_releases_arrival")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
    )
    op.create_index("ix_releases_released_at", "releases", ["released_at"], unique=False)
    held = sa.text("outcome = 'quarantined'")
    op.create_index(
        "ix_arrivals_held",
        "arrivals",
        ["mailbox", "finished_at"],
        sqlite_where=held,
        postgresql_where=held,
        unique=False,
    )
