"""The first schema: arrivals and their bytes, persons, tickets, the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    _make_people_and_site()
    _make_tickets_and_arrivals()
    _make_outbox()
    _make_what_stands_on_tickets()
    _make_bytes()


def _make_people_and_site() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_table(
        "cursors",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=True),
        sa.Column("uid", sa.BigInteger(), nullable=True),
        sa.Column("arrivals", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", name=op.f("pk_cursors")),
    )
    op.create_table(
        "persons",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "identities",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("undeliverable_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undeliverable_why", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('mail')", name=op.f("ck_identities_kind")),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name=op.f("fk_identities_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint("kind", "address", name=op.f("uq_identities_kind_address")),
    )
    op.create_index("ix_identities_person", "identities", ["person"], unique=False)


def _make_tickets_and_arrivals() -> None:
    op.create_table(
        "tickets",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requester", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("ask_first", sa.Boolean(), nullable=False),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("linked", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("merged_into", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("touched", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "resolution IN ('confirmed', 'no-response', 'defect-fixed', 'feature-request', 'duplicate', 'spam')",
            name=op.f("ck_tickets_resolution"),
        ),
        sa.CheckConstraint("status IN ('new', 'open', 'pending', 'on-hold', 'closed')", name=op.f("ck_tickets_status")),
        sa.CheckConstraint("number > 0", name=op.f("ck_tickets_number")),
        sa.ForeignKeyConstraint(["linked"], ["tickets.number"], name=op.f("fk_tickets_linked")),
        sa.ForeignKeyConstraint(["merged_into"], ["tickets.number"], name=op.f("fk_tickets_merged_into")),
        sa.ForeignKeyConstraint(["owner"], ["persons.id"], name=op.f("fk_tickets_owner")),
        sa.ForeignKeyConstraint(["requester"], ["persons.id"], name=op.f("fk_tickets_requester")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_tickets")),
    )
    op.create_index("ix_tickets_status", "tickets", ["status", "number"], unique=False)
    op.create_table(
        "arrivals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=True),
        sa.Column("uid", sa.BigInteger(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("left_out", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("ticket", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(reason IS NOT NULL) = (coalesce(outcome, '') = 'quarantined')",
            name=op.f("ck_arrivals_reason_of_quarantine"),
        ),
        sa.CheckConstraint("kind IN ('mail')", name=op.f("ck_arrivals_kind")),
        sa.CheckConstraint(
            "outcome IN ('ticketed', 'handled', 'automatic', 'bounce', 'duplicate', 'quarantined')",
            name=op.f("ck_arrivals_outcome"),
        ),
        sa.CheckConstraint("reason IN ('spam', 'unreadable', 'unconfirmed')", name=op.f("ck_arrivals_reason")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_arrivals_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrivals")),
        sa.UniqueConstraint("mailbox", "uidvalidity", "uid", name=op.f("uq_arrivals_mailbox_uidvalidity_uid")),
    )
    op.create_index("ix_arrivals_fingerprint", "arrivals", ["fingerprint"], unique=False)
    op.create_index(
        "ix_arrivals_in_work",
        "arrivals",
        ["received_at", "id"],
        unique=False,
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_index("ix_arrivals_outcome", "arrivals", ["outcome", "kind"], unique=False)
    op.create_index(
        "ix_arrivals_quarantined",
        "arrivals",
        ["id"],
        unique=False,
        sqlite_where=sa.text("outcome = 'quarantined'"),
        postgresql_where=sa.text("outcome = 'quarantined'"),
    )
    op.create_index(
        "ix_arrivals_unsettled",
        "arrivals",
        ["mailbox", "uidvalidity", "uid"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL AND outcome IS NOT NULL"),
        postgresql_where=sa.text("settled_at IS NULL AND outcome IS NOT NULL"),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_events_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index("ix_events_ticket", "events", ["ticket", "id"], unique=False)


def _make_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("class", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("envelope_sender", sa.Text(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("ticket", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unproven", sa.Boolean(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("let_go_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("held", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resends", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "class IN ('answer', 'alert', 'notice', 'acknowledgement', 'survey')", name=op.f("ck_outbox_class")
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'held', 'sent', 'refused', 'cancelled')", name=op.f("ck_outbox_state")
        ),
        sa.CheckConstraint("priority BETWEEN 0 AND 4", name=op.f("ck_outbox_priority")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_outbox_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(
        "ix_outbox_address",
        "outbox",
        ["address", "put_at"],
        unique=False,
        sqlite_where=sa.text("priority >= 3"),
        postgresql_where=sa.text("priority >= 3"),
    )
    op.create_index(
        "ix_outbox_claimable",
        "outbox",
        ["channel", "priority", "due", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'pending' AND lease_until IS NULL"),
        postgresql_where=sa.text("state = 'pending' AND lease_until IS NULL"),
    )
    op.create_index("ix_outbox_counted", "outbox", ["state", "class", "resends"], unique=False)
    op.create_index(
        "ix_outbox_domain",
        "outbox",
        ["domain", "put_at"],
        unique=False,
        sqlite_where=sa.text("priority >= 3"),
        postgresql_where=sa.text("priority >= 3"),
    )
    op.create_index(
        "ix_outbox_held",
        "outbox",
        ["put_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index(
        "ix_outbox_leased",
        "outbox",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("state = 'pending' AND lease_until IS NOT NULL"),
        postgresql_where=sa.text("state = 'pending' AND lease_until IS NOT NULL"),
    )
    op.create_index("ix_outbox_message_id", "outbox", ["message_id"], unique=False)
    op.create_index("ix_outbox_ticket", "outbox", ["ticket"], unique=False)
    op.create_index(
        "ix_outbox_unproven",
        "outbox",
        ["let_go_at"],
        unique=False,
        sqlite_where=sa.text("unproven AND priority >= 3"),
        postgresql_where=sa.text("unproven AND priority >= 3"),
    )
    op.create_index(
        "ix_outbox_untried",
        "outbox",
        ["put_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('held', 'pending') AND attempts = 0"),
        postgresql_where=sa.text("state IN ('held', 'pending') AND attempts = 0"),
    )
    op.create_table(
        "attempts",
        sa.Column("outbox", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.CheckConstraint("receipt IN ('sent', 'retry', 'refused', 'unknown')", name=op.f("ck_attempts_receipt")),
        sa.ForeignKeyConstraint(["outbox"], ["outbox.id"], name=op.f("fk_attempts_outbox")),
        sa.PrimaryKeyConstraint("outbox", "number", name=op.f("pk_attempts")),
    )


def _make_what_stands_on_tickets() -> None:
    op.create_table(
        "participants",
        sa.Column("ticket", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name=op.f("fk_participants_person")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_participants_ticket")),
        sa.PrimaryKeyConstraint("ticket", "person", name=op.f("pk_participants")),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("arrival", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('customer', 'public', 'note', 'automatic')", name=op.f("ck_messages_kind")),
        sa.CheckConstraint("level IN ('strong', 'proven', 'unproven', 'failed')", name=op.f("ck_messages_level")),
        sa.ForeignKeyConstraint(["arrival"], ["arrivals.id"], name=op.f("fk_messages_arrival")),
        sa.ForeignKeyConstraint(["author"], ["persons.id"], name=op.f("fk_messages_author")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_messages_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index("ix_messages_message_id", "messages", ["message_id"], unique=False)
    op.create_index("ix_messages_ticket", "messages", ["ticket", "id"], unique=False)
    op.create_table(
        "attachments",
        sa.Column("message", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("inline", sa.Boolean(), nullable=False),
        sa.Column("cid", sa.Text(), nullable=True),
        sa.Column("from_tnef", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["messages.id"], name=op.f("fk_attachments_message")),
        sa.PrimaryKeyConstraint("message", "position", name=op.f("pk_attachments")),
    )
    op.create_table(
        "parents",
        sa.Column("message", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["messages.id"], name=op.f("fk_parents_message")),
        sa.PrimaryKeyConstraint("message", "message_id", name=op.f("pk_parents")),
    )
    op.create_index("ix_parents_message_id", "parents", ["message_id"], unique=False)


def _make_bytes() -> None:
    op.create_table(
        "payloads",
        sa.Column("outbox", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["outbox"], ["outbox.id"], name=op.f("fk_payloads_outbox")),
        sa.PrimaryKeyConstraint("outbox", name=op.f("pk_payloads")),
    )
    op.create_table(
        "raw",
        sa.Column("arrival", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["arrival"], ["arrivals.id"], name=op.f("fk_raw_arrival")),
        sa.PrimaryKeyConstraint("arrival", name=op.f("pk_raw")),
    )
    if op.get_bind().dialect.name == "postgresql":
        # Mail is mostly base64: trying to compress it costs more time than all else that the server does with it.
        op.execute("ALTER TABLE raw ALTER COLUMN content SET STORAGE EXTERNAL")
        op.execute("ALTER TABLE payloads ALTER COLUMN content SET STORAGE EXTERNAL")
