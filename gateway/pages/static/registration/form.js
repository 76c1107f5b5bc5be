// The registration form with a script: saved at every change, kept on the phone without a connection, and
// nothing put in place of what somebody else wrote before it was seen.
import { afterAWhile } from "../loading.js";
import { answer, inWords, isAsked, questions, setAnswer } from "./answers.js";
import { all, forget, forgetAll, keep, kept, plain } from "./kept.js";
import { cacheShells } from "./offline_pages.js";
import { send } from "./sending.js";

const form = document.getElementById("sheet");
const words = document.getElementById("words").dataset;
const status = document.getElementById("status");
const path = location.pathname;
const { worker } = form.dataset;
const texts = new Set(form.dataset.texts.split(" ").filter(Boolean));
const isShell = "shell" in form.dataset;
const correcting = form.dataset.state === "submitted";
const PAUSE_MS = 500;
const AGAIN_MS = 10000;

// What the server has, as far as it is known: a question that is not in it was never seen here.
const seen = new Map();
let handIn = false;
let replaces = false;
let isOver = false;
let timer = 0;
let busy = false;

const token = () => form.elements.namedItem("form_token").value;
const one = (id) => form.querySelector(`[data-question="${CSS.escape(id)}"]`);

function begin() {
  all(worker);
  const record = kept(worker, path);
  const shown = JSON.parse(form.elements.namedItem("seen").value || "{}");
  for (const question of questions(form)) {
    const id = question.dataset.question;
    if (!isShell) seen.set(id, shown[id] ?? null);
    else if (record && id in record.seen) {
      seen.set(id, record.seen[id]);
      setAnswer(question, record.seen[id]);
    }
  }
  for (const [id, change] of Object.entries(record?.changes ?? {})) {
    const question = one(id);
    if (!question) continue;
    setAnswer(question, change.to);
    // What stood there when it was changed is what was seen, whatever stands there now.
    if ("from" in change) seen.set(id, change.from);
    else if (!("was" in change) || change.was !== mark(seen.get(id))) seen.delete(id);
  }
  handIn = Boolean(record?.handIn) && !correcting;
  show();
  if (correcting) return;
  note();
  if (Object.keys(changes()).length || handIn) sendSoon(0);
}

function changes() {
  const found = {};
  for (const question of questions(form)) {
    const id = question.dataset.question;
    const now = isAsked(form, question) ? answer(question) : null;
    const known = seen.has(id);
    if (known ? plain(now) === plain(seen.get(id)) : plain(now) === null) continue;
    found[id] = known ? { to: now, from: seen.get(id) } : { to: now };
  }
  return found;
}

// What the device remembers of this page until it is handed in.
function note() {
  if (isOver) return;
  const known = {};
  for (const [id, value] of seen) if (!texts.has(id)) known[id] = value;
  const mine = changes();
  for (const [id, change] of Object.entries(mine)) {
    if (texts.has(id)) mine[id] = "from" in change ? { to: change.to, was: mark(change.from) } : { to: change.to };
  }
  keep(worker, path, { seen: known, changes: mine, handIn });
}

// Tells whether a text is still the one that was seen, without keeping the text itself.
function mark(text) {
  let hash = 2166136261;
  for (const char of text ?? "") hash = Math.imul(hash ^ char.codePointAt(0), 16777619);
  return hash >>> 0;
}

// Nothing is left to remember: handed in, or signed out.
function leave(forgetting) {
  isOver = true;
  forgetting();
}

function show() {
  const missing = [];
  for (const question of questions(form)) {
    question.hidden = !isAsked(form, question);
    const lacks = "required" in question.dataset && !question.hidden && answer(question) === null;
    if (!lacks) question.classList.remove("is-missing");
    if (lacks) missing.push(question);
  }
  const list = document.getElementById("missing");
  list.hidden = missing.length === 0;
  const items = missing.map((question) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `#${question.id}`;
    link.textContent = question.dataset.label;
    item.append(link);
    return item;
  });
  list.querySelector("ul").replaceChildren(...items);
  return missing;
}

function say(text, away = false) {
  if (status.textContent !== text) status.textContent = text;
  status.classList.toggle("is-away", away);
}

function sendSoon(pause = PAUSE_MS) {
  clearTimeout(timer);
  timer = setTimeout(sendNow, pause);
}

async function sendNow(more = {}) {
  if (busy) return setTimeout(() => sendNow(more), 150);
  const sent = changes();
  if (!Object.keys(sent).length && !handIn && !more.cpr) return say(words.saved);
  busy = true;
  const heard = afterAWhile(() => say(words.saving));
  const { how, said } = await send(`${path}/draft`, token(), { changes: sent, submit: handIn, over: replaces, ...more });
  heard();
  busy = false;
  if (how === "away") {
    say(more.cpr ? words.noCpr : handIn ? words.offlineDone : words.offline, true);
    note();
    return sendSoon(AGAIN_MS);
  }
  if (how === "signed out") return say(words.signedOut, true);
  if (!said?.state) return say(said?.detail ?? words.offline, true);
  settle(sent, said);
  if (how === "in the way") return inTheWay(said);
  if (said.state === "submitted" && said.saved) {
    leave(() => forget(worker, path));
    return location.assign(path);
  }
  handIn = false;
  replaces = false;
  note();
  if (said.refused) say(said.refused, true);
  else if (Object.keys(said.faults).length) faults(said.faults);
  else if (more.cpr) location.reload();
  else say(words.saved);
  if (Object.keys(changes()).some((id) => !(id in said.faults)) && !said.refused) sendSoon();
}

// What was sent and is not in the way stands on the server now.
function settle(sent, said) {
  if (!said.saved) return;
  for (const [id, change] of Object.entries(sent)) {
    if (!(id in said.faults) && !(id in said.theirs)) seen.set(id, change.to);
  }
  form.elements.namedItem("seen").value = JSON.stringify(Object.fromEntries(seen));
}

function faults(found) {
  for (const [id, text] of Object.entries(found)) {
    if (id === "cpr" || id === "purpose") {
      const told = document.getElementById("cpr-told");
      told.textContent = text;
      told.hidden = false;
    }
  }
  say(Object.values(found)[0], true);
}

// Both answers, and the worker says which one stays. Until then mine is on the device, theirs on the server.
function inTheWay(said) {
  handIn = false;
  note();
  for (const [id, theirs] of Object.entries(said.theirs)) {
    const question = one(id);
    question.querySelector(".conflict")?.remove();
    const box = document.getElementById("conflict").content.firstElementChild.cloneNode(true);
    const texts = { "theirs-words": words.theirs, theirs: theirs.words, by: theirs.by, "mine-words": words.mine, mine: inWords(question, answer(question), words.none) };
    for (const [slot, text] of Object.entries(texts)) box.querySelector(`[data-slot="${slot}"]`).textContent = text;
    box.addEventListener("click", (event) => {
      const choice = event.target.dataset?.keep;
      if (!choice) return;
      if (choice === "theirs") setAnswer(question, theirs.answer);
      else replaces = true;
      seen.set(id, theirs.answer);
      box.remove();
      changed();
      question.querySelector("input, select, textarea").focus();
    });
    question.prepend(box);
  }
  say(words.theirs, true);
  form.querySelector(".conflict").scrollIntoView({ block: "center" });
}

function changed() {
  show();
  if (correcting) return;
  note();
  if (!form.querySelector(".conflict")) sendSoon();
}

function onlyUnknown(input) {
  const question = input.closest("[data-question]");
  if (question?.dataset.kind !== "many" || !input.checked) return;
  for (const each of question.querySelectorAll("input")) {
    if ((each.value === "unknown") !== (input.value === "unknown")) each.checked = false;
  }
}

form.addEventListener("input", (event) => {
  if (!event.target.name?.startsWith("q.")) return;
  onlyUnknown(event.target);
  changed();
});

form.addEventListener("submit", (event) => {
  if (correcting) return leave(() => forget(worker, path));
  event.preventDefault();
  const what = event.submitter?.value ?? "save";
  clearTimeout(timer);
  const cpr = form.elements.namedItem("cpr").value.trim();
  const purpose = form.querySelector("input[name=purpose]:checked")?.value ?? "";
  if (what === "submit") {
    const missing = show();
    for (const question of missing) question.classList.add("is-missing");
    if (missing.length) {
      say(words.missing, true);
      document.getElementById("missing").scrollIntoView({ block: "start" });
      document.querySelector("#missing a").focus();
      return sendSoon(0);
    }
    handIn = true;
    note();
  }
  sendNow(cpr ? { cpr, purpose } : {});
  if (what === "save") leaveWhenSaved();
});

async function leaveWhenSaved() {
  for (let turn = 0; turn < 40; turn += 1) {
    if (!busy && !Object.keys(changes()).length) return location.assign("/registrations");
    await new Promise((done) => setTimeout(done, 100));
  }
}

window.addEventListener("online", () => sendSoon(0));
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && !correcting && note());
for (const leaving of document.querySelectorAll("form[action='/sign-out']")) leaving.addEventListener("submit", () => leave(forgetAll));

begin();
if (!isShell) cacheShells();
