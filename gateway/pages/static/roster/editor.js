// The editor put together: the plan, the calendar, the list, the dialogs and the keys.

import { calendarIn } from "./calendar.js";
import { Dialog } from "./dialogs.js";
import { items, make, showHours, showList, showLooks } from "./list.js";
import { Plan, Refused } from "./plan.js";
import { day, later, middle } from "./wall.js";

const $ = (id) => document.getElementById(id);
const read = (id) => JSON.parse($(id).textContent);

const place = $("editor");
const { line, view, date, token, language } = place.dataset;
const words = read("words");
const plan = new Plan(read("plan"), { line, view, date, token });
const dialogs = Object.fromEntries(["shift", "fill", "copy", "publish", "help"].map((name) => [name, new Dialog(`${name}-dialog`)]));
const workers = [...dialogs.shift.field("worker").options].slice(1).map((each) => ({ id: each.value, name: each.text }));
const buttons = Object.fromEntries([...document.querySelectorAll("[data-do]")].map((each) => [each.dataset.do, each]));

const say = (text) => {
  $("status").textContent = "";
  $("status").textContent = text;
};
const trouble = (text) => {
  $("trouble").textContent = text ?? "";
  $("trouble").hidden = !text;
};
const anyOpen = () => Object.values(dialogs).some((each) => each.isOpen);

const wordsOf = (error) => {
  if (!(error instanceof Refused)) return words.offline;
  if (error.status === 401 || error.status === 403) return words.signed_out;
  return error.message || words.offline;
};

// Refused: show what is there now, and say why. The dialog keeps what was written in it.
async function refused(error, dialog) {
  const isBehind = error instanceof Refused && [404, 409].includes(error.status);
  if (isBehind) await plan.refresh().catch(() => {});
  if (dialog?.isOpen) {
    if (isBehind) dialog.seen = plan.version;
    dialog.say(error instanceof Refused && error.answer.fields ? error.answer.fields : { "": wordsOf(error) });
  } else {
    trouble(wordsOf(error));
  }
}

async function change(what, body, { dialog, seen, done, revert } = {}) {
  trouble("");
  try {
    const answer = await plan.change(what, body, seen);
    dialog?.close();
    const left = answer.left_out?.length ? ` ${words.left_out} ${answer.left_out.join(" ")}` : "";
    say(`${typeof done === "function" ? done(answer) : done ?? words.saved}${left}`);
    return answer;
  } catch (error) {
    revert?.();
    await refused(error, dialog);
    return null;
  }
}

// ---- One shift -------------------------------------------------------------------------------------------

const shiftDialog = dialogs.shift;

function openShift(id, { split = false } = {}) {
  const shift = plan.shift(id);
  if (!shift) return;
  shiftDialog.shift = id;
  shiftDialog.seen = plan.version;
  $("shift-title").textContent = words.edit;
  fillIn({ worker: shift.worker ?? "", start: shift.start, end: shift.end, tier: shift.tier, at: middle(shift.start, shift.end) });
  $("shift-was").hidden = !shift.was;
  $("shift-was").textContent = shift.was ? words.was.replace("{was}", shift.was) : "";
  $("shift-notes").hidden = !shift.notes.length;
  $("shift-notes").replaceChildren(...items(shift.notes.map((note) => note.words)));
  $("split-part").hidden = shift.state === "removed";
  $("split-part").open = split;
  part("remove").hidden = shift.state === "removed";
  part("discard").hidden = shift.state === "published";
  part("save").hidden = shift.state === "removed";
  shiftDialog.open(split ? $("shift-at") : $("shift-worker"));
}

function newShift(start, end, worker = "") {
  const from = start ?? `${plan.now.from > date ? plan.now.from : date}T08:00`;
  shiftDialog.shift = null;
  shiftDialog.seen = plan.version;
  $("shift-title").textContent = words.new;
  fillIn({ worker, start: from, end: end ?? later(from, { minutes: 480 }), tier: 1, at: "" });
  $("shift-was").hidden = $("shift-notes").hidden = $("split-part").hidden = true;
  part("remove").hidden = part("discard").hidden = true;
  part("save").hidden = false;
  shiftDialog.open($("shift-worker"));
}

const part = (name, dialog = shiftDialog) => dialog.element.querySelector(`[data-part="${name}"]`);
const fillIn = (values) => Object.entries(values).forEach(([name, value]) => (shiftDialog.field(name).value = value));
const about = (what) => `shifts/${encodeURIComponent(shiftDialog.shift)}${what}`;

shiftDialog.submitted = () => {
  const { worker, start, end, tier } = shiftDialog.values("worker", "start", "end", "tier");
  const body = { worker: worker || null, start, end, tier };
  const what = shiftDialog.shift === null ? "shifts" : about("");
  change(what, body, { dialog: shiftDialog, seen: shiftDialog.seen });
};
part("split").addEventListener("click", () =>
  change(about("/split"), shiftDialog.values("at"), { dialog: shiftDialog, seen: shiftDialog.seen }),
);
part("remove").addEventListener("click", () =>
  change(about("/remove"), {}, { dialog: shiftDialog, seen: shiftDialog.seen, done: words.removed }),
);
part("discard").addEventListener("click", () =>
  change(about("/discard"), {}, { dialog: shiftDialog, seen: shiftDialog.seen, done: words.discarded }),
);
shiftDialog.element.addEventListener("close", () => calendar.unselect());

// ---- Many at once ----------------------------------------------------------------------------------------

dialogs.fill.submitted = () =>
  change("fill", dialogs.fill.values("template", "from", "to", "begins"), {
    dialog: dialogs.fill,
    seen: dialogs.fill.seen,
    done: ({ touched }) => words.filled.replace("{count}", touched.length),
  });
dialogs.copy.submitted = () =>
  change("copy-week", dialogs.copy.values("from", "to"), {
    dialog: dialogs.copy,
    seen: dialogs.copy.seen,
    done: ({ touched }) => words.filled.replace("{count}", touched.length),
  });

function openFill() {
  const dialog = dialogs.fill;
  dialog.seen = plan.version;
  if (dialog.field("from")) {
    dialog.field("from").value = view === "month" ? `${date.slice(0, 7)}-01` : plan.now.from;
    const next = new Date(Date.UTC(+date.slice(0, 4), +date.slice(5, 7), 0)).toISOString().slice(0, 10);
    dialog.field("to").value = view === "month" ? next : day(later(`${plan.now.until}T00:00`, { days: -1 }));
  }
  dialog.open(dialog.field("template"));
}

function openCopy() {
  dialogs.copy.seen = plan.version;
  dialogs.copy.field("from").value = date;
  dialogs.copy.field("to").value = day(later(`${date}T00:00`, { days: 7 }));
  dialogs.copy.open(dialogs.copy.field("from"));
}

const undo = () => change("undo", {}, { done: words.undone });

// ---- Publishing ------------------------------------------------------------------------------------------

const publishing = dialogs.publish;

async function openPublish() {
  try {
    const found = await plan.ask("preview");
    publishing.seen = found.version;
    showSummary(found);
    publishing.open(part("close", publishing));
  } catch (error) {
    await refused(error);
  }
}

function showSummary(found) {
  const rows = found.workers.map((each) =>
    make("li", { class: "item" }, make("span", { class: "main" }, make("strong", {}, each.name),
      ...each.loses.map((times) => make("span", { class: "told loses" }, `${words.loses} ${times}`)),
      ...each.gets.map((times) => make("span", { class: "told gets" }, `${words.gets} ${times}`)))),
  );
  for (const [title, shifts] of [[words.opens, found.opens], [words.covered, found.filled], [words.partly, found.partly]]) {
    if (!shifts.length) continue;
    rows.push(make("li", { class: "item" }, make("span", { class: "main" }, make("strong", {}, title),
      ...shifts.map((times) => make("span", { class: "told" }, times)))));
  }
  if (!rows.length) rows.push(make("li", { class: "item" }, words.nothing));
  $("publish-workers").replaceChildren(...rows);
  $("confirm-gaps").checked = false;
  showGaps(found.gaps);
  $("publish-stale").hidden = !found.stale?.length;
  $("publish-stale").replaceChildren(make("p", {}, words.stale), make("ul", { class: "plain" }, ...items((found.stale ?? []).map((each) => each.words))));
}

function showGaps(gaps) {
  $("publish-gaps").hidden = !gaps.length;
  $("publish-gaps").querySelector("ul").replaceChildren(...items(gaps));
}

publishing.submitted = async () => {
  try {
    await plan.change("publish", { confirm_gaps: $("confirm-gaps").checked }, publishing.seen);
    publishing.close();
    trouble("");
    say(words.published);
  } catch (error) {
    await refused(error, publishing);
    if (error.answer?.kind === "gaps") {
      showGaps(error.answer.gaps);
      $("confirm-gaps").focus();
    } else if (error.answer?.kind === "outdated") {
      const found = await plan.ask("preview").catch(() => null);
      if (found) {
        publishing.seen = found.version;
        showSummary(found);
      }
    }
  }
};
part("discard", publishing).addEventListener("click", () => {
  if (window.confirm(words.really_discard)) change("discard", {}, { dialog: publishing, seen: publishing.seen, done: words.discarded });
});

// ---- What stands on the page -----------------------------------------------------------------------------

const calendar = calendarIn($("calendar"), {
  view,
  date,
  language,
  words,
  workers,
  plan,
  opens: openShift,
  makes: newShift,
  moves: (id, body, seen, revert) => change(`shifts/${encodeURIComponent(id)}`, body, { seen, revert }),
});

function show(now) {
  const held = focused();
  calendar.show(now);
  const first = view === "month" ? `${date.slice(0, 7)}-01` : now.from;
  const until = view === "month" ? `${date.slice(0, 7)}-32` : now.until;
  const count = showList($("list"), now, { language, words, first, until, opens: openShift });
  $("no-shifts").hidden = count > 0;
  showLooks($("looks"), now, { opens: (look) => goTo(look) });
  $("looks-count").textContent = now.looks.length ? `(${now.looks.length})` : "";
  $("no-looks").hidden = now.looks.length > 0;
  showHours($("hours"), now, words);
  buttons.undo.disabled = !now.undo;
  buttons.publish.disabled = !now.drafts;
  buttons.publish.textContent = now.drafts ? words.publish_count.replace("{count}", now.drafts) : words.publish;
  document.body.dataset.stamp = now.stamp;
  if (held) keepFocus(held);
}

// The next key may come before the next picture: the list has its focus back at once, the calendar, which
// draws itself a little later, as soon as it has drawn.
function keepFocus(held) {
  focusOn(held);
  queueMicrotask(() => focusOn(held));
  requestAnimationFrame(() => focusOn(held));
}

// A gap is mended by a new shift over it; anything else by the shift that begins there.
function goTo(look) {
  if (look.kind === "gap") {
    const gap = plan.now.gaps.find((each) => each.start === look.at);
    if (gap) return newShift(gap.start, gap.end);
  }
  const shift = plan.now.shifts.find((each) => each.start === look.at && each.notes.some((note) => note.kind === look.kind));
  if (shift) openShift(shift.id);
  else newShift(look.at);
}

// ---- Keys ------------------------------------------------------------------------------------------------

function focused() {
  const active = document.activeElement;
  const named = active?.closest("[data-shift]");
  if (!named) return null;
  return { id: named.dataset.shift, inList: Boolean(active.closest("#list")) };
}

function focusOn({ id, inList }) {
  if (anyOpen() || (document.activeElement && document.activeElement !== document.body)) return;
  document.querySelector(`#${inList ? "list" : "calendar"} [data-shift="${CSS.escape(id)}"]`)?.focus();
}

function step(by) {
  const rows = [...document.querySelectorAll("#list [data-shift]")];
  const at = rows.findIndex((each) => each.dataset.shift === focused()?.id);
  rows[Math.min(rows.length - 1, Math.max(0, at + by))]?.focus();
}

const HALF_HOUR = 30;
const moved = (shift, by) => ({ start: later(shift.start, by), end: later(shift.end, by) });
const stretched = (shift, by) => ({ end: later(shift.end, by) });

function moveBy(body) {
  const { id } = focused();
  change(`shifts/${encodeURIComponent(id)}`, body(plan.shift(id)));
}

function onKey(event) {
  if (anyOpen() || event.target.closest("input, select, textarea")) return;
  const held = focused();
  const shift = held && plan.shift(held.id);
  const { key, altKey, shiftKey, ctrlKey, metaKey } = event;
  const plainly = !altKey && !ctrlKey && !metaKey;
  const arrows = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -1, ArrowRight: 1 };
  let act = null;
  if (shift && altKey && !ctrlKey && key in arrows) {
    const isDay = key === "ArrowLeft" || key === "ArrowRight";
    const by = isDay ? { days: arrows[key] } : { minutes: HALF_HOUR * arrows[key] };
    act = () => moveBy((each) => (shiftKey && !isDay ? stretched(each, by) : moved(each, by)));
  } else if (plainly && (key === "ArrowUp" || key === "ArrowDown") && held?.inList) {
    act = () => step(arrows[key]);
  } else if (shift && plainly && key.toLowerCase() === "d") {
    act = () => openShift(held.id, { split: true });
  } else if (shift && plainly && key === "Delete") {
    act = () => change(`shifts/${encodeURIComponent(held.id)}/remove`, {}, { done: words.removed });
  } else if (plainly && key.toLowerCase() === "n") {
    act = () => newShift(shift ? shift.end : undefined);
  } else if (plainly && key.toLowerCase() === "u" && !buttons.publish.disabled) {
    act = openPublish;
  } else if (plainly && key === "?") {
    act = () => dialogs.help.open();
  }
  if (act) {
    event.preventDefault();
    event.stopPropagation();
    act();
  }
}

place.addEventListener("keydown", onKey, { capture: true });
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !anyOpen()) {
    if (event.target.closest("input, select, textarea") || buttons.undo.disabled) return;
    event.preventDefault();
    undo();
  }
});

const doing = { new: () => newShift(), fill: openFill, copy: openCopy, undo, publish: openPublish, help: () => dialogs.help.open() };
Object.entries(doing).forEach(([name, act]) => buttons[name].addEventListener("click", () => act()));
dialogs.help.submitted = () => dialogs.help.close();

plan.onShown(show);
show(plan.now);
plan.watch({
  changed: () => {
    say(words.colleague);
    // Whoever was refused just now reads that their change was not saved: that says more.
    for (const each of [shiftDialog, dialogs.fill, dialogs.copy, publishing])
      if (each.isOpen && !each.complains) each.say({ "": words.colleague });
  },
  lost: (error) => trouble(error instanceof Refused ? wordsOf(error) : words.lost),
  found: () => {
    if ([words.lost, words.signed_out].includes($("trouble").textContent)) trouble("");
  },
});
place.dataset.ready = "yes";
