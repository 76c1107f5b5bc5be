"""Conversations in writing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_presence",
        sa.Column("worker", sa.String(length=64), nullable=False),
        sa.Column("process", sa.String(length=32), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("worker", "process", name=op.f("pk_staff_presence")),
    )
    op.create_table(
        "wrong_codes",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_wrong_codes")),
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact", sa.String(length=32), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("has_code", sa.Boolean(), nullable=False),
        sa.Column("citizen_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_to", sa.String(length=64), nullable=True),
        sa.Column("offered_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("passed", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_conversations_contact_contacts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("contact", name=op.f("uq_conversations_contact")),
        sa.UniqueConstraint("offered_to", name=op.f("uq_conversations_offered_to")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conversations_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_conversations_ended_at"), ["ended_at"], unique=False)

    op.create_table(
        "citizen_tokens",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name=op.f("fk_citizen_tokens_conversation_conversations")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_citizen_tokens")),
    )
    with op.batch_alter_table("citizen_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_citizen_tokens_conversation"), ["conversation"], unique=False)

    op.create_table(
        "messages",
        sa.Column("conversation", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=True),
        sa.Column("sender", sa.String(length=8), nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name=op.f("fk_messages_conversation_conversations")
        ),
        sa.PrimaryKeyConstraint("conversation", "seq", name=op.f("pk_messages")),
        sa.UniqueConstraint("conversation", "client_id", name=op.f("uq_messages_conversation_client_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tickets",
        sa.Column("ticket", sa.String(length=6), nullable=False),
        sa.Column("conversation", sa.String(length=32), nullable=True),
        sa.Column("code_hash", sa.String(length=120), nullable=True),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name=op.f("fk_tickets_conversation_conversations")
        ),
        sa.PrimaryKeyConstraint("ticket", name=op.f("pk_tickets")),
        sa.UniqueConstraint("conversation", name=op.f("uq_tickets_conversation")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("conversation", sa.String(length=32), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_column("conversation")

    op.drop_table("tickets")
    op.drop_table("messages")
    with op.batch_alter_table("citizen_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_citizen_tokens_conversation"))

    op.drop_table("citizen_tokens")
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conversations_ended_at"))
        batch_op.drop_index(batch_op.f("ix_conversations_changed_at"))

    op.drop_table("conversations")
    op.drop_table("wrong_codes")
    op.drop_table("staff_presence")
