"""Indexes for lists of contacts that are narrowed down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_KINDS = ["municipality", "channel", "state", "waiting_since"]
_INDEXES = (
    ("ix_contacts_narrowed", ["line", *_KINDS], None),
    ("ix_contacts_night_line_waiting_since", ["night_line", "waiting_since"], "night_line IS NOT NULL"),
    ("ix_contacts_night_narrowed", ["night_line", *_KINDS], "night_line IS NOT NULL"),
    (
        "ix_contacts_answered_by_line_waiting_since",
        ["answered_by", "line", "waiting_since"],
        "answered_by IS NOT NULL",
    ),
)


def upgrade() -> None:
    for name, columns, of in _INDEXES:
        some = None if of is None else sa.text(of)
        op.create_index(name, "contacts", columns, unique=False, sqlite_where=some, postgresql_where=some)


def downgrade() -> None:
    for name, _columns, _of in reversed(_INDEXES):
        op.drop_index(name, table_name="contacts")
