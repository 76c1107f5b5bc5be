"""What a line's registrations of a month come to, and whom they are of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INDEX = "ix_registration_facts_person"


def upgrade() -> None:
    op.create_table(
        "registration_months",
        sa.Column("line", sa.String(length=64), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("is_fresh", sa.Boolean(), nullable=False),
        sa.Column("counted", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("line", "month", name=op.f("pk_registration_months")),
        sqlite_with_rowid=False,
    )
    given = sa.text("person IS NOT NULL")
    op.create_index(
        INDEX, "registration_facts", ["line", "day", "function", "person"],
        postgresql_where=given, sqlite_where=given,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index(INDEX, table_name="registration_facts")
    op.drop_table("registration_months")
