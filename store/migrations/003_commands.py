"""What agents' commands change: priority, tags, snooze, facts of accounts, who did what, and the index of all words."""

import re

import sqlalchemy as sa
from alembic import op

revision = "003"
down_revision = "002"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_PRIORITY = "priority IN ('low', 'normal', 'high', 'urgent')"
_LEVEL = "level IN ('strong', 'proven', 'unproven', 'failed')"


def upgrade() -> None:
    """Add columns and tables, and index what is there."""
    _extend_tickets()
    _extend_events()
    op.create_table(
        "account_facts",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("set_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("account", "name", name=op.f("pk_account_facts")),
    )
    _index_words()


def _extend_tickets() -> None:
    if op.get_bind().dialect.name == "sqlite":  # a table that others refer to cannot be made anew while they do
        op.execute(
            "ALTER TABLE tickets ADD COLUMN priority TEXT DEFAULT 'normal' NOT NULL"
            f" CONSTRAINT ck_tickets_priority CHECK ({_PRIORITY})"
        )
    else:
        op.add_column("tickets", sa.Column("priority", sa.Text(), server_default="normal", nullable=False))
        op.create_check_constraint(op.f("ck_tickets_priority"), "tickets", _PRIORITY)
    op.add_column("tickets", sa.Column("tags", sa.Text(), nullable=True))
    op.add_column("tickets", sa.Column("snoozed_until", _TIME, nullable=True))
    op.add_column("tickets", sa.Column("due_at", _TIME, nullable=True))
    for name, column in (("due", "due_at"), ("reference", "reference"), ("merged_into", "merged_into")):
        where = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_tickets_{name}", "tickets", [column], unique=False, sqlite_where=where, postgresql_where=where
        )


def _extend_events() -> None:
    with op.batch_alter_table("events") as events:
        events.add_column(sa.Column("person", _ID, nullable=True))
        events.add_column(sa.Column("actor", sa.Text(), nullable=True))
        events.add_column(sa.Column("level", sa.Text(), nullable=True))
        events.add_column(sa.Column("arrival", _ID, nullable=True))
        events.add_column(sa.Column("changes", sa.Text(), nullable=True))
        events.create_foreign_key(op.f("fk_events_person"), "persons", ["person"], ["id"])
        events.create_foreign_key(op.f("fk_events_arrival"), "arrivals", ["arrival"], ["id"])
        events.create_check_constraint(op.f("ck_events_level"), _LEVEL)


def _index_words() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='unicode61 remove_diacritics 0')")
        add = "INSERT INTO words (rowid, text) VALUES (:id, :words)"
    else:
        op.execute("CREATE TABLE words (message BIGINT CONSTRAINT pk_words PRIMARY KEY, lexemes TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX ix_words_lexemes ON words USING gin (lexemes)")
        add = "INSERT INTO words (message, lexemes) VALUES (:id, to_tsvector('simple', :words))"
    last = 0
    while rows := op.get_bind().execute(_OLD, {"last": last}).all():
        last = rows[-1].id
        found = ({"id": row.id, "words": " ".join(_WORD.findall(row.text.lower()))} for row in rows)
        op.get_bind().execute(sa.text(add), list(found))


_WORD = re.compile(r"[^\W_]+")
# Of each message its author, its subject and its text, together 50,000 characters.
_OLD = sa.text("""
    SELECT m.id, substr(
        coalesce((SELECT p.name FROM persons p WHERE p.id = m.author), '') || ' '
        || coalesce((SELECT i.address FROM identities i WHERE i.person = m.author ORDER BY i.id LIMIT 1), '') || ' '
        || m.subject || ' ' || m.text, 1, 50000) AS text
    FROM messages m WHERE m.id > :last ORDER BY m.id LIMIT 200
""")
