// Small pieces of a page that both kinds of phone are made of.

/** The elements of `root` that have a data-part, by its name. */
export function partsOf(root) {
  const parts = {};
  for (const element of root.querySelectorAll("[data-part]")) parts[element.dataset.part] ??= element;
  return parts;
}

/** Danish words with the English beside them, as nodes. */
export function bilingual(danish, english) {
  const span = document.createElement("span");
  span.lang = "en";
  span.textContent = english;
  return [document.createTextNode(`${danish} `), span];
}

/** Set both languages, and touch the page only when they change, so that nothing is read out twice. */
export function say(element, danish, english) {
  if (element.dataset.said === danish) return;
  element.dataset.said = danish;
  element.replaceChildren(...(danish ? bilingual(danish, english) : []));
}

export function keypad(group, press) {
  for (const key of "123456789*0#") {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = key;
    if (key === "*") button.setAttribute("aria-label", "* stjerne / star");
    if (key === "#") button.setAttribute("aria-label", "# havelåge / hash");
    button.addEventListener("click", () => press(key));
    group.append(button);
  }
  group.addEventListener("keydown", (event) => {
    if (/^[0-9*#]$/.test(event.key)) {
      press(event.key);
      event.preventDefault();
    }
  });
}

/** A log that only ever grows, until `of` changes. Lines are {id, text, language, at, mine}. */
export class Log {
  #seen = new Set();
  #of = null;

  constructor(element, { timed = false } = {}) {
    this.element = element;
    this.timed = timed;
  }

  show(of, lines) {
    if (of !== this.#of) {
      this.#of = of;
      this.#seen.clear();
      this.element.replaceChildren();
    }
    for (const line of lines) {
      if (this.#seen.has(line.id)) continue;
      this.#seen.add(line.id);
      const paragraph = document.createElement("p");
      if (this.timed) paragraph.append(clock(line.at));
      const words = document.createElement("span");
      words.textContent = line.text;
      if (line.language) words.lang = line.language;
      if (line.mine) {
        paragraph.classList.add("mine");
        words.prepend("Mig: ");
      }
      paragraph.append(words);
      this.element.append(paragraph);
      this.element.scrollTop = this.element.scrollHeight;
    }
  }
}

export function clock(at) {
  const time = document.createElement("time");
  time.dateTime = at;
  time.textContent = new Date(at).toLocaleTimeString("da-DK", { timeZone: document.documentElement.dataset.zone });
  return time;
}

/** Words said to a leg, as lines of a Log. */
export const spokenLines = (call) =>
  call.said.map((spoken, index) => ({
    id: call.said_before + index,
    text: spoken.text,
    language: spoken.language,
    at: spoken.at,
  }));

export const messageLines = (messages) =>
  messages.map((message) => ({ id: message.sid, text: message.body, at: message.at, mine: message.is_mine }));

/** Minutes and seconds since `from`, on the exchange's own clock. */
export function elapsed(from, now) {
  const seconds = Math.max(0, Math.floor((now - Date.parse(from)) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

const ENDED = {
  completed: ["Samtalen er slut.", "The call is over."],
  "no-answer": ["Ikke taget.", "Not answered."],
  busy: ["Afvist eller optaget.", "Declined or busy."],
  canceled: ["Holdt op med at ringe.", "Stopped ringing."],
  failed: ["Kunne ikke nås.", "Could not be reached."],
};

/** What a phone is doing, in both languages. */
export function stateWords(call) {
  if (!call) return ["Fri", "Idle"];
  if (call.state === "over") return ENDED[call.ended_as] ?? ENDED.completed;
  if (call.talking_with.length) {
    const names = call.talking_with.map((name) => name || "borgeren / the citizen").join(", ");
    return [`Taler med ${names}`, "Talking"];
  }
  if (call.state === "in-progress") return ["Forbundet", "Connected"];
  if (call.outgoing) return ["Ringer op", "Calling"];
  return [`Ringer, fra ${call.shown_name ?? call.shown}`, "Ringing"];
}
