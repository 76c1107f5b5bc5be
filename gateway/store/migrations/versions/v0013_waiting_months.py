"""How long was waited in a line's contacts of a month."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "waiting_months",
        sa.Column("line", sa.String(length=64), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("is_fresh", sa.Boolean(), nullable=False),
        sa.Column("counted", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("line", "month", name=op.f("pk_waiting_months")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("waiting_months")
