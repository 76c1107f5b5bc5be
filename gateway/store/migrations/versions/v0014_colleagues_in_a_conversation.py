"""Colleagues who are in a conversation beside the worker who has it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "joined_workers",
        sa.Column("contact", sa.String(length=32), nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact"], ["contacts.id"], name=op.f("fk_joined_workers_contact_contacts")
        ),
        sa.PrimaryKeyConstraint("contact", "worker", name=op.f("pk_joined_workers")),
    )
    with op.batch_alter_table("joined_workers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_joined_workers_worker"), ["worker"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("joined_workers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_joined_workers_worker"))
    op.drop_table("joined_workers")
