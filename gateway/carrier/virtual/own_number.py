"""A number of the account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class OwnNumber:
    """A number of the account, and where its calls and texts are handled."""

    sid: str
    phone: str
    created_at: datetime
    voice_url: str = ""
    voice_fallback_url: str = ""
    status_callback: str = ""
    sms_url: str = ""
    sms_fallback_url: str = ""
