"""The site: municipalities, lines, night lines, shared numbers, workers, as the site file tells them."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from config.windows import Window


class Channel(enum.StrEnum):
    VOICE = "voice"
    SMS = "sms"
    CHAT = "chat"


class Wake(enum.StrEnum):
    """What a mobile gets when its worker does not come to somebody who waits in writing."""

    SMS = "sms"
    CALL = "call"
    NOTHING = "nothing"


class Role(enum.StrEnum):
    WORKER = "worker"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


DEFAULT_NO_ANSWER_SECONDS = 25
# The weather: what anybody looks at.
DEFAULT_EXIT_URL = "https://www.dmi.dk/"


@dataclass(frozen=True, slots=True)
class Municipality:
    code: str
    name: str
    postcodes: frozenset[str] = frozenset()


DEFAULT_MOST_NIGHTS = 3


@dataclass(frozen=True, slots=True)
class Overnight:
    """Rooms that citizens can sleep in, and how many nights in a row are meant to be the most (Viborg: 3).

    A stay needs the citizen's CPR number, for safety (Viborg's model)."""

    rooms: tuple[str, ...]
    most_nights: int = DEFAULT_MOST_NIGHTS


@dataclass(frozen=True, slots=True)
class Line:
    """One offer that citizens call. A channel missing from ``hours`` is not offered.

    ``wake``: what the mobile of a worker gets who does not come when somebody waits in writing.
    ``texts``: the line's own words by language and key, in place of those in ``config/texts``. ``phrases``:
    its own sentences for its workers' messages, by language, before those of ``config/phrases``.
    """

    id: str
    name: str
    municipalities: tuple[str, ...]
    phone: str
    partner_phone: str | None = None
    night_line: str | None = None
    hours: Mapping[Channel, tuple[Window, ...]] = field(default_factory=dict)
    no_answer_seconds: int = DEFAULT_NO_ANSWER_SECONDS
    wake: Wake = Wake.SMS
    overnight: Overnight | None = None
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NightLine:
    id: str
    name: str
    hours: tuple[Window, ...]
    backup_phone: str | None = None
    no_answer_seconds: int = DEFAULT_NO_ANSWER_SECONDS


@dataclass(frozen=True, slots=True)
class SharedNumber:
    phone: str
    lines: tuple[str, ...]
    fallback: str


@dataclass(frozen=True, slots=True)
class Worker:
    id: str
    name: str
    mobile: str
    lines: tuple[str, ...] = ()
    night_lines: tuple[str, ...] = ()
    roles: frozenset[Role] = frozenset({Role.WORKER})
    languages: tuple[str, ...] = ("da",)


@dataclass(frozen=True, slots=True)
class ChatPage:
    """The citizen's chat page. ``exit_url``: where whoever leaves it in a hurry lands.

    ``framed_by``: the origins of sites that may show it on their own pages; none named: any may.
    """

    exit_url: str = DEFAULT_EXIT_URL
    framed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """A whole, valid site. Mappings keep the order of the file."""

    id: str
    name: str
    zone: ZoneInfo
    languages: tuple[str, ...]
    municipalities: Mapping[str, Municipality]
    lines: Mapping[str, Line]
    night_lines: Mapping[str, NightLine]
    shared_numbers: tuple[SharedNumber, ...]
    workers: Mapping[str, Worker]
    chat_page: ChatPage = ChatPage()
