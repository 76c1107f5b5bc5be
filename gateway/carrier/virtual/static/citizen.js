// The citizen's phone: calls a line, hears what is said, presses keys, writes and gets text messages.

import * as api from "./api.js";
import { Log, elapsed, keypad, messageLines, partsOf, say, spokenLines, stateWords } from "./parts.js";

const KEPT = "akutlinjen-citizens-call";

export class CitizensPhone {
  #call = null;
  #sid = sessionStorage.getItem(KEPT);

  constructor(root, refresh) {
    this.root = root;
    this.parts = partsOf(root);
    this.refresh = refresh;
    this.log = new Log(this.parts.log);
    this.inbox = new Log(this.parts.inbox, { timed: true });
    keypad(this.parts.keypad, (key) => this.#do(() => this.#sid && api.press(this.#sid, key)));
    this.parts.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#do(() => this.#ring());
    });
    this.parts["pick-up"].addEventListener("click", () => this.#do(() => api.pickUp(this.#sid)));
    this.parts["hang-up"].addEventListener("click", () => this.#do(() => api.hangUp(this.#sid)));
    this.parts["text-form"].addEventListener("submit", (event) => {
      event.preventDefault();
      this.#do(async () => {
        await api.text(this.number, this.parts.to.value, this.parts.body.value);
        this.parts.body.value = "";
      });
    });
  }

  get number() {
    const typed = this.parts.from.value.replace(/[\s-]/g, "");
    return /^\d{8}$/.test(typed) ? `+45${typed}` : typed;
  }

  get sid() {
    return this.#sid;
  }

  show({ call, messages }) {
    this.#call = call;
    if (call && call.sid !== this.#sid) this.#keep(call.sid);
    const isOpen = Boolean(call) && call.state !== "over";
    const rings = isOpen && !call.outgoing && call.state !== "in-progress";
    this.root.classList.toggle("is-talking", isOpen && call.talking_with.length > 0);
    this.root.classList.toggle("is-ringing", rings);
    this.#swap(isOpen, rings);
    for (const field of ["to", "from", "withheld"]) this.parts[field].disabled = isOpen && call.outgoing;
    const words = call ? stateWords(call) : ["", ""];
    say(this.parts.state, ...words);
    this.log.show(call?.sid ?? null, call ? spokenLines(call) : []);
    this.inbox.show(this.number, messageLines(messages));
    this.parts.count.textContent = messages.length || "";
  }

  tick(now) {
    const from = this.#call?.answered_at ?? this.#call?.created_at;
    const isOpen = this.#call && this.#call.state !== "over";
    this.parts.timer.textContent = isOpen && from ? elapsed(from, now) : "";
  }

  #swap(isOpen, rings) {
    const { call, "hang-up": hangUp, "pick-up": pickUp } = this.parts;
    const focused = document.activeElement;
    call.hidden = isOpen;
    pickUp.hidden = !rings;
    hangUp.hidden = !isOpen;
    if (focused === call && call.hidden) hangUp.focus();
    if (focused === hangUp && hangUp.hidden) call.focus();
    if (focused === pickUp && pickUp.hidden) hangUp.focus();
  }

  async #ring() {
    const { sid } = await api.call(this.number, this.parts.to.value, this.parts.withheld.checked);
    this.#keep(sid);
  }

  #keep(sid) {
    this.#sid = sid;
    sessionStorage.setItem(KEPT, sid);
  }

  async #do(act) {
    this.parts.problem.textContent = "";
    try {
      await act();
      await this.refresh();
    } catch (error) {
      this.parts.problem.textContent = error.message;
    }
  }
}
