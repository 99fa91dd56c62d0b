"""All Message-IDs that a ticket's mails name, hints of Exchange's conversations, and imported mail."""

import sqlalchemy as sa
from alembic import op

revision = "002"
down_revision = "001"


def upgrade() -> None:
    """`named` takes the place of `parents`; of mails that came before, it holds what that held."""
    op.create_table(
        "named",
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("ticket", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["messages.id"], name=op.f("fk_named_message")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_named_ticket")),
        sa.PrimaryKeyConstraint("message_id", "ticket", name=op.f("pk_named")),
    )
    op.execute(
        "INSERT INTO named (message_id, ticket, message) SELECT parents.message_id, messages.ticket, min(messages.id) "
        "FROM parents JOIN messages ON messages.id = parents.message GROUP BY parents.message_id, messages.ticket"
    )
    op.drop_table("parents")
    op.add_column("messages", sa.Column("conversation", sa.Text(), nullable=True))
    known = sa.text("conversation IS NOT NULL")
    op.create_index(
        "ix_messages_conversation", "messages", ["conversation"], sqlite_where=known, postgresql_where=known
    )
    op.add_column("arrivals", sa.Column("imported", sa.Boolean(), server_default=sa.false(), nullable=False))
