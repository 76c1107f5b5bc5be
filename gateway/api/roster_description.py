"""The part of the API's description that is about rosters."""

from __future__ import annotations

from typing import Any

from gateway.api import problems
from gateway.api.operations import Json, operation, parameter
from gateway.api.problems import Kind
from gateway.api.roster_schemas import DAY
from gateway.api.schemas import number, switch, text

_SEEN = (problems.NOT_FOUND,)
_PLANNED = (problems.NOT_YOURS, problems.NOT_FOUND)
_CHANGED = (*_PLANNED, problems.DOES_NOT_FIT, problems.OUTDATED)


def roster_paths() -> Json:
    line = parameter("line", "path", "A line or night line.", text())
    shift = parameter("shift", "path", "The shift's id.", text())
    version = parameter("version", "path", "Of the roster.", number(minimum=0))
    template = parameter("template", "path", "The template's id.", text())
    swap = parameter("swap", "path", "The swap's id.", text())
    one_line = parameter("line", "query", "A line or night line; all of theirs where left out.", text())
    days = [
        parameter("from", "query", "The first day; today where it is left out.", DAY),
        parameter("to", "query", "The day after the last; a month later where it is left out.", DAY),
    ]
    as_of = parameter("as_of", "query", "The roster as it stood at this instant.", text())
    drafts = parameter("drafts", "query", "With what is prepared (coordinators).", switch())
    if_match = parameter(
        "If-Match", "header", "The ETag of the plan that was looked at: refused when it has changed.", text()
    )
    draft = parameter("draft", "query", "Waits to be published.", switch())
    limit = parameter("limit", "query", "At most so many.", number(minimum=1, maximum=100))
    confirm = parameter("confirm_gaps", "query", "Go on though nobody would be on duty.", switch())

    def at(name: str, summary: str, gives: str, *kinds: Kind, **more: Any) -> Json:
        return operation(name, summary, gives, kinds=kinds, **more)

    return {
        "/shifts": {
            "get": at(
                "listShifts", "Shifts of their lines", "Shifts", *_PLANNED,
                parameters=[
                    one_line, *days, as_of, drafts, parameter("worker", "query", "Of one worker.", text()),
                ],
            ),
            "post": at(
                "makeShift", "A new shift (coordinators)", "ShiftChanged", *_CHANGED, problems.GAPS_OPEN,
                takes="NewShift", status="201", parameters=[if_match],
            ),
        },
        "/shifts/{shift}": {
            "get": at("readShift", "One shift", "Shift", *_SEEN, parameters=[shift]),
            "patch": at(
                "changeShift", "Move, stretch or hand over a shift (coordinators)", "ShiftChanged", *_CHANGED,
                problems.GAPS_OPEN, takes="ShiftChange", parameters=[shift, if_match],
            ),
            "delete": at(
                "removeShift", "Remove a shift (coordinators)", "ShiftChanged", *_CHANGED, problems.GAPS_OPEN,
                parameters=[shift, draft, confirm, if_match],
            ),
        },
        "/shifts/{shift}/split": {
            "post": at(
                "splitShift", "Two shifts of one, as drafts (coordinators)", "ShiftChanged", *_CHANGED,
                takes="ShiftSplit", parameters=[shift, if_match],
            )
        },
        "/shifts/{shift}/confirm": {
            "post": at(
                "confirmShift", "Say that one will come", "Shift", *_SEEN, takes="Nothing", parameters=[shift]
            )
        },
        "/rosters/{line}": {
            "get": at(
                "readRoster", "A line's plan with all that needs a look", "Roster", *_SEEN,
                parameters=[line, *days, as_of, drafts],
            )
        },
        "/rosters/{line}/copy-week": {
            "post": at(
                "copyWeek", "A week's shifts once more, as drafts (coordinators)", "ShiftChanged", *_CHANGED,
                takes="WeekCopy", parameters=[line, if_match],
            )
        },
        "/rosters/{line}/fill": {
            "post": at(
                "fillFromTemplate", "Shifts of a template, as drafts (coordinators)", "ShiftChanged",
                *_CHANGED, takes="Fill", parameters=[line, if_match],
            )
        },
        "/rosters/{line}/undo": {
            "post": at(
                "undoDraft", "Take back one's own last change of the drafts", "ShiftChanged", *_CHANGED,
                takes="Nothing", parameters=[line, if_match],
            )
        },
        "/rosters/{line}/discard": {
            "post": at(
                "discardDrafts", "Throw drafts away (coordinators)", "ShiftChanged", *_CHANGED,
                takes="Discard", parameters=[line, if_match],
            )
        },
        "/rosters/{line}/preview": {
            "get": at(
                "previewRoster", "What publishing would change, and for whom (coordinators)", "RosterPreview",
                *_PLANNED, parameters=[line, *days],
            )
        },
        "/rosters/{line}/publish": {
            "post": at(
                "publishRoster", "Make the drafts count (coordinators)", "RosterPublished", *_CHANGED,
                problems.GAPS_OPEN, takes="Publish", parameters=[line, if_match],
            )
        },
        "/rosters/{line}/versions": {
            "get": at(
                "listRosterVersions", "Who published what (coordinators)", "RosterVersions", *_PLANNED,
                parameters=[line, limit],
            )
        },
        "/rosters/{line}/versions/{version}": {
            "get": at(
                "readRosterVersion", "What a version changed (coordinators)", "RosterVersion", *_PLANNED,
                parameters=[line, version],
            )
        },
        "/rosters/{line}/versions/{version}/undo": {
            "post": at(
                "undoRosterVersion", "Publish the plan as it was before a version (coordinators)",
                "RosterPublished", *_PLANNED, problems.DOES_NOT_FIT, problems.GAPS_OPEN,
                takes="UndoVersion", parameters=[line, version],
            )
        },
        "/rosters/{line}/templates": {
            "get": at("listTemplates", "Templates (coordinators)", "Templates", *_PLANNED, parameters=[line]),
            "post": at(
                "makeTemplate", "A new template (coordinators)", "Template", *_PLANNED,
                takes="NewTemplate", status="201", parameters=[line],
            ),
        },
        "/rosters/{line}/templates/{template}": {
            "put": at(
                "changeTemplate", "Another form of a template (coordinators)", "Template", *_PLANNED,
                takes="NewTemplate", parameters=[line, template],
            ),
            "delete": at(
                "deleteTemplate", "Delete a template (coordinators)", "Template", *_PLANNED,
                parameters=[line, template],
            ),
        },
        "/rosters/{line}/settings": {
            "get": at(
                "readRosterSettings", "Staffing and rules (coordinators)", "RosterSettings", *_PLANNED,
                parameters=[line],
            ),
            "put": at(
                "setRosterSettings", "Set staffing and rules (coordinators)", "RosterSettings", *_PLANNED,
                problems.RULES_CHANGED, takes="NewRosterSettings", parameters=[line],
            ),
        },
        "/rosters/{line}/intended-gaps": {
            "post": at(
                "intendGap", "A gap that is meant to be: no alarm (coordinators)", "RosterSettings",
                *_PLANNED, takes="IntendedGap", status="201", parameters=[line],
            )
        },
        "/rosters/{line}/intended-gaps/{gap}": {
            "delete": at(
                "forgetIntendedGap", "A gap that is not meant to be any more (coordinators)",
                "RosterSettings", *_PLANNED,
                parameters=[line, parameter("gap", "path", "The gap's id.", text())],
            )
        },
        "/gaps": {
            "get": at(
                "listGaps", "When nobody is on duty, or fewer than there should be", "Gaps", *_SEEN,
                parameters=[one_line, *days],
            )
        },
        "/fairness": {
            "get": at(
                "readFairness", "Hours, nights, weekends and holidays by worker (coordinators)", "Loads",
                *_PLANNED, parameters=[one_line, *days],
            )
        },
        "/absences": {
            "get": at("listAbsences", "One's own, and those of one's workers", "Absences", parameters=days),
            "post": at(
                "reportAbsence", "Report an absence: shifts become open ones", "Absence", problems.NOT_YOURS,
                takes="NewAbsence", status="201",
            ),
        },
        "/absences/{absence}": {
            "delete": at(
                "endAbsence", "Can come after all", "Absence", *_SEEN,
                parameters=[parameter("absence", "path", "The absence's id.", text())],
            )
        },
        "/open-shifts": {
            "get": at("listOpenShifts", "Shifts that one could take", "OpenShifts", parameters=days)
        },
        "/open-shifts/{shift}": {
            "delete": at(
                "withdrawOpenShift", "Not needed any more (coordinators)", "OpenShift", *_PLANNED,
                problems.DOES_NOT_FIT, parameters=[shift],
            )
        },
        "/open-shifts/{shift}/take": {
            "post": at(
                "takeOpenShift", "Take an open shift: the first who asks has it", "RosterDone", *_PLANNED,
                problems.DOES_NOT_FIT, takes="Take", parameters=[shift],
            )
        },
        "/swaps": {
            "get": at("listSwaps", "Swaps under way", "Swaps"),
            "post": at(
                "offerSwap", "Offer a colleague one's shift", "Swap", problems.NOT_FOUND,
                problems.DOES_NOT_FIT, takes="NewSwap", status="201",
            ),
        },
        "/swaps/{swap}": {
            "delete": at(
                "withdrawSwap", "Keep the shift", "Swap", *_SEEN, problems.DOES_NOT_FIT, parameters=[swap]
            )
        },
        "/swaps/{swap}/answer": {
            "post": at(
                "answerSwap", "The colleague's yes or no", "Swap", *_SEEN, problems.DOES_NOT_FIT,
                takes="SwapAnswer", parameters=[swap],
            )
        },
        "/swaps/{swap}/decide": {
            "post": at(
                "decideSwap", "A coordinator's yes or no", "Swap", *_PLANNED, problems.DOES_NOT_FIT,
                takes="SwapDecision", parameters=[swap],
            )
        },
        "/notices": {
            "get": at("readNotices", "What one is told by SMS", "Notices"),
            "put": at("setNotices", "Set what one is told by SMS", "Notices", takes="Notices"),
        },
        "/calendar-feed": {
            "get": at("readCalendarFeed", "Whether one's calendar has an address", "CalendarFeed"),
            "post": at(
                "makeCalendarFeed", "A new secret address of one's calendar", "CalendarFeed",
                takes="Nothing", status="201",
            ),
            "delete": at("revokeCalendarFeed", "The address opens nothing any more", "CalendarFeed"),
        },
    }  # fmt: skip
