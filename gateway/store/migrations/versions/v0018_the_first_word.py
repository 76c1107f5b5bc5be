"""When a worker first wrote in a contact by chat or SMS. Months of waiting are counted anew with it.

Of earlier contacts it is known where the messages are still there.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# A conversation may have had several contacts, one after the other.
_KNOWN = """
UPDATE contacts SET first_word_at = (
  SELECT min(messages.at) FROM messages
  WHERE messages.conversation = contacts.conversation AND messages.sender = 'worker'
    AND messages.at >= contacts.waiting_since
    AND (contacts.ended_at IS NULL OR messages.at <= contacts.ended_at))
WHERE conversation IS NOT NULL AND channel IN ('sms', 'chat')
"""


def upgrade() -> None:
    op.add_column("contacts", sa.Column("first_word_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(_KNOWN)
    op.execute("UPDATE waiting_months SET is_fresh = false")


def downgrade() -> None:
    op.drop_column("contacts", "first_word_at")
