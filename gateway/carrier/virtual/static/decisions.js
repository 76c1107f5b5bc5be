// What the gateway decided about the latest contact and why, beside the phones; and who is on duty.

import * as api from "./api.js";
import { bilingual, clock, partsOf, say } from "./parts.js";

const EVERY_MS = 700;

export class Decisions {
  #shown = { contact: null, plan: "", earlier: "", events: 0 };

  /** `onDuty` is given a Map of number to {danish, english} whenever it may have changed. */
  constructor(section, onDuty) {
    this.parts = partsOf(section);
    this.onDuty = onDuty;
  }

  follow() {
    const look = async () => {
      try {
        this.#show(await api.decisions());
      } catch {
        // The gateway is starting or gone: what it decided before stays on the page.
      }
      setTimeout(look, EVERY_MS);
    };
    look();
  }

  #show({ now, earlier, duty }) {
    this.onDuty(new Map(duty.map((one) => [one.number, one])));
    this.parts.none.hidden = Boolean(now);
    this.parts.contact.hidden = !now;
    if (now) this.#contact(now);
    this.parts.before.hidden = earlier.length === 0;
    const said = JSON.stringify(earlier);
    if (said !== this.#shown.earlier) {
      this.#shown.earlier = said;
      this.parts.earlier.replaceChildren(...earlier.map(row));
    }
  }

  #contact(now) {
    const { parts } = this;
    parts.contact.dataset.state = now.state;
    parts.where.replaceChildren(clock(now.at), now.where);
    say(parts.told, now.told.danish, now.told.english);
    const { is_open: isOpen, steps, skipped, otherwise } = now;
    const plan = JSON.stringify([now.contact, isOpen, steps, skipped]);
    if (plan !== this.#shown.plan) {
      this.#shown.plan = plan;
      parts.closed.hidden = isOpen;
      parts.steps.replaceChildren(...steps.map(step));
      parts.skipped.replaceChildren(...skipped.map(skip));
      say(parts.otherwise, otherwise?.danish ?? "", otherwise?.english ?? "");
    }
    this.#events(now);
  }

  /** Only what is new is added, so that only that is read out. */
  #events({ contact, events }) {
    if (contact !== this.#shown.contact || events.length < this.#shown.events) {
      this.#shown.contact = contact;
      this.#shown.events = 0;
      this.parts.events.replaceChildren();
    }
    const added = events.slice(this.#shown.events);
    if (added.length === 0) return;
    this.#shown.events = events.length;
    this.parts.events.append(...added.map(row));
    this.parts.log.scrollTop = this.parts.log.scrollHeight;
  }
}

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

const words = ({ danish, english }) => bilingual(danish, english);

function row(one) {
  const where = one.where ? [element("strong", "", one.where), " "] : [];
  return element("li", "", clock(one.at), element("span", "", ...where, ...words(one)));
}

function step({ when, phones }) {
  return element("li", "", element("p", "when", ...words(when)), ...phones.map(phone));
}

function phone({ name, state, told, because }) {
  const made = element(
    "div",
    "planned",
    element("p", "who", element("strong", "", name), element("span", "standing", ...words(told))),
    element("p", "because", ...words(because)),
  );
  made.dataset.state = state;
  return made;
}

function skip({ name, danish, english }) {
  return element("li", "", ...bilingual(`Springes over: ${name}, ${danish}`, `Skipped: ${english}`));
}
