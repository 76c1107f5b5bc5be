// The page: what is pressed, and what is shown of it.

import { Chat } from "./chat.js";
import { goAway, onQuickExit } from "./exit.js";
import { afterAWhile } from "../../../gateway/pages/static/loading.js";
import { followKeyboard, growing } from "./keyboard.js";
import { Log } from "./log.js";
import { asWritten, callLine, callNumber, numberShown, offer } from "./phones.js";
import { placeOf } from "./place.js";
import { busy, filled, parts, say, show, shownScreen, told, words } from "./screens.js";
import { Refused } from "./wire.js";

const SLOW_MS = 8000;
const LOST_MS = 1000;
const QUIET_MS = 500;
const TITLE = document.title;
const names = { citizen: words.from_citizen, worker: words.from_worker, system: told.site };
const problems = {
  not_found: words.wrong_ticket,
  invalid: words.digits_missing,
  wrong_code: words.wrong_code,
  locked: words.locked,
  rate_limited: words.too_many,
  gone: words.gone,
};

let where = told.where;
let unread = 0;
let isInSight = true; // false while a site that shows us has put us away
let lost; // the timer that says so

const log = new Log(parts.log, words, names);
const grow = growing(parts.field);
const chat = new Chat({
  message(message) {
    log.add(message);
    if (message.from !== "citizen") notice();
  },
  item: (item, message) => log.item(item, message),
  refused({ code, error }) {
    if (code === "closed") say(parts["talk-problem"], filled(words.closed, { number: asWritten(error.phone) }));
    else if (code !== "gone") say(parts["talk-problem"], code === "too_long" ? words.too_long : words.not_sent);
  },
  anew: () => log.clearSaid(),
  typing(on) {
    say(parts.typing, on ? words.typing : "");
  },
  state: showState,
  link(isUp) {
    clearTimeout(lost);
    if (isUp) return showState();
    lost = setTimeout(() => {
      parts.status.dataset.lost = "";
      say(parts.status, words.offline);
    }, LOST_MS);
    return undefined;
  },
  over: () => leftWith(words.gone, { focus: false }),
});

// --- what is shown ---

let state = {};

function showState(now = state) {
  state = now;
  delete parts.status.dataset.lost;
  say(parts.status, stateWords());
  if (state.state !== "answered") say(parts.typing, "");
  parts.instead.hidden = !state.phone || state.state !== "waiting";
  if (state.phone) {
    callNumber(state.phone);
    offer(parts["instead-phone"], state.phone);
  }
  const isOver = state.state === "ended" && !chat.mayGoOn;
  const isInside = parts.composer.contains(document.activeElement);
  parts.composer.hidden = parts.more.hidden = isOver;
  parts.after.hidden = !isOver;
  parts["erase-ends"].hidden = isOver;
  if (isOver && isInside) document.getElementById("talk-heading").focus();
  if (isOver && shownScreen() === "options") show("talk");
  if (isOver) log.toEnd();
}

function stateWords() {
  if (state.state === "answered") return words.answered;
  if (state.state === "ended") return chat.mayGoOn ? words.came_back : words.ended;
  if (state.somebody_is_there === false) {
    return filled(words.nobody, { number: state.phone ? asWritten(state.phone) : numberShown() });
  }
  const place = state.position > 1 ? filled(words.waiting, state) : words.waiting_next;
  return `${place} ${words.waiting_write}`;
}

/** Something new, told without a word of it. */
function notice() {
  if (isInSight && !document.hidden && shownScreen() === "talk") return;
  unread += 1;
  if (document.hidden) document.title = `(${unread}) ${TITLE}`;
  say(parts.unread, unread === 1 ? words.unread_one : filled(words.unread, { count: unread }));
  toParent("news", { unread });
}

function seen() {
  if (!isInSight || document.hidden || shownScreen() !== "talk") return;
  unread = 0;
  document.title = TITLE;
  say(parts.unread, "");
  toParent("news", { unread });
}

/** A site that shows us hears how many messages are new, and no word of them. */
function toParent(what, more) {
  if (window.parent !== window) parent.postMessage({ akutlinjen: what, ...more }, "*");
}

function talk() {
  leadBack();
  show("talk");
  grow();
  log.toEnd();
  seen();
}

/** What was left is not shown again: from there on the way back leads to the last screen. */
function leadBack() {
  for (const button of document.querySelectorAll("[data-go=talk], [data-go=left]")) {
    button.hidden = chat.hasLeft !== (button.dataset.go === "left");
  }
}

function leftWith(text, options) {
  log.clear();
  leadBack();
  parts["left-kept"].hidden = !chat.hasLeft;
  parts["erase-ends"].hidden = chat.hasLeft;
  say(parts["left-problem"], "");
  say(parts.left, text);
  show("left", options);
}

function showClosed({ phone, has_chat: hasChat, opens_at: opensAt }) {
  const number = asWritten(phone);
  say(parts.closed, filled(hasChat === false ? words.no_chat : words.closed, { number }));
  offer(parts["closed-phone"], phone);
  say(parts.opens, opensAt ? filled(words.opens_at, { time: clock(opensAt) }) : "");
  callNumber(phone);
}

const clock = (at) =>
  new Date(at).toLocaleString(told.language === "da" ? "da-DK" : "en-GB", {
    weekday: "long",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: told.zone,
  });

// --- start ---

async function start() {
  say(parts["start-problem"], "");
  parts.place?.removeAttribute("aria-invalid");
  if (parts.place) {
    const place = placeOf(parts.place.value);
    if (!place) return wrongPlace(parts.place.value.trim() ? words.place_unknown : words.place_missing);
    where = place;
  }
  const heard = afterAWhile(() => say(parts["start-status"], words.starting));
  const slow = setTimeout(() => say(parts["start-status"], words.connecting_slow), SLOW_MS);
  try {
    await chat.start({ ...where, language: told.language });
    callLine(chat.line);
    talk();
  } catch (error) {
    chat.forget();
    const code = error instanceof Refused ? error.code : "";
    if (code === "closed") {
      showClosed(error.error);
      show("closed");
    } else if (code === "not_found") wrongPlace(words.no_line);
    else if (code === "invalid") wrongPlace(words.place_unknown);
    else say(parts["start-problem"], words.too_many);
  } finally {
    heard();
    clearTimeout(slow);
    say(parts["start-status"], "");
  }
  return undefined;
}

function wrongPlace(text) {
  say(parts["start-problem"], text);
  parts.place?.setAttribute("aria-invalid", "true");
  parts.place?.focus();
}

parts["start-form"].addEventListener("submit", (event) => {
  event.preventDefault();
  busy(parts.start, start);
});
for (const name of ["again", "anew", "retry"]) {
  parts[name].addEventListener("click", () =>
    busy(parts[name], async () => {
      chat.forget();
      log.clear();
      show("start", { focus: false });
      document.getElementById("start-heading").focus();
      if (!parts.place || parts.place.value) await busy(parts.start, start);
    }),
  );
}

// --- back with ticket and code ---

const digitsOf = (field) => field.value.replace(/[\s\u00a0-]/g, "");

async function resume() {
  say(parts["resume-problem"], "");
  const [ticket, code] = [digitsOf(parts.ticket), digitsOf(parts.code)];
  if (!/^\d{6}$/.test(ticket) || !/^\d{8}$/.test(code)) {
    say(parts["resume-problem"], words.digits_missing);
    (/^\d{6}$/.test(ticket) ? parts.code : parts.ticket).focus();
    return;
  }
  try {
    log.clear();
    log.quiet(true);
    await chat.resume(ticket, code);
    parts.ticket.value = parts.code.value = "";
    talk();
  } catch (error) {
    chat.forget();
    say(parts["resume-problem"], (error instanceof Refused && problems[error.code]) || words.no_code);
  } finally {
    setTimeout(() => log.quiet(false), QUIET_MS);
  }
}

parts["resume-form"].addEventListener("submit", (event) => {
  event.preventDefault();
  busy(parts.resume, resume);
});

// --- talk ---

function write() {
  const text = parts.field.value;
  if (!text.trim()) return;
  say(parts["talk-problem"], "");
  chat.write(text);
  parts.field.value = "";
  grow();
  parts.field.focus();
}

parts.composer.addEventListener("submit", (event) => {
  event.preventDefault();
  write();
});
parts.field.addEventListener("input", () => chat.types(!parts.field.value.trim()));
parts.field.addEventListener("keydown", (event) => {
  // On a phone the key for a new line is one; with a real keyboard Enter sends, and Shift and Enter is a new line.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
  event.preventDefault();
  write();
});

async function number(problem) {
  say(problem, "");
  try {
    const code = await chat.code();
    say(parts["ticket-shown"], `${chat.ticket.slice(0, 3)} ${chat.ticket.slice(3)}`);
    say(parts["code-shown"], `${code.slice(0, 4)} ${code.slice(4)}`);
    show("code");
  } catch (error) {
    say(problem, (error instanceof Refused && problems[error.code]) || words.no_code);
  }
}

async function leave(erase, problem) {
  say(problem, "");
  try {
    await chat.leave(erase);
    leftWith(erase ? words.erased : words.left);
  } catch {
    say(problem, erase ? words.erase_later : words.confirm_end);
  }
}

const onPress = (name, act) => parts[name].addEventListener("click", () => busy(parts[name], act));
onPress("number", () => number(parts["options-problem"]));
onPress("number-after", () => number(parts["talk-problem"]));
onPress("number-left", () => number(parts["left-problem"]));
onPress("end", () => leave(false, parts["options-problem"]));
onPress("erase", () => leave(true, parts["erase-problem"]));

// --- everywhere ---

for (const button of document.querySelectorAll("[data-go]")) {
  button.addEventListener("click", () => (button.dataset.go === "talk" ? talk() : show(button.dataset.go)));
}
// In place of this page, not after it: whoever goes back leaves.
parts.other.addEventListener("click", (event) => {
  event.preventDefault();
  location.replace(parts.other.href);
});
document.addEventListener("visibilitychange", seen);
followKeyboard(() => shownScreen() === "talk" && log.toEnd());

function vanish() {
  chat.vanish();
  goAway(told.exit);
}
onQuickExit(parts.leave, vanish);
// Whoever goes on to another page finds nothing when they come back, as after a reload.
addEventListener("pagehide", (event) => {
  if (!event.persisted) return;
  chat.forget();
  document.documentElement.replaceChildren();
});
addEventListener("pageshow", (event) => event.persisted && location.reload());
addEventListener("message", (event) => {
  const what = event.source === parent && event.data?.akutlinjen;
  if (what === "leave") vanish();
  if (what === "shown" || what === "hidden") {
    isInSight = what === "shown";
    seen();
  }
});
if (window.parent !== window) {
  addEventListener("keydown", (event) => event.key === "Escape" && toParent("close"));
  toParent("news", { unread, to: told.exit });
}

if (told.closed) {
  showClosed(told.closed);
  show("closed", { focus: false });
}

performance.mark("usable");
