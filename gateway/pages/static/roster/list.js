// The same shifts as a list, day by day, and what needs a look: for the keyboard, for readers, for the phone.

import { day, saidDay } from "./wall.js";

const make = (name, attributes = {}, ...inside) => {
  const element = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  element.append(...inside);
  return element;
};

export function showList(place, plan, { language, words, first, until, opens }) {
  const byDay = new Map();
  const inside = plan.shifts.filter((each) => each.end.slice(0, 10) >= first && each.start.slice(0, 10) < until);
  for (const shift of inside) {
    const on = day(shift.start);
    byDay.set(on, [...(byDay.get(on) ?? []), shift]);
  }
  for (const open of plan.open.filter((each) => each.end.slice(0, 10) >= first && each.start.slice(0, 10) < until)) {
    byDay.set(day(open.start), [...(byDay.get(day(open.start)) ?? []), { ...open, isOpen: true }]);
  }
  const holidays = new Set(plan.holidays);
  place.replaceChildren(
    ...[...byDay.entries()].sort().map(([on, shifts]) =>
      make("section", { class: "roster-day" },
        make("h3", {}, saidDay(on, language), ...(holidays.has(on) ? [mark(words.holiday)] : [])),
        make("ul", { class: "list" }, ...shifts.map((shift) => make("li", {}, shift.isOpen ? openRow(shift, words) : row(shift, words, opens)))),
      ),
    ),
  );
  return byDay.size;
}

// Published without anybody: colleagues are asked to take it, so there is nothing to change here.
function openRow(open, words) {
  const who = make("span", { class: "main" }, make("strong", {}, words.open), make("span", { class: "soft small" }, open.times));
  return make("div", { class: "item" }, who, mark(words.open_mark, "wait"));
}

function row(shift, words, opens) {
  const button = make("button", { type: "button", class: `item roster-shift ${shift.state}`, "data-shift": shift.id });
  const who = make("span", { class: "main" }, make("strong", {}, shift.name), make("span", { class: "soft small" }, shift.times));
  button.append(who);
  if (shift.tier > 1) button.append(mark(words.tier.replace("{tier}", shift.tier)));
  const state = { draft: words.draft, changed: words.changed, removed: words.removed_mark }[shift.state];
  if (state) button.append(mark(state, "still"));
  if (shift.confirmed) button.append(mark(words.confirmed, "good"));
  shift.notes.forEach((note) => button.append(mark(note.mark, "wait")));
  button.addEventListener("click", () => opens(shift.id));
  return button;
}

const mark = (text, kind = "still") => make("span", { class: `mark ${kind}` }, text);

export function showLooks(place, plan, { opens }) {
  place.replaceChildren(
    ...plan.looks.map((look) => {
      const button = make("button", { type: "button", class: "item as-row" }, make("span", { class: "main" }, look.words));
      button.addEventListener("click", () => opens(look));
      return make("li", { class: `look ${look.kind}` }, button);
    }),
  );
}

export function showHours(place, plan, words) {
  place.replaceChildren(
    ...plan.hours.map((each) =>
      make("li", { class: "item" },
        make("span", { class: "main" }, each.name),
        make("span", { class: "soft small" }, words.shifts.replace("{shifts}", each.shifts).replace("{hours}", each.hours)),
      ),
    ),
  );
}

export const items = (texts) => texts.map((text) => make("li", {}, text));
export { make };
