// The calendar: shows the plan, and says what was dragged. Its own dates are never read, only how far something
// was dragged: it would make them local times of this browser, and those skip an hour in spring.

import { createCalendar, DayGrid, Interaction, ResourceTimeline, TimeGrid } from "../vendor/event-calendar/event-calendar.js";
import { dragged, later, time } from "./wall.js";

const VIEWS = { month: "dayGridMonth", week: "timeGridWeek", day: "timeGridDay", workers: "resourceTimelineWeek" };
const OPEN = "open";
const NOBODY = "nobody";

export function calendarIn(place, { view, date, language, words, workers, plan, opens, makes, moves }) {
  const drag = { seen: null, broken: false };
  // A change is meant for the plan that was pressed on: a colleague may be quicker than the hand that then moves.
  const pressed = (event) => {
    if (event.isPrimary) drag.seen = plan.version;
  };
  place.addEventListener("pointerdown", pressed, { capture: true });
  window.addEventListener("pointercancel", (event) => broken(event, place, drag), { capture: true });
  const begins = () => {
    plan.held = true;
  };
  // The click that ends a drag opens nothing.
  const ends = () => {
    plan.held = false;
    drag.ended = performance.now();
  };
  const clicked = ({ shift, gap }) => {
    if (performance.now() - (drag.ended ?? -1000) < 100) return;
    if (shift) opens(shift.id);
    else if (gap) makes(gap.start, gap.end);
  };
  const calendar = createCalendar(place, [DayGrid, TimeGrid, ResourceTimeline, Interaction], {
    view: VIEWS[view],
    date,
    locale: language === "da" ? "da-DK" : "en-GB",
    firstDay: 1,
    headerToolbar: { start: "", center: "", end: "" },
    allDaySlot: false,
    editable: true,
    selectable: true,
    eventResizableFromStart: true,
    eventStartEditable: true,
    height: view === "month" ? undefined : view === "workers" ? undefined : "66rem",
    slotDuration: view === "workers" ? "02:00" : "00:30",
    slotLabelInterval: view === "workers" ? "06:00" : "01:00",
    snapDuration: view === "workers" ? "00:30" : "00:15",
    slotHeight: 22,
    slotWidth: 18,
    scrollTime: "06:00",
    longPressDelay: 400,
    slotEventOverlap: false,
    dayHeaderFormat: view === "month" ? { weekday: "short" } : { weekday: "short", day: "numeric", month: "numeric" },
    resources: [
      { id: NOBODY, title: words.gap },
      { id: OPEN, title: words.open },
      ...workers.map((each) => ({ id: each.id, title: each.name })),
    ],
    events: [],
    eventContent: ({ event }) => ({ domNodes: content(event.extendedProps, words, clicked) }),
    select: ({ startStr, endStr, allDay, resource }) => {
      if (drag.broken) return calendar.unselect();
      const worker = resource && ![OPEN, NOBODY].includes(resource.id) ? resource.id : "";
      if (allDay) makes(`${startStr.slice(0, 10)}T08:00`, `${later(endStr, { days: -1 }).slice(0, 10)}T16:00`, worker);
      else makes(startStr.slice(0, 16), endStr.slice(0, 16), worker);
    },
    dateClick: ({ dateStr, allDay, resource }) => {
      const start = allDay || dateStr.length < 16 ? `${dateStr.slice(0, 10)}T08:00` : dateStr.slice(0, 16);
      const worker = resource && ![OPEN, NOBODY].includes(resource.id) ? resource.id : "";
      makes(start, later(start, { minutes: 480 }), worker);
    },
    eventDragStart: begins,
    eventResizeStart: begins,
    eventDragStop: ends,
    eventResizeStop: ends,
    eventDrop: ({ event, delta, newResource, revert }) => {
      const { shift } = event.extendedProps;
      const change = { start: dragged(shift.start, delta), end: dragged(shift.end, delta) };
      if (drag.broken || newResource?.id === NOBODY || (!newResource && isSame(shift, change))) return revert();
      if (newResource) change.worker = newResource.id === OPEN ? null : newResource.id;
      moves(shift.id, change, drag.seen, revert);
    },
    eventResize: ({ event, startDelta, endDelta, revert }) => {
      const { shift } = event.extendedProps;
      const change = { start: dragged(shift.start, startDelta), end: dragged(shift.end, endDelta) };
      if (drag.broken || isSame(shift, change)) return revert();
      moves(shift.id, change, drag.seen, revert);
    },
  });
  new MutationObserver(() => tidy(place)).observe(place, { childList: true, subtree: true, characterData: true });
  tidy(place);
  return {
    show: (now) => calendar.setOption("events", events(now, view)),
    unselect: () => calendar.unselect(),
  };
}

// What the screen breaks off (a call comes, a second hand) the calendar would leave hanging, and the plan held. So it is
// told that the finger was lifted, and what it then says is taken back.
function broken(event, place, drag) {
  if (!place.querySelector(".ec-preview")) return;
  event.stopImmediatePropagation();
  drag.broken = true;
  const { isPrimary, pointerId, pointerType, clientX, clientY } = event;
  place.dispatchEvent(new PointerEvent("pointerup", { isPrimary, pointerId, pointerType, clientX, clientY, bubbles: true }));
  drag.broken = false;
}

const isSame = (shift, { start, end }) => shift.start === start && shift.end === end;

// Hours as they stand in the plan, also in the night in which this browser's own clock skips one of them. And the
// calendar calls itself a table without being one: to a reader it is a group of shifts.
function tidy(place) {
  for (const label of place.querySelectorAll(".ec-slot time")) {
    const said = time(label.dateTime);
    if (label.textContent !== said) label.textContent = said;
  }
  for (const each of place.querySelectorAll("[role=row], [role=cell], [role=columnheader], [role=rowheader], [role=rowgroup]")) {
    each.removeAttribute("role");
  }
  for (const each of place.querySelectorAll("[aria-colindex]")) each.removeAttribute("aria-colindex");
  const table = place.querySelector("[role=table]");
  table?.setAttribute("aria-labelledby", "calendar-name");
  table?.setAttribute("role", "group");
}

function events(now, view) {
  const shifts = now.shifts.map((shift) => ({
    id: shift.id,
    start: shift.start,
    end: shift.end,
    resourceIds: [shift.worker ?? OPEN],
    editable: shift.state !== "removed",
    classNames: ["shift", shift.state, ...(shift.worker ? [] : ["open"]), ...shift.notes.map((note) => note.kind)],
    extendedProps: { shift },
  }));
  const gaps = now.gaps.map((gap, number) => ({
    id: `gap-${number}`,
    start: gap.start,
    end: gap.end,
    resourceIds: [NOBODY],
    editable: false,
    classNames: ["gap"],
    extendedProps: { gap },
  }));
  const open = now.open.map((each) => ({
    id: `open-${each.id}`,
    start: each.start,
    end: each.end,
    resourceIds: [OPEN],
    editable: false,
    classNames: ["open", "published"],
    extendedProps: { open: each },
  }));
  const away = view !== "workers" ? [] : now.absences.map((each, number) => ({
    id: `away-${number}`,
    start: each.start,
    end: each.end,
    resourceIds: [each.worker],
    editable: false,
    classNames: ["away"],
    extendedProps: { away: each },
  }));
  return [...gaps, ...shifts, ...open, ...away];
}

function content({ shift, gap, open, away }, words, clicked) {
  const place = document.createElement("span");
  place.className = "event-words";
  if (shift || gap) {
    place.tabIndex = 0;
    place.setAttribute("role", "button");
    place.addEventListener("click", () => clicked({ shift, gap }));
    place.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      clicked({ shift, gap });
    });
  }
  const part = (name, text) => {
    const span = document.createElement("span");
    span.className = name;
    span.textContent = text;
    place.append(span, " ");
  };
  if (!shift) {
    const other = gap ?? open ?? away;
    if (!other) return [place]; // the stretch that is being dragged out
    part("times", other.times ?? `${time(other.start)}–${time(other.end)}`);
    part("name", gap ? words.gap : open ? words.open : words.away);
    return [place];
  }
  place.dataset.shift = shift.id;
  part("times", `${time(shift.start)}–${time(shift.end)}`);
  part("name", shift.name);
  if (shift.tier > 1) part("mark-in", words.tier.replace("{tier}", shift.tier));
  const state = { draft: words.draft, changed: words.changed, removed: words.removed_mark }[shift.state];
  if (state) part("mark-in", state);
  shift.notes.forEach((note) => part("mark-in warn", note.mark));
  return [place];
}
