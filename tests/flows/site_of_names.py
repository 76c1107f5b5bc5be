"""The flows' site with names and mobiles that chance does not write, to be looked for afterwards."""

from __future__ import annotations

import re

from tests.flows.readable import Secrets

NAMES = {
    "anna": "Annelise Kvistgård-Thorup",
    "bo": "Bohumil Vestergaard-Ærø",
    "carla": "Carla-Louise Nyborg-Quist",
    "nadia": "Nadezhda Skovgaard-Holt",
    "niels": "Niels-Ebbe Ravnsborg-Lund",
    "koord": "Kirstine Gammeltoft-Frøs",
    "adm": "Astrid-Marie Zahlmann-Bech",
}
# Digits that are no instant, no counter, and no part of one.
MOBILES = (
    "+4529793238", "+4542626433", "+4553832795", "+4561288419", "+4528716939", "+4593937510", "+4571582097",
)  # fmt: skip


def named(site: str, secrets: Secrets) -> str:
    """The site file with these; names and mobiles are among the secrets from now on."""
    for worker, name in NAMES.items():
        site, count = re.subn(rf'(id = "{worker}"\nname = )"[^"]+"', rf'\1"{name}"', site)
        assert count == 1, worker
        secrets.text("a name", name)
    for place, mobile in enumerate(re.findall(r'mobile = "(\+\d+)"', site)):
        site = site.replace(mobile, secrets.number(MOBILES[place]))
    return site
