"""Which Message-IDs have proven a sender: each does so once."""

import sqlalchemy as sa
from alembic import op

revision = "004"
down_revision = "003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "proven_ids",
        sa.Column("id_hash", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_proven_ids")),
    )
