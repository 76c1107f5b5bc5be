"""A small site as its file tells it, and shifts in few letters."""

from __future__ import annotations

from datetime import datetime

from config.site_file import read_site
from routing.roster import Shift

SITE_TEXT = """
[site]
id = "akutlinjen"
name = "Akutlinjen"
timezone = "Europe/Copenhagen"
languages = ["da", "en"]

[[municipality]]
code = "0561"
name = "Esbjerg"
postcodes = ["6700", "6705"]

[[municipality]]
code = "0751"
name = "Aarhus"
postcodes = ["8000"]

[[line]]
id = "foenix"
name = "Akuttilbuddet Fønix"
municipalities = ["0561"]
phone = "+4576160001"
partner_phone = "+4576160091"
night_line = "vest"
[line.hours]
voice = ["always"]
chat = ["mon-fri 15:00-23:00"]

[[line]]
id = "toften"
name = "Toften"
municipalities = ["0751"]
phone = "+4576160002"
[line.hours]
voice = ["daily 08:00-22:00"]

[[night_line]]
id = "vest"
name = "Natlinjen Vest"
hours = ["daily 23:00-07:00"]
backup_phone = "+4576160099"

[[shared_number]]
phone = "+4570200000"
lines = ["foenix", "toften"]
fallback = "vest"

[[worker]]
id = "w1"
name = "Vagt 1"
mobile = "+4520000001"
lines = ["foenix"]
night_lines = ["vest"]

[[worker]]
id = "w2"
name = "Vagt 2"
mobile = "+4520000002"
lines = ["foenix", "toften"]

[[worker]]
id = "w3"
name = "Vagt 3"
mobile = "+4520000003"
lines = ["toften", "foenix"]
night_lines = ["vest"]
roles = ["worker", "coordinator"]
"""

SITE = read_site(SITE_TEXT)


def wall(text: str) -> datetime:
    """``"22 23:30"`` is that day of November 2026; a whole date stands for itself."""
    return datetime.fromisoformat(text if "-" in text else f"2026-11-{text}")


def shift(line: str, tier: int, worker: str, start: str, end: str) -> Shift:
    return Shift(line, tier, worker, wall(start), wall(end))
