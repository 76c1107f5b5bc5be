"""The people and the weather of the storm: a site with many lines, moods of citizens and workers, faults.

Everything that is chance comes from one seed. Threads make the order of things differ from run to run all
the same: what is checked holds for every order.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.carrier.virtual.faults import Faults
from gateway.carrier.virtual.habits import Habits
from gateway.carrier.virtual.scripts import (
    Answers,
    Caller,
    Declines,
    HangsUpDuringWhisper,
    MayHangUpAt,
    RingsOut,
    Script,
    Voicemail,
)
from routing.roster import Shift

LINES = 50
NIGHT_LINES = 2
# (line or night line, tier) of each worker.
DUTIES = [
    *((f"line{number}", tier) for number in range(LINES) for tier in (1, 1, 1, 1, 2, 2)),
    *((f"night{number}", tier) for number in range(NIGHT_LINES) for tier in (1,) * 6 + (2,) * 4),
]

# People talk and dial as fast as a test likes.
HABITS = Habits(
    dial_seconds=0.3,
    ring_buffer_seconds=1.0,
    characters_per_second=60.0,
    play_seconds=4.0,
    # A machine that has other things to do besides is slow, and not what is tried here.
    webhook_timeout_seconds=30.0,
)


def site() -> str:
    """Fifty lines of six workers each, two pooled night lines with a back-up number each."""
    parts = [
        '[site]\nid = "storm"\nname = "Akutlinjen"\ntimezone = "Europe/Copenhagen"\nlanguages = ["da", "en"]'
    ]
    for number in range(LINES):
        code = f"{number + 101:04}"
        parts.append(
            f'[[municipality]]\ncode = "{code}"\nname = "Kommune {number}"\npostcodes = ["{number + 5001}"]\n'
            f'[[line]]\nid = "line{number}"\nname = "Linje {number}"\nmunicipalities = ["{code}"]\n'
            f'phone = "{line_phone(number)}"\nnight_line = "night{number % NIGHT_LINES}"\n'
            '[line.hours]\nvoice = ["always"]\n[line.ring]\nno_answer_seconds = 5'
        )
    for number in range(NIGHT_LINES):
        parts.append(
            f'[[night_line]]\nid = "night{number}"\nname = "Natlinje {number}"\nhours = ["always"]\n'
            f'backup_phone = "{back_up_phone(number)}"\n[night_line.ring]\nno_answer_seconds = 5'
        )
    for index, (place, _tier) in enumerate(DUTIES):
        serves = "night_lines" if place.startswith("night") else "lines"
        parts.append(
            f'[[worker]]\nid = "w{index}"\nname = "Vagt {index}"\nmobile = "{mobile(index)}"\n'
            f'{serves} = ["{place}"]'
        )
    return "\n".join(parts)


def shifts() -> list[Shift]:
    """Everybody is on duty, yesterday, today and tomorrow."""
    today = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)  # noqa: DTZ005 - any day will do
    start, end = today - timedelta(days=1), today + timedelta(days=2)
    return [Shift(place, tier, f"w{index}", start, end) for index, (place, tier) in enumerate(DUTIES)]


def line_phone(number: int) -> str:
    return f"+45761601{number:02}"


def back_up_phone(number: int) -> str:
    return f"+45761609{number:02}"


def mobile(index: int) -> str:
    return f"+452{index:07}"


@dataclass
class Moods(Script):
    """A worker's phone: each time it rings, another of these, as chance has it."""

    chance: random.Random
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def for_next_call(self) -> Script:
        with self._lock:
            after = self.chance.uniform(0.3, 2.0)
            # Three seconds together count as a conversation; who leaves sooner has colleagues rung.
            talks = self.chance.uniform(2.0, 6.0)
            listens = self.chance.uniform(0.3, 1.5)
            mood = self.chance.random()
        if mood < 0.60:
            return Answers(after, keys=[(listens, "1")], hangs_up_after_connected=talks)
        if mood < 0.70:
            return Answers(after, keys=[(listens, "2")])
        if mood < 0.78:
            return Voicemail(picks_up_after=after, greeting_seconds=2, records_seconds=20)
        if mood < 0.86:
            return Declines(after)
        if mood < 0.94:
            return HangsUpDuringWhisper(after, listens)
        return RingsOut()


def citizen(chance: random.Random) -> Script:
    """Patient, giving up at any moment, or asking to be called back."""
    mood = chance.random()
    if mood < 0.60:
        return Caller(hangs_up_after_connected=chance.uniform(1.0, 4.0) if chance.random() < 0.5 else None)
    if mood < 0.85:
        return MayHangUpAt(seconds=chance.uniform(0.0, 25.0), hangs_up_after_connected=3.0)
    first = chance.uniform(0.5, 5.0)
    return Caller(keys=[(first, "5"), (first + 3, "1#")], hangs_up_after_connected=3.0)


def answers_the_call_back(chance: random.Random) -> Script:
    if chance.random() < 0.6:
        return Answers(chance.uniform(0.5, 3.0), hangs_up_after_connected=chance.uniform(1.0, 3.0))
    return RingsOut()


def weather(seed: int) -> Faults:
    """What goes wrong between the carrier and us: callbacks, documents, and one REST request in ten."""
    return Faults(
        seed,
        lose=0.05,
        double=0.10,
        delay=(0.15, 3.0),
        reorder=0.10,
        fetch_lose=0.005,
        fetch_double=0.05,
        fetch_delay=(0.10, 1.0),
        api_errors={429: 0.03, 500: 0.03, "timeout": 0.01, "timeout-after": 0.02, "garbled": 0.01},
        api_timeout_seconds=6.0,
    )


def citizens(seed: int, calls: int) -> list[tuple[str | None, str, Script]]:
    """(number or None, line's phone, script) of each caller, spread over the lines."""
    chance = random.Random(seed)
    return [
        (None if chance.random() < 0.1 else f"+453{number:07}", line_phone(number % LINES), citizen(chance))
        for number in range(calls)
    ]
