"""Where a called number leads: to one line, or to a night line when nothing tells which line it should be."""

from __future__ import annotations

from dataclasses import dataclass

from config.site import Channel, Line, SharedNumber, Site


@dataclass(frozen=True, slots=True)
class Destination:
    """Exactly one of ``line`` and ``night_line`` is set, whatever was called: somebody must answer.

    ``municipality``: the citizen's own as far as it is known, which is the line's where it has only one.
    ``partner``: the number that police, hospital and doctors call. ``asks_postcode``: a shared number, and
    no postcode was given yet. ``known`` is false for a number that the site does not list.
    """

    line: str | None
    night_line: str | None
    municipality: str | None
    partner: bool = False
    asks_postcode: bool = False
    known: bool = True


def called(
    site: Site, phone: str, postcode: str | None = None, *, channel: Channel = Channel.VOICE
) -> Destination:
    """Where a call or SMS to ``phone`` (E.164, as in the site file) goes.

    ``postcode``: four digits that the citizen gave, on a shared number; elsewhere it has no say.
    ``channel``: of several lines that serve a postcode, one that offers it comes first. Raises ValueError
    for a site without any line, which no site file can hold.
    """
    for line in site.lines.values():
        if phone in (line.phone, line.partner_phone):
            return Destination(line.id, None, own_municipality(line), partner=phone == line.partner_phone)
    for shared in site.shared_numbers:
        if phone == shared.phone:
            return _through_shared(site, shared, postcode, channel)
    return _unknown(site)


def own_municipality(line: Line) -> str | None:
    """The municipality of everybody who calls ``line``; None where it serves several."""
    return line.municipalities[0] if len(line.municipalities) == 1 else None


def _through_shared(site: Site, shared: SharedNumber, postcode: str | None, channel: Channel) -> Destination:
    if postcode is None:
        return Destination(None, shared.fallback, None, asks_postcode=True)
    codes = [code for code, municipality in site.municipalities.items() if postcode in municipality.postcodes]
    # A postcode may lie in two municipalities: one that the number serves comes before one that it doesn't.
    for code in codes:
        serving = [site.lines[line] for line in shared.lines if code in site.lines[line].municipalities]
        if serving:
            line = next((each for each in serving if channel in each.hours), serving[0])
            return Destination(line.id, None, code)
    return Destination(None, shared.fallback, codes[0] if codes else None)


def _unknown(site: Site) -> Destination:
    """Numbers move between carriers and sites: a call to a forgotten one is answered all the same."""
    for shared in site.shared_numbers:
        return Destination(None, shared.fallback, None, known=False)
    for night_line in site.night_lines:
        return Destination(None, night_line, None, known=False)
    for line in site.lines.values():
        return Destination(line.id, None, own_municipality(line), known=False)
    raise ValueError(f"site {site.id} has no line to answer")
