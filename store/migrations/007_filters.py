"""What the filters decide, what they are taught and what came of it, whom agents let in or kept out."""

import sqlalchemy as sa
from alembic import op

revision = "007"
down_revision = "006"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, and indexes for what has lain in quarantine for long and for what waits on a ticket."""
    op.create_table(
        "verdicts",
        sa.Column("arrival", _ID, nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("symbols", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("circumstances", sa.Text(), nullable=False),
        sa.Column("judged_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["arrival"], ["arrivals.id"], name=op.f("fk_verdicts_arrival")),
        sa.PrimaryKeyConstraint("arrival", name=op.f("pk_verdicts")),
    )
    op.create_index("ix_verdicts_judged_at", "verdicts", ["judged_at", "decision"], unique=False)
    op.create_table(
        "lessons",
        sa.Column("id", _ID, nullable=False),
        sa.Column("arrival", _ID, nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("spam", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("taught_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["arrival"], ["arrivals.id"], name=op.f("fk_lessons_arrival")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lessons")),
    )
    op.create_index("ix_lessons_arrival", "lessons", ["arrival", "id"], unique=False)
    op.create_table(
        "learned",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lesson", _ID, nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_learned")),
    )
    op.create_table(
        "listed",
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("listed_at", _TIME, nullable=False),
        sa.CheckConstraint("kind IN ('allow', 'block')", name=op.f("ck_listed_kind")),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_listed")),
    )
    op.create_index("ix_waiting_notices_ticket", "waiting_notices", ["ticket"], unique=False)
    held = sa.text("outcome = 'quarantined'")
    op.create_index(
        "ix_arrivals_put_aside", "arrivals", ["finished_at", "id"], sqlite_where=held, postgresql_where=held
    )
