// A worker's phone: rings, is picked up, hears the whisper, presses a key, talks, hangs up, gets text messages.

import * as api from "./api.js";
import { Log, elapsed, keypad, messageLines, partsOf, say, spokenLines, stateWords } from "./parts.js";

const KINDS = { backup: ["bagvagt", "back-up"] };

export class WorkersPhone {
  #call = null;
  #heard = 0;

  constructor(template, { number, name, kind }, refresh) {
    this.name = name;
    this.root = template.content.firstElementChild.cloneNode(true);
    this.parts = partsOf(this.root);
    this.refresh = refresh;
    this.parts.name.textContent = name;
    this.parts.number.textContent = number;
    say(this.parts.kind, ...(KINDS[kind] ?? ["", ""]));
    this.root.setAttribute("aria-label", `${name}, ${number}`);
    this.parts.log.setAttribute("aria-label", `Det, ${name} hører / What ${name} hears`);
    this.parts.inbox.setAttribute("aria-label", `SMS til ${name} / Text messages to ${name}`);
    this.parts.keypad.setAttribute("aria-label", `Tastatur, ${name} / Keypad, ${name}`);
    this.log = new Log(this.parts.log);
    this.inbox = new Log(this.parts.inbox, { timed: true });
    keypad(this.parts.keypad, (key) => this.#do(() => api.press(this.#call.sid, key)));
    this.parts["pick-up"].addEventListener("click", () => this.#do(() => api.pickUp(this.#call.sid)));
    this.parts["hang-up"].addEventListener("click", () => this.#do(() => api.hangUp(this.#call.sid)));
  }

  get isRinging() {
    return this.#call?.state === "ringing";
  }

  /** Nothing happens on this phone, and nothing waits to be read. */
  get isQuiet() {
    return (!this.#call || this.#call.state === "over") && this.#heard === 0;
  }

  /** Where they are on duty, in both languages; null: nowhere. */
  onDuty(words) {
    this.parts.duty.hidden = words === null;
    say(this.parts.duty, words?.danish ?? "", words?.english ?? "");
  }

  show({ call, messages }) {
    this.#call = call;
    const isOpen = Boolean(call) && call.state !== "over";
    const isAnswered = isOpen && call.state === "in-progress";
    this.root.classList.toggle("is-ringing", this.isRinging);
    this.root.classList.toggle("is-talking", isOpen && call.talking_with.length > 0);
    say(this.parts.state, ...stateWords(call));
    this.#swap(isAnswered);
    this.parts.keypad.hidden = !isAnswered;
    this.parts.log.hidden = !call?.said.length;
    this.log.show(call?.sid ?? null, call ? spokenLines(call) : []);
    this.parts.texts.hidden = messages.length === 0;
    this.parts.count.textContent = messages.length || "";
    if (messages.length > this.#heard) this.parts.texts.open = true;
    this.#heard = messages.length;
    this.inbox.show(this.name, messageLines(messages));
  }

  tick(now) {
    const isOpen = this.#call && this.#call.state !== "over";
    const from = this.#call?.answered_at ?? this.#call?.created_at;
    this.parts.timer.textContent = isOpen ? elapsed(from, now) : "";
  }

  #swap(isAnswered) {
    const { "pick-up": pickUp, "hang-up": hangUp, keypad: keys } = this.parts;
    const focused = document.activeElement;
    pickUp.hidden = !this.isRinging;
    hangUp.hidden = !this.isRinging && !isAnswered;
    say(hangUp, ...(isAnswered ? ["Læg på", "Hang up"] : ["Afvis", "Decline"]));
    if (focused === pickUp && pickUp.hidden && isAnswered) {
      keys.hidden = false;
      keys.firstElementChild.focus();
    }
  }

  async #do(act) {
    try {
      await act();
    } finally {
      await this.refresh();
    }
  }
}
