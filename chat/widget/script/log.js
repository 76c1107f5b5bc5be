// The list of messages: grows at its end, says each thing once, and stays where somebody reads.

import "../../../gateway/pages/static/times.js";

const NEAR_PX = 80;

export class Log {
  constructor(element, words, names) {
    this.element = element;
    this.words = words;
    this.names = names;
    this.own = new Map(); // by the id of the item
    const { lang, dataset } = document.documentElement;
    const made = (how) => new Intl.DateTimeFormat(lang === "da" ? "da-DK" : "en-GB", { timeZone: dataset.zone, ...how });
    this.days = made({ dateStyle: "short" });
    this.clock = made({ timeStyle: "short" });
    this.dayAndClock = made({ weekday: "short", hour: "2-digit", minute: "2-digit" });
  }

  /** A message from the server. */
  add(message) {
    this.keepingPlace(() => this.element.insertBefore(this.made(message), this.firstUnsent()), message);
  }

  /** Something of the citizen's own on its way; with `message`, it has its place now. */
  item(item, message) {
    let element = this.own.get(item.id);
    if (!element) {
      element = this.made({ from: "citizen", text: item.text });
      this.own.set(item.id, element);
      this.keepingPlace(() => this.element.append(element), { from: "citizen" });
    }
    if (message) {
      element.dataset.seq = message.seq;
      if (!element.querySelector("time")) element.firstChild.after(this.timeOf(message.at));
      const before = this.firstUnsent();
      if (before && element.compareDocumentPosition(before) & Node.DOCUMENT_POSITION_PRECEDING) {
        this.element.insertBefore(element, before);
      }
    }
    if (item.note === "" && element.dataset.seq === undefined && item.seq === null) {
      element.remove(); // the server's own copy stands there already
    }
    const note = message || item.seq !== null ? "" : item.note;
    element.dataset.note = note;
    element.querySelector("[data-part=note]").textContent = this.words[note] ?? "";
  }

  clear() {
    this.own.clear();
    this.element.replaceChildren();
  }

  /** Everything but what is not yet sent. */
  clearSaid() {
    for (const element of [...this.element.children]) if (element.dataset.seq !== undefined) element.remove();
  }

  /** What was said before is shown without being read out. */
  quiet(isQuiet) {
    this.element.setAttribute("aria-live", isQuiet ? "off" : "polite");
  }

  toEnd() {
    this.element.scrollTop = this.element.scrollHeight;
  }

  keepingPlace(change, { from }) {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    const isNear = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    change();
    if (isNear || from === "citizen") this.toEnd();
  }

  firstUnsent() {
    return [...this.element.children].find((each) => each.dataset.seq === undefined) ?? null;
  }

  /** The time of day, with the day where it is another; its exact one on touch. Not read out by itself. */
  timeOf(at) {
    const [element, time] = [document.createElement("at-touch"), document.createElement("time")];
    const [then, today] = [new Date(at), new Date()].map((each) => this.days.format(each));
    time.dateTime = at;
    time.textContent = (then === today ? this.clock : this.dayAndClock).format(new Date(at));
    element.setAttribute("aria-live", "off");
    element.append(time);
    return element;
  }

  made({ from, text, seq, at }) {
    const element = document.createElement("div");
    element.className = "said";
    element.dataset.from = from;
    if (seq !== undefined) element.dataset.seq = seq;
    for (const [name, words] of [["who", this.names[from]], ["text", text], ["note", ""]]) {
      const part = document.createElement("p");
      part.dataset.part = name;
      part.textContent = words;
      if (name === "who") part.className = "who";
      element.append(part);
    }
    if (at) element.firstChild.after(this.timeOf(at));
    return element;
  }
}
