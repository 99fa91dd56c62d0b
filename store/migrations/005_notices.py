"""Notices: what waits for an agent's digest, how many an agent was sent lately, a requester's earlier tickets."""

import sqlalchemy as sa
from alembic import op

revision = "005"
down_revision = "004"


def upgrade() -> None:
    """Make the table of what waits, and two indexes."""
    op.create_table(
        "waiting_notices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("ticket", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_waiting_notices_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_notices")),
        sa.UniqueConstraint("key", name=op.f("uq_waiting_notices_key")),
    )
    op.create_index("ix_waiting_notices_agent", "waiting_notices", ["agent", "due", "id"], unique=False)
    op.create_index("ix_waiting_notices_due", "waiting_notices", ["due", "agent"], unique=False)
    notices = sa.text("priority = 2")
    op.create_index(
        "ix_outbox_notices", "outbox", ["address", "put_at"], sqlite_where=notices, postgresql_where=notices
    )
    op.create_index("ix_tickets_requester", "tickets", ["requester", "number"], unique=False)
