"""What the citizen's page says before anything has happened: where it leads, and whom to call instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import jinja2

from chat.answers import when
from chat.widget.assets import asset
from chat.widget.words import LANGUAGES, words_in
from config.phone_numbers import as_people_write_it
from config.site import Channel, Line, Site
from gateway.conversations import opening
from gateway.conversations.opening import ClosedError, NoSuchLineError, Wanted

WHERE = ("line", "municipality", "postcode")
LONGEST_QUERY = 500
_HOME = "+45 "


@dataclass(frozen=True, slots=True)
class Phone:
    """``number`` in E.164, ``shown`` as people write it."""

    name: str
    number: str
    shown: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page's address says. ``where``: one of WHERE, or nothing when that leads nowhere.

    ``has_chat``: false for a line that is there to be called, and is never written to.
    """

    language: str
    where: Mapping[str, str]
    line: Line | None
    closed: ClosedError | None
    has_chat: bool = True


def asked(site: Site, query: str, now: datetime) -> Asked:
    """``query`` as it stands in an address. Whatever is wrong with it is left out: the page asks instead."""
    given = {name: values[0] for name, values in parse_qs(query[:LONGEST_QUERY]).items()}
    language = given.get("language", "")
    if language not in LANGUAGES:
        language = next((each for each in site.languages if each in LANGUAGES), LANGUAGES[0])
    for name in WHERE:
        if name in given:
            try:
                line, _municipality = opening.place(site, Wanted(**{name: given[name]}), Channel.CHAT, now)
            except NoSuchLineError:
                called = _line_without_chat(site, name, given[name], now)
                if called is None:
                    continue
                return Asked(language, {name: given[name]}, called, ClosedError(called, None), has_chat=False)
            except ClosedError as closed:
                return Asked(language, {name: given[name]}, closed.line, closed)
            return Asked(language, {name: given[name]}, line, None)
    return Asked(language, {}, None, None)


def _line_without_chat(site: Site, name: str, value: str, now: datetime) -> Line | None:
    """The line that an address names, where it is offered on the telephone."""
    try:
        line, _municipality = opening.place(site, Wanted(**{name: value}), Channel.VOICE, now)
    except NoSuchLineError:
        return None
    except ClosedError as closed:
        return closed.line
    return line


def rendered(site: Site, query: str, now: datetime) -> str:
    """The page as HTML. Raises NotBuiltError."""
    about = asked(site, query, now)
    words = words_in(about.language)
    phones = _phones(site, about.line)
    other = next(each for each in LANGUAGES if each != about.language)
    return _template().render(
        w=words.page,
        language=about.language,
        other_language=other,
        other_address="?" + urlencode({**about.where, "language": other}),
        site_name=site.name,
        line=about.line,
        has_chat=about.has_chat,
        phones=phones,
        phone=phones[0] if phones else None,
        places=_places(site),
        asset=lambda name: asset(name).address,
        told=_told(site, about, words.script, phones),
        exit_url=site.chat_page.exit_url,
    )


def shown(number: str) -> str:
    """A number as its citizens write it: at home without its country."""
    return as_people_write_it(number).removeprefix(_HOME).replace(" ", "\N{NO-BREAK SPACE}")


def _told(site: Site, about: Asked, script_words: Mapping[str, Any], phones: list[Phone]) -> dict[str, Any]:
    """What the page's script has to know."""
    closed = about.closed
    return {
        "words": dict(script_words),
        "where": dict(about.where),
        "language": about.language,
        "site": site.name,
        "zone": site.zone.key,
        "exit": site.chat_page.exit_url,
        "phones": [asdict(each) for each in phones],
        "lines": {line.id: asdict(_phone_of(line)) for line in site.lines.values()},
        "places": {} if about.where else _places(site),
        "closed": closed
        and {
            "phone": closed.line.phone,
            "has_chat": about.has_chat,
            "opens_at": when(closed.opens_at) if closed.opens_at else None,
        },
    }


def _phones(site: Site, line: Line | None) -> list[Phone]:
    """Whom to call instead: the line's number; as long as no line is known, what several share, or each."""
    if line is not None:
        return [_phone_of(line)]
    shared = [Phone(site.name, each.phone, shown(each.phone)) for each in site.shared_numbers]
    return shared or [_phone_of(each) for each in site.lines.values()]


def _phone_of(line: Line) -> Phone:
    return Phone(line.name, line.phone, shown(line.phone))


def _places(site: Site) -> dict[str, str]:
    """The municipalities where somebody can be written to: code by name."""
    written = {
        code for line in site.lines.values() if Channel.CHAT in line.hours for code in line.municipalities
    }
    return {each.name: code for code, each in site.municipalities.items() if code in written}


@cache
def _template() -> jinja2.Template:
    folder = jinja2.FileSystemLoader(Path(__file__).parent / "templates")
    environment = jinja2.Environment(
        loader=folder, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("page.html")
