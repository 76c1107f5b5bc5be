"""Each line of a swap that asks for it has a coordinator's yes of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "swap_consents",
        sa.Column("swap", sa.String(length=32), nullable=False),
        sa.Column("line", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["swap"], ["swaps.id"], name=op.f("fk_swap_consents_swap_swaps")),
        sa.PrimaryKeyConstraint("swap", "line", name=op.f("pk_swap_consents")),
    )


def downgrade() -> None:
    op.drop_table("swap_consents")
