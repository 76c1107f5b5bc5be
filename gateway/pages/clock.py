"""Times as people say them, in the site's zone: "kl. 20.15", "for 3 min. siden"."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from gateway.pages.words import DANISH, words
from routing.wall_clock import wall

# On the duty phone at night a bright page is a blow.
DARK_FROM_HOUR, DARK_UNTIL_HOUR = 20, 7

_WEEKDAYS = ("man.", "tirs.", "ons.", "tors.", "fre.", "lør.", "søn.")  # words: weekdays


def is_dark(now: datetime, zone: ZoneInfo) -> bool:
    hour = wall(now, zone).hour
    return hour >= DARK_FROM_HOUR or hour < DARK_UNTIL_HOUR


def at(moment: datetime, now: datetime, zone: ZoneInfo, language: str) -> str:
    """The time of day, with the day where it is another: "kl. 20.15", "fre. kl. 20.15", "24/11 kl. 20.15"."""
    then, today = wall(moment, zone), wall(now, zone).date()
    time = f"{then:%H.%M}" if language == DANISH else f"{then:%H:%M}"
    days = (then.date() - today).days
    if days == 0:
        return words("kl. {time}", language, time=time)
    day = words(_WEEKDAYS[then.weekday()], language) if abs(days) < 7 else f"{then.day}/{then.month}"
    return words("{day} kl. {time}", language, day=day, time=time)


def until(start: datetime, end: datetime, now: datetime, zone: ZoneInfo, language: str) -> str:
    """When a stretch ends, said after its start: the time of day, and the day where that is another."""
    if wall(start, zone).date() != wall(end, zone).date():
        return at(end, now, zone, language)
    return f"{wall(end, zone):%H.%M}" if language == DANISH else f"{wall(end, zone):%H:%M}"


def exact(moment: datetime, zone: ZoneInfo) -> str:
    """For machines and for a touch: date, time and offset."""
    return moment.astimezone(zone).isoformat(timespec="seconds")


def on_touch(moment: datetime, said: str, zone: ZoneInfo, css: str = "", name: str = "") -> Markup:
    """``said`` as an element that shows the exact time on touch (static/times.js); till then it is its title.

    It is a button there: not for within a link. ``name``: its id, where a page fetches a list anew.
    """
    return Markup('<at-touch{}{}><time datetime="{}" title="{}">{}</time></at-touch>').format(
        Markup(' class="{}"').format(css) if css else "",
        Markup(' id="{}"').format(name) if name else "",
        exact(moment, zone),
        exact(moment, zone),
        said,
    )


def to_the_second(moment: datetime, zone: ZoneInfo, language: str) -> str:
    then = wall(moment, zone)
    return f"{then:%H.%M.%S}" if language == DANISH else f"{then:%H:%M:%S}"


def ago(moment: datetime, now: datetime, language: str) -> str:
    """How long ago, in the largest unit."""
    passed = max(timedelta(0), now - moment)
    minutes = int(passed.total_seconds()) // 60
    if minutes < 1:
        return words("lige nu", language)
    if minutes < 60:
        return words("for {count} min. siden", language, count=minutes)
    if minutes < 24 * 60:
        return words("for {count} t. siden", language, count=minutes // 60)
    return words("for {count} d. siden", language, count=minutes // (24 * 60))


def lasted(duration: timedelta) -> str:
    """Minutes and seconds: "0:42", "12:05"."""
    seconds = max(0, int(duration.total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02d}"
