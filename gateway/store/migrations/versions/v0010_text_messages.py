"""Text messages, and a conversation that a caller opens with its ticket."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sms_keys",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_keys")),
    )
    op.create_table(
        "sms_received",
        sa.Column("sid", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_sms_received")),
    )
    with op.batch_alter_table("sms_received", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sms_received_at"), ["at"], unique=False)

    op.create_table(
        "sms_stops",
        sa.Column("peer", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("peer", name=op.f("pk_sms_stops")),
    )
    op.create_table(
        "sms_deliveries",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("contact", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact"], ["contacts.id"], name=op.f("fk_sms_deliveries_contact_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name=op.f("fk_sms_deliveries_conversation_conversations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_deliveries")),
        sa.UniqueConstraint(
            "conversation", "seq", "part", name=op.f("uq_sms_deliveries_conversation_seq_part")
        ),
    )
    with op.batch_alter_table("sms_deliveries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sms_deliveries_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index(
            "ix_sms_deliveries_queued",
            ["conversation"],
            unique=False,
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )

    op.create_table(
        "sms_threads",
        sa.Column("peer", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=32), nullable=False),
        sa.Column("own_number", sa.LargeBinary(), nullable=False),
        sa.Column("asks_postcode", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name=op.f("fk_sms_threads_conversation_conversations")
        ),
        sa.PrimaryKeyConstraint("peer", name=op.f("pk_sms_threads")),
        sa.UniqueConstraint("conversation", name=op.f("uq_sms_threads_conversation")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("earlier_conversation", sa.String(length=32), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_column("earlier_conversation")

    op.drop_table("sms_threads")
    with op.batch_alter_table("sms_deliveries", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_sms_deliveries_queued",
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )
        batch_op.drop_index(batch_op.f("ix_sms_deliveries_changed_at"))

    op.drop_table("sms_deliveries")
    op.drop_table("sms_stops")
    with op.batch_alter_table("sms_received", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sms_received_at"))

    op.drop_table("sms_received")
    op.drop_table("sms_keys")
