// The page of phones: asks the exchange how things stand, and shows it.

import * as api from "./api.js";
import { CitizensPhone } from "./citizen.js";
import { Decisions } from "./decisions.js";
import { partsOf, say } from "./parts.js";
import { WorkersPhone } from "./worker.js";

const EVERY_MS = 400;
const WHILE_LOST_MS = 2000;

const lost = document.querySelector("[data-part='lost']");
const workers = partsOf(document.getElementById("workers"));
const template = document.getElementById("worker-card");
const cards = new Map();
const citizen = new CitizensPhone(document.getElementById("citizen"), () => refresh());
let duty = null; // who is on duty, by number, in order; null: nobody says
let version = null;
let asked = "";
let ahead = 0; // the exchange's clock less ours, in milliseconds

async function refresh() {
  const question = `${citizen.number} ${citizen.sid}`;
  const after = question === asked ? version : null;
  const state = await api.state({ after, citizen: citizen.number, sid: citizen.sid });
  asked = question;
  if (state === null) return;
  version = state.version;
  ahead = Date.parse(state.at) - Date.now();
  citizen.show(state.citizen);
  for (const phone of state.phones) card(phone).show(phone);
  place();
  const ringing = [...cards.values()].filter((phone) => phone.isRinging).map((phone) => phone.name);
  const names = ringing.join(", ");
  say(workers.ringing, names && `Ringer: ${names}`, names && `Ringing: ${names}`);
}

function card(phone) {
  if (!cards.has(phone.number)) {
    const made = new WorkersPhone(template, phone, refresh);
    cards.set(phone.number, made);
    workers.cards.append(made.root);
  }
  return cards.get(phone.number);
}

/** Those on duty first, in their order; the others out of the way, unless something happens on their phones. */
function arrange(onDuty) {
  duty = onDuty;
  for (const [number, phone] of cards) phone.onDuty(duty.get(number) ?? null);
  place();
}

function place() {
  if (duty === null) return;
  const shown = [...duty.keys()].map((number) => cards.get(number)).filter(Boolean);
  const off = [];
  for (const phone of cards.values()) {
    if (!shown.includes(phone)) (phone.isQuiet ? off : shown).push(phone);
  }
  put(workers["off-cards"], off); // first, so that those who stay in front are not moved
  put(workers.cards, shown);
  workers.off.hidden = off.length === 0;
  workers["off-count"].textContent = off.length || "";
}

/** Only what stands elsewhere is moved: moving an element takes the focus from it. */
function put(container, phones) {
  phones.forEach((phone, index) => {
    const there = container.children[index];
    if (there !== phone.root) container.insertBefore(phone.root, there ?? null);
  });
}

async function turn() {
  try {
    await refresh();
    lost.hidden = true;
    setTimeout(turn, EVERY_MS);
  } catch {
    lost.hidden = false;
    setTimeout(turn, WHILE_LOST_MS);
  }
}

setInterval(() => {
  const now = Date.now() + ahead;
  citizen.tick(now);
  for (const phone of cards.values()) phone.tick(now);
}, 250);

// The chat comes when somebody opens it, and stays.
const chat = document.querySelector("[data-chat]");
chat?.addEventListener("toggle", () => {
  if (!chat.open || chat.querySelector("iframe")) return;
  const frame = document.createElement("iframe");
  frame.src = chat.dataset.chat;
  frame.title = "Borgerens chat / The citizen’s chat";
  chat.append(frame);
});

const decisions = document.getElementById("decisions");
if (!decisions.hidden) new Decisions(decisions, (onDuty) => arrange(onDuty)).follow();
turn();
