// What the citizen wrote and the server has not yet put on disk: sent one after the other, each once.

import { Lost } from "./wire.js";

const LONGEST = 4000;
const AGAIN_MS = 2000;

/**
 * `send(item)` resolves once it is on disk. `changed(item, error)` is called at each step of an item
 * {id, text, note, seq}; note: sending, unsent, failed (then with the error), or "" when it has arrived.
 */
export class Outbox {
  constructor(send, changed) {
    this.send = send;
    this.changed = changed;
    this.items = [];
    this.isOpen = false;
    this.isBusy = false;
  }

  add(text) {
    for (const piece of pieces(clean(text))) {
      const item = { id: uuid(), text: piece, note: this.isOpen ? "sending" : "unsent", seq: null, isTried: false };
      this.items.push(item);
      this.changed(item);
    }
    this.run();
  }

  /** What the server may have on disk already, though it was not heard to say so. */
  get head() {
    return this.items[0]?.isTried ? this.items[0] : undefined;
  }

  open() {
    this.isOpen = true;
    for (const item of this.items) this.mark(item, "sending");
    this.run();
  }

  close() {
    this.isOpen = false;
    for (const item of this.items) this.mark(item, "unsent");
  }

  clear() {
    this.items = [];
    this.isOpen = false;
  }

  mark(item, note, error) {
    if (item.note === note) return;
    item.note = note;
    this.changed(item, error);
  }

  async run() {
    if (this.isBusy) return;
    while (this.isOpen && this.items.length) {
      const item = this.items[0];
      this.isBusy = item.isTried = true;
      try {
        await this.send(item);
        this.drop(item, "");
      } catch (error) {
        if (error instanceof Lost) await pause(AGAIN_MS / 4);
        else if (error.code === "rate_limited") await pause(AGAIN_MS);
        else this.drop(item, "failed", error);
      }
      this.isBusy = false;
    }
  }

  drop(item, note, error) {
    this.items = this.items.filter((each) => each !== item);
    this.mark(item, note, error);
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Line ends of one kind, and nothing that is no character. */
export const clean = (text) =>
  text.replace(/\r\n?/g, "\n").replace(/[^\P{Cc}\n\t]|\p{Cs}/gu, "").trim();

/** Cut at blanks where it can be, into what the server takes at a time. */
export function pieces(text) {
  const found = [];
  let rest = text;
  while (rest.length > LONGEST) {
    const blank = Math.max(rest.lastIndexOf("\n", LONGEST), rest.lastIndexOf(" ", LONGEST));
    let cut = blank > LONGEST / 2 ? blank : LONGEST;
    if (/[\uD800-\uDBFF]/.test(rest[cut - 1])) cut -= 1; // not through a character
    found.push(rest.slice(0, cut));
    rest = rest.slice(cut).trim();
  }
  if (rest) found.push(rest);
  return found;
}

/** Random, also on a page that came without https, where browsers have no randomUUID. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
