"""How long each kind of data is kept, where, and why: one table that both the purge and the report read.

The periods are the domain page's ("Privacy").
"""

from __future__ import annotations

from gateway.privacy.call_data import call_kinds
from gateway.privacy.contact_data import contact_kinds
from gateway.privacy.conversation_data import conversation_kinds
from gateway.privacy.form_data import registration_kinds
from gateway.privacy.kind import Kind
from gateway.privacy.roster_data import roster_kinds
from gateway.privacy.staff_data import staff_kinds
from gateway.privacy.text_data import text_message_kinds


def kinds() -> tuple[Kind, ...]:
    """Every kind of personal data that is stored, in the order in which they are purged; then what stays."""
    return (
        *call_kinds(),
        *staff_kinds(),
        *conversation_kinds(),
        *text_message_kinds(),
        *registration_kinds(),
        *contact_kinds(),
        *roster_kinds(),
    )
