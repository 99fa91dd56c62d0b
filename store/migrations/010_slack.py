"""Slack: threads, channels and events; posts as arrivals, and people who are known by their member id."""

import sqlalchemy as sa
from alembic import op

revision = "010"
down_revision = "009"

_TICKET = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_CHANGE = sa.text(
    "UPDATE sqlite_schema SET sql = replace(sql, 'kind IN (''mail'')', 'kind IN (''mail'', ''slack'')') "
    "WHERE type = 'table' AND name = :table"
)


def upgrade() -> None:
    """Make three tables and let two checks know one more word."""
    op.create_table(
        "slack_threads",
        sa.Column("ticket", _TICKET, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=True),
        sa.Column("opening", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_slack_threads_ticket")),
        sa.PrimaryKeyConstraint("ticket", "channel", name=op.f("pk_slack_threads")),
    )
    op.create_index("ix_slack_threads_post", "slack_threads", ["channel", "ts"], unique=False)
    stale = sa.text("is_stale AND ts IS NOT NULL")
    op.create_index(
        "ix_slack_threads_stale",
        "slack_threads",
        ["ticket", "channel"],
        sqlite_where=stale,
        postgresql_where=stale,
        unique=False,
    )
    op.create_table(
        "slack_channels",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.Column("checked_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_slack_channels")),
    )
    op.create_table(
        "slack_events",
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_slack_events")),
    )
    for table in ("arrivals", "identities"):
        _widen(table)


def _widen(table: str) -> None:
    """Let the kind be "slack", too.

    SQLite cannot change a check, nor make a table anew that others refer to; its manual has this way for such changes
    ("Making Other Kinds Of Table Schema Changes"): the words of the table are changed, its rows stay as they are.
    """
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f(f"ck_{table}_kind"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_kind"), table, "kind IN ('mail', 'slack')")
        return
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar_one()
    op.execute("PRAGMA writable_schema = ON")
    op.get_bind().execute(_CHANGE, {"table": table})
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = RESET")
