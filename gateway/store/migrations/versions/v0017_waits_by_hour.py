"""Kept months of waiting tell of each hour of the day, too: they are counted anew."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE waiting_months SET is_fresh = false")


def downgrade() -> None:
    """What is kept has what it had, and more that nobody looks at."""
