"""Surveys: who was asked, what they answered, who wants to be asked no more."""

import sqlalchemy as sa
from alembic import op

revision = "009"
down_revision = "008"


def upgrade() -> None:
    """Make both tables."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "surveys",
        sa.Column("ticket", number, nullable=False),
        sa.Column("person", number, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("owner", number, nullable=True),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("way", sa.Text(), nullable=True),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_surveys_score")),
        sa.CheckConstraint("way IN ('mail', 'web')", name=op.f("ck_surveys_way")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_surveys_ticket")),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name=op.f("fk_surveys_person")),
        sa.ForeignKeyConstraint(["owner"], ["persons.id"], name=op.f("fk_surveys_owner")),
        sa.PrimaryKeyConstraint("ticket", name=op.f("pk_surveys")),
    )
    op.create_index("ix_surveys_person", "surveys", ["person", "asked_at"], unique=False)
    op.create_index("ix_surveys_asked_at", "surveys", ["asked_at"], unique=False)
    op.create_table(
        "opt_outs",
        sa.Column("person", number, nullable=False),
        sa.Column("opted_out_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.CheckConstraint("way IN ('mail', 'web')", name=op.f("ck_opt_outs_way")),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name=op.f("fk_opt_outs_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_opt_outs")),
    )
