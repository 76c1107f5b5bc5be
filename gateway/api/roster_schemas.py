"""JSON Schemas of what the API takes and gives about rosters."""

from __future__ import annotations

from gateway.api.schemas import INSTANT, Schema, maybe, named, number, several, switch, text, whole, words
from gateway.rosters.planned import PlanState
from gateway.store.absences import AbsenceKind
from gateway.store.swaps import SwapState
from routing.rotation import Unit

CLOCK = text("Local wall-clock time, as 2026-11-22T23:30.")
DAY = text(format="date")
HOURS: Schema = {"type": "number"}
_TIER = number("1 rings first.", minimum=1, maximum=9)
_WHEN = {"start": CLOCK, "end": CLOCK}
_INSTANTS = {"starts": INSTANT, "ends": INSTANT}
_SLOT = {
    "weekdays": several(number("0 is Monday.", minimum=0, maximum=6)),
    "start": text("Local time of day, as 08:00."),
    "minutes": number("How long on the clock.", minimum=1),
    "week": maybe(number("Of the cycle, from 0; null: every week.")),
}
_SHIFT: dict[str, Schema] = {
    "shift": text("Its id, which stays the same over changes; a draft gets another when it is published."),
    "line": text(),
    "tier": _TIER,
    "worker": maybe(text(), "Null: open."),
    **_WHEN,
    **_INSTANTS,
    "state": words(PlanState),
    "published": {"anyOf": [named("PlainShift"), {"type": "null"}]},
    "confirmed": switch("The worker has said that they will come."),
}
_TEMPLATE: dict[str, Schema] = {
    "name": text(minLength=1, maxLength=80),
    "workers": several(text()),
    "slots": several(whole(_SLOT, optional=("week",))),
    "tier": _TIER,
    "weeks": number("Of the cycle.", minimum=1, maximum=52),
    "anchor": text("Any day of the cycle's first week.", format="date"),
    "unit": words(Unit, "How much of the plan is one turn."),
    "skips_holidays": switch("No shift begins on a public holiday."),
}
_SETTINGS: dict[str, Schema] = {
    "swaps_need_consent": switch("A coordinator agrees to swaps."),
    "check_minutes": maybe(number("Ask the worker for a confirmation so long before a shift.")),
    "staffing": several(
        whole(
            {
                "tier": maybe(number("Null: all tiers together.")),
                "windows": several(text("As in the site file: mon-fri 16:00-22:00.")),
                "workers": number("At least so many.", minimum=1, maximum=99),
            }
        )
    ),
}
_NOTICES = {
    "changes": switch("Told of changes of one's own shifts."),
    "reminder_minutes": maybe(number("Before a shift begins; null: never.")),
    "quiet_from": text("No SMS from this time of day, as 22:00."),
    "quiet_until": text("The same as quiet_from: at any time."),
}
_DONE = {"roster_version": number(), "new": switch(), "summary": named("RosterSummary")}
_HOW = {
    "draft": switch("Waits to be published, instead of counting at once."),
    "confirm_gaps": switch("Go on though nobody would be on duty within a week."),
}
_CHANGED = {
    **_SHIFT,
    "shifts": several(named("Shift")),
    "open_shifts": several(named("OpenShift")),
    "left_out": several(text("What could not be, and why.")),
    "version": text("Of the line's plan, as in ETag."),
    "published": {"type": ["object", "null"], "description": "What publishing did; or what was published."},
}
_OVERLAPS = several(whole({"worker": text(), "shifts": several(named("PlainShift"))}))
_SHORT_RESTS = several(whole({"worker": text(), "shifts": several(named("PlainShift")), "hours": HOURS}))


def page(item: str) -> Schema:
    return whole({"items": several(named(item))})


ROSTER_SCHEMAS: dict[str, Schema] = {
    "Shift": whole(_SHIFT),
    "PlainShift": whole({"line": text(), "tier": _TIER, "worker": text(), **_WHEN}),
    "Shifts": whole({"items": several(named("Shift")), "roster_version": number()}),
    "NewShift": whole(
        {"line": text(), "tier": _TIER, "worker": maybe(text()), **_WHEN, **_HOW},
        optional=("tier", "worker", "draft", "confirm_gaps"),
    ),
    "ShiftChange": whole(
        {"tier": _TIER, "worker": maybe(text()), **_WHEN, **_HOW},
        optional=("tier", "worker", "start", "end", "draft", "confirm_gaps"),
    ),
    "ShiftChanged": whole(_CHANGED, optional=tuple(_SHIFT)),
    "ShiftSplit": whole({"at": CLOCK}),
    "Nothing": whole({}),
    "Gap": whole({"line": text(), **_INSTANTS, "channels": several(text())}, optional=("channels",)),
    "ShortOf": whole(
        {"line": text(), **_INSTANTS, "tier": maybe(number()), "wanted": number(), "on_duty": number()},
        optional=("line",),
    ),
    "Gaps": whole({"items": several(named("Gap")), "short_of": several(named("ShortOf"))}),
    "Load": whole(
        {
            "worker": text(),
            "shifts": number(),
            "hours": HOURS,
            "nights": number("With three hours between 23 and 06."),
            "night_hours": HOURS,
            "weekends": number(),
            "weekend_hours": HOURS,
            "holidays": number(),
            "holiday_hours": HOURS,
        }
    ),
    "Loads": page("Load"),
    "Roster": whole(
        {
            "line": text(),
            "version": text("Of the line's plan, as in ETag."),
            "roster_version": number(),
            "shifts": several(named("Shift")),
            "open_shifts": several(named("OpenShift")),
            "gaps": several(named("Gap")),
            "short_of": several(named("ShortOf")),
            "overlaps": _OVERLAPS,
            "short_rests": _SHORT_RESTS,
            "on_holidays": several(named("PlainShift")),
            "loads": several(named("Load")),
            "absences": several(named("Absence")),
        }
    ),
    "WeekCopy": whole({"from": DAY, "to": DAY}),
    "Fill": whole(
        {"template": text(), "from": DAY, "to": DAY, "begins": maybe(text(), "Whose turn is first.")},
        optional=("begins",),
    ),
    "Discard": whole({"shift": maybe(text())}, optional=("shift",)),
    "Publish": whole(
        {"confirm_gaps": switch(), "from": maybe(DAY), "to": maybe(DAY)},
        optional=("confirm_gaps", "from", "to"),
    ),
    "UndoVersion": whole({"confirm_gaps": switch()}, optional=("confirm_gaps",)),
    "RosterPreview": whole(
        {
            "version": text(),
            "stale": several(whole({"draft": text(), "worker": maybe(text()), "start": CLOCK})),
            "summary": named("RosterSummary"),
        }
    ),
    "RosterSummary": whole(
        {
            "changes": number(),
            "workers": several(
                whole(
                    {
                        "worker": text(),
                        "gets": several(named("PlainShift")),
                        "loses": several(named("PlainShift")),
                    }
                )
            ),
            "opens": several(whole({"line": text(), "tier": _TIER, **_WHEN})),
            "filled": several(whole({"open_shift": text(), "line": text(), "tier": _TIER, **_WHEN})),
            "partly_filled": several(whole({"open_shift": text(), "line": text(), "tier": _TIER, **_WHEN})),
            "gaps": several(named("Gap")),
        }
    ),
    "RosterDone": whole(_DONE),
    "RosterPublished": whole({**_DONE, "version": text()}),
    "RosterVersion": whole(
        {
            "version": number(),
            "at": INSTANT,
            "by": text(),
            "what": text(),
            "undoes": maybe(number()),
            "before": several(named("PlainShift")),
            "after": several(named("PlainShift")),
        },
        optional=("before", "after"),
    ),
    "RosterVersions": page("RosterVersion"),
    "OpenShift": whole(
        {"open_shift": text(), "line": text(), "tier": _TIER, **_WHEN, **_INSTANTS, "opened_at": INSTANT}
    ),
    "OpenShifts": page("OpenShift"),
    "Take": whole({"worker": maybe(text())}, optional=("worker",)),
    "Absence": whole(
        {
            "absence": text(),
            "worker": text(),
            "kind": maybe(words(AbsenceKind)),
            **_WHEN,
            "open_shifts": several(named("OpenShift")),
            "published": named("RosterDone"),
        },
        optional=("open_shifts", "published"),
    ),
    "Absences": page("Absence"),
    "NewAbsence": whole({"worker": text(), "kind": words(AbsenceKind), **_WHEN}, optional=("worker",)),
    "Swap": whole(
        {
            "swap": text(),
            "state": words(SwapState),
            "line": text(),
            "giver": text(),
            "taker": text(),
            "shift": {"anyOf": [named("PlainShift"), {"type": "null"}]},
            "in_return": {"anyOf": [named("PlainShift"), {"type": "null"}]},
            "offered_at": INSTANT,
            "awaits": several(text("A line whose coordinator has to say yes, and has not.")),
            "strain": {
                **whole(
                    {"overlaps": _OVERLAPS, "short_rests": _SHORT_RESTS, "away": several(named("PlainShift"))}
                ),
                "description": "Only for whoever is asked, until they answer: what is hard on them.",
            },
        },
        optional=("line", "giver", "taker", "shift", "in_return", "offered_at", "awaits", "strain"),
    ),
    "Swaps": page("Swap"),
    "NewSwap": whole({"shift": text(), "taker": text(), "in_return": maybe(text())}, optional=("in_return",)),
    "SwapAnswer": whole({"accept": switch()}),
    "SwapDecision": whole({"consent": switch()}),
    "Template": whole({"template": text(), "line": text(), **_TEMPLATE}),
    "Templates": page("Template"),
    "NewTemplate": whole(_TEMPLATE, optional=("tier", "weeks", "anchor", "unit", "skips_holidays")),
    "RosterSettings": whole(
        {
            "line": text(),
            "version": text("Another for any other settings; intended gaps are none of it."),
            **_SETTINGS,
            "intended_gaps": several(whole({"gap": text(), **_WHEN})),
        }
    ),
    "NewRosterSettings": whole(
        {
            **_SETTINGS,
            "version": text("Of the settings that were looked at: refused when they have changed."),
        },
        optional=("version",),
    ),
    "IntendedGap": whole(_WHEN),
    "Notices": whole(_NOTICES),
    "CalendarFeed": whole({"address": maybe(text()), "made_at": maybe(INSTANT)}),
}
