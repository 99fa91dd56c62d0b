"""What the clock needs: how long a customer owes an answer, and whether a ticket's survey is behind it."""

import sqlalchemy as sa
from alembic import op

revision = "008"
down_revision = "006"

_RUNG = "rung IN ('foretell', 'first-nudge', 'second-nudge', 'call-ce', 'forewarn', 'close')"


def upgrade() -> None:
    """Add the columns. What was Pending before counts its days from now on, what was closed is asked nothing."""
    op.add_column("tickets", sa.Column("pending_since", sa.DateTime(timezone=True), nullable=True))
    if op.get_bind().dialect.name == "sqlite":  # a table that others refer to cannot be made anew while they do
        op.execute(f"ALTER TABLE tickets ADD COLUMN rung TEXT CONSTRAINT ck_tickets_rung CHECK ({_RUNG})")
    else:
        op.add_column("tickets", sa.Column("rung", sa.Text(), nullable=True))
        op.create_check_constraint(op.f("ck_tickets_rung"), "tickets", _RUNG)
    op.add_column("tickets", sa.Column("slipped", sa.Integer(), server_default="0", nullable=False))
    op.add_column("tickets", sa.Column("surveyed", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE tickets SET pending_since = CURRENT_TIMESTAMP WHERE status = 'pending'")
    op.execute("UPDATE tickets SET surveyed = true WHERE status = 'closed'")
