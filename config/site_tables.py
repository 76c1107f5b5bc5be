"""Each table of a site file on its own, as a value; ``site_references`` asks what one says of another."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from config import texts
from config.site import (
    DEFAULT_EXIT_URL,
    DEFAULT_MOST_NIGHTS,
    DEFAULT_NO_ANSWER_SECONDS,
    Channel,
    ChatPage,
    Line,
    Municipality,
    NightLine,
    Overnight,
    Role,
    SharedNumber,
    Wake,
    Worker,
)
from config.site_table import Table
from config.spelling import did_you_mean, quoted
from config.texts import keys as text_keys
from config.windows import Window, parse_window

SITE = ("id", "name", "timezone", "languages")
MUNICIPALITY = ("code", "name", "postcodes")
LINE = (
    "id", "name", "municipalities", "phone", "partner_phone", "night_line", "hours", "ring",
    "overnight", "texts", "phrases",
)  # fmt: skip
NIGHT_LINE = ("id", "name", "hours", "backup_phone", "ring")
SHARED_NUMBER = ("phone", "lines", "fallback")
WORKER = ("id", "name", "mobile", "lines", "night_lines", "roles", "languages")
RING = ("no_answer_seconds",)
LINE_RING = (*RING, "wake")
OVERNIGHT = ("rooms", "most_nights")
CHAT = ("exit_url", "framed_by")
KEYS: Mapping[str, tuple[str, ...]] = {
    "site": SITE,
    "municipality": MUNICIPALITY,
    "line": LINE,
    "night_line": NIGHT_LINE,
    "shared_number": SHARED_NUMBER,
    "worker": WORKER,
    "chat": CHAT,
}

# Below five seconds a phone has hardly begun to ring; after two minutes the caller has long hung up.
NO_ANSWER_SECONDS = (5, 120)
MOST_NIGHTS = (1, 60)
# A room's name stands in the form as a code: letters, digits, spaces, dots and dashes.
_ROOM = re.compile(r"[\w][\w .-]{0,11}")

# What fits on a button of a phone, and is still read.
PHRASE_CHARACTERS = 300

_FOUR_DIGITS = re.compile(r"[0-9]{4}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")
_WEB_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+(/[!-~]*)?")


def zone(table: Table) -> ZoneInfo:
    name = table.text("timezone")
    try:
        return ZoneInfo(name or "UTC")
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        advice = did_you_mean(name, zoneinfo.available_timezones()) or '; write "Europe/Copenhagen"'
        table.problem(f"timezone {quoted(name)} is not known{advice}", "timezone")
        return ZoneInfo("UTC")


def site_languages(table: Table) -> tuple[str, ...]:
    languages = table.texts("languages", required=True)
    table.known("languages", languages, texts.known_languages(), "language with words in config/texts")
    if table.has("languages") and table.is_empty("languages"):
        table.problem('languages is empty; write at least ["da"]', "languages")
    return languages


def chat_page(table: Table) -> ChatPage:
    table.check_keys()
    exit_url = table.text("exit_url", required=False) or DEFAULT_EXIT_URL
    if not _WEB_ADDRESS.fullmatch(exit_url):
        table.problem(f'exit_url {quoted(exit_url)} is no address of a page; write "https://..."', "exit_url")
    framed_by = table.texts("framed_by")
    for position, origin in enumerate(framed_by):
        if origin and not _ORIGIN.fullmatch(origin):
            advice = 'write it without a path, as in "https://www.example.dk"'
            table.problem(f"framed_by {quoted(origin)} is no site; {advice}", "framed_by", position)
    return ChatPage(exit_url, framed_by)


def municipality(table: Table) -> Municipality:
    table.check_keys()
    code = table.text("code")
    if code and not _FOUR_DIGITS.fullmatch(code):
        advice = f'; write "{code.zfill(4)}"' if code.isdigit() and len(code) < 4 else ""
        table.problem(f"code {quoted(code)} is not the official four digits{advice}", "code")
    postcodes = table.texts("postcodes")
    for position, postcode in enumerate(postcodes):
        if postcode and not _FOUR_DIGITS.fullmatch(postcode):
            table.problem(f"postcode {quoted(postcode)} is not four digits", "postcodes", position)
    return Municipality(code, table.name(), frozenset(postcodes))


def line(table: Table) -> Line:
    table.check_keys()
    municipalities = table.texts("municipalities", required=True)
    if table.has("municipalities") and table.is_empty("municipalities"):
        table.problem("municipalities is empty; name one or more by their code", "municipalities")
    ring = _ring(table, LINE_RING)
    return Line(
        id=table.id(),
        name=table.name(),
        municipalities=municipalities,
        phone=table.phone("phone") or "",
        partner_phone=table.phone("partner_phone", required=False),
        night_line=table.text("night_line", required=False) or None,
        hours=_hours(table.table("hours", tuple(Channel))),
        no_answer_seconds=_no_answer_seconds(ring),
        wake=_wake(ring),
        overnight=_overnight(table) if table.has("overnight") else None,
        texts=_own_words(table.table("texts", texts.known_languages())),
        phrases=_phrases(table.table("phrases", texts.known_languages())),
    )


def night_line(table: Table) -> NightLine:
    table.check_keys()
    return NightLine(
        id=table.id(),
        name=table.name(),
        hours=_windows(table, "hours"),
        backup_phone=table.phone("backup_phone", required=False),
        no_answer_seconds=_no_answer_seconds(_ring(table, RING)),
    )


def shared_number(table: Table) -> SharedNumber:
    table.check_keys()
    lines = table.texts("lines", required=True)
    if table.has("lines") and table.is_empty("lines"):
        table.problem("lines is empty; name the lines that share the number", "lines")
    return SharedNumber(table.phone("phone") or "", lines, table.text("fallback"))


def worker(table: Table) -> Worker:
    table.check_keys()
    roles = table.texts("roles", default=(Role.WORKER,))
    table.known("roles", roles, Role, "role")
    if table.has("roles") and table.is_empty("roles"):
        table.problem('roles is empty; write ["worker"], or leave it out', "roles")
    works = all(role in (Role.WORKER, Role.COORDINATOR) for role in roles)
    if works and table.is_empty("lines") and table.is_empty("night_lines"):
        table.problem(
            "has neither lines nor night_lines; name what they work on (an administrator needs none)"
        )
    languages = table.texts("languages", default=("da",))
    for position, language in enumerate(languages):
        if language and not _LANGUAGE.fullmatch(language):
            table.problem(
                f'language {quoted(language)} is no code; write it as in "da" or "en"', "languages", position
            )
    return Worker(
        id=table.id(),
        name=table.name(),
        mobile=table.phone("mobile") or "",
        lines=table.texts("lines"),
        night_lines=table.texts("night_lines"),
        roles=frozenset(Role(role) for role in roles if role in tuple(Role)),
        languages=languages,
    )


def _hours(table: Table) -> Mapping[Channel, tuple[Window, ...]]:
    table.check_keys(_belongs_above("line.hours", LINE))
    return {Channel(key): _windows(table, key) for key in table if key in tuple(Channel)}


def _windows(table: Table, key: str) -> tuple[Window, ...]:
    windows = []
    if table.has(key) and table.is_empty(key):
        table.problem(f'{key} is empty; write ["never"] or ["always"]', key)
    for position, text in enumerate(table.texts(key, required=True)):
        try:
            windows.append(parse_window(text))
        except ValueError as error:
            table.problem(f"{key}: {error}", key, position)
    return tuple(windows)


def _ring(table: Table, known: tuple[str, ...]) -> Table:
    ring = table.table("ring", known)
    ring.check_keys(_belongs_above("line.ring", (*LINE, *NIGHT_LINE)))
    return ring


def _wake(ring: Table) -> Wake:
    how = ring.text("wake", required=False) or Wake.SMS
    ring.known_one("wake", how, Wake, "way to wake a phone")
    return Wake(how) if how in tuple(Wake) else Wake.SMS


def _no_answer_seconds(ring: Table) -> int:
    low, high = NO_ANSWER_SECONDS
    return ring.seconds("no_answer_seconds", low, high, DEFAULT_NO_ANSWER_SECONDS)


def _overnight(line: Table) -> Overnight:
    table = line.table("overnight", OVERNIGHT)
    table.check_keys(_belongs_above("line.overnight", LINE))
    rooms = table.texts("rooms", required=True)
    if table.has("rooms") and table.is_empty("rooms"):
        table.problem("rooms is empty; name one or more, or leave [line.overnight] out", "rooms")
    for position, room in enumerate(rooms):
        if room and not _ROOM.fullmatch(room):
            table.problem(
                f"room {quoted(room)} may hold 12 letters, digits, spaces, dots and dashes at most",
                "rooms",
                position,
            )
    low, high = MOST_NIGHTS
    return Overnight(rooms, table.whole("most_nights", low, high, DEFAULT_MOST_NIGHTS))


def _own_words(table: Table) -> Mapping[str, Mapping[str, str]]:
    table.check_keys(_belongs_above("line.texts", LINE))
    own: dict[str, dict[str, str]] = {}
    for language in table:
        if language not in texts.known_languages():
            continue
        words = table.table(language, text_keys.KEYS)
        words.check_keys(_belongs_above("line.texts", LINE))
        own[language] = {key: _word(words, key) for key in words if key in text_keys.KEYS}
    return own


def _phrases(table: Table) -> Mapping[str, tuple[str, ...]]:
    table.check_keys(_belongs_above("line.phrases", LINE))
    own = {language: table.texts(language) for language in table if language in texts.known_languages()}
    for language, sentences in own.items():
        for position, sentence in enumerate(sentences):
            if len(sentence) > PHRASE_CHARACTERS:
                table.problem(
                    f"{language} has {len(sentence)} characters in one; use {PHRASE_CHARACTERS} at most",
                    language, position,
                )  # fmt: skip
    return own


def _word(table: Table, key: str) -> str:
    text = table.text(key)
    problem = text_keys.problem_with(key, text) if text.strip() else None
    if problem:
        table.problem(f"{key} {problem}", key)
    return text


def _belongs_above(header: str, keys: tuple[str, ...]) -> Mapping[str, str]:
    """In TOML whatever stands below a header belongs to it: the usual slip, and hard to see."""
    return dict.fromkeys(keys, f"; write it above [{header}], where it still belongs to the line")
