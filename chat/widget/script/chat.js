// One conversation, as long as this tab lasts: started or opened again, kept whole over lost connections.
// Nothing of it is kept anywhere but in this object.

import { Outbox } from "./outbox.js";
import { Lost, Refused, Wire } from "./wire.js";

const HEAL_MS = 3000;
const TYPING_AGAIN_MS = 3000;
const TYPING_ENDS_MS = 5000;

/**
 * `told` hears: message(message), item(item, message or null), refused(error) of an item, state(state),
 * typing(on), link(isUp), anew() when the messages come once more, over() when the server keeps them no more.
 */
export class Chat {
  constructor(told) {
    this.told = told;
    this.wire = new Wire({
      message: (message) => this.take(message),
      state: (state) => this.know(state),
      typing: ({ on }) => told.typing(on),
      up: () => this.up(),
      down: () => this.down(),
    });
    this.waiting = []; // for the line
    this.outbox = new Outbox((item) => this.deliver(item), (item, error) => {
      told.item(item, null);
      if (error) told.refused(error);
    });
    this.forget();
  }

  /** Opens the line, for as long as it takes. */
  async connected() {
    this.wire.open();
    while (!this.wire.isUp) await new Promise((resolve) => this.waiting.push(resolve));
  }

  async start(where) {
    this.forgetWhatWasLeft();
    await this.connected();
    this.begin(await this.wire.ask("start", where));
  }

  async resume(ticket, code) {
    this.forgetWhatWasLeft();
    await this.connected();
    const answer = await this.wire.ask("resume", { ticket, code });
    this.begin(answer, answer.state === "ended");
  }

  begin({ ticket, token, line, messages, ...state }, mayGoOn = false) {
    this.ticket = ticket;
    this.token = token;
    this.line = line;
    this.mayGoOn = mayGoOn;
    for (const message of messages ?? []) this.take(message);
    this.know(state);
    this.told.link(true);
    this.outbox.open();
  }

  write(text) {
    this.stopTyping();
    this.outbox.add(text);
  }

  /** A key was pressed. */
  types(isEmpty) {
    clearTimeout(this.typingEnds);
    if (isEmpty) return this.stopTyping();
    this.typingEnds = setTimeout(() => this.stopTyping(), TYPING_ENDS_MS);
    if (this.state !== "answered" || Date.now() - this.typedAt < TYPING_AGAIN_MS) return undefined;
    this.typedAt = Date.now();
    return this.wire.tell("typing", { on: true });
  }

  stopTyping() {
    clearTimeout(this.typingEnds);
    if (this.typedAt) this.wire.tell("typing", { on: false });
    this.typedAt = 0;
  }

  /** A code, shown once. Throws Refused, Lost. */
  async code() {
    return (await this.wire.ask("code", {})).code;
  }

  /**
   * Throws Lost when the server did not hear it; then the conversation goes on. Afterwards nothing of it is told
   * any more; unless it was erased, `hasLeft` says that a code can still be had, and that it can still be erased.
   */
  async leave(erase) {
    this.isLeaving = true;
    try {
      await this.wire.ask("leave", { erase, stay: !erase });
    } catch (error) {
      this.isLeaving = false;
      if (error instanceof Refused && error.code !== "rate_limited") return this.forget();
      if (!this.hasLeft) this.told.state(this.known); // what came meanwhile
      throw error instanceof Refused ? new Lost() : error;
    }
    if (erase) return this.forget();
    this.isLeaving = false;
    this.hasLeft = true;
    this.outbox.clear();
    return undefined;
  }

  /** Whoever begins anew, or opens another one, gives up what they left. */
  forgetWhatWasLeft() {
    if (this.hasLeft) this.forget();
  }

  /** Leave without waiting for anything. */
  vanish() {
    if (this.token) this.wire.farewell();
    this.forget({ closes: false });
  }

  forget({ closes = true } = {}) {
    clearTimeout(this.typingEnds);
    clearTimeout(this.healing);
    this.outbox.clear();
    this.token = this.ticket = this.line = this.state = null;
    this.last = this.typedAt = 0;
    this.mayGoOn = this.isLeaving = this.hasLeft = false;
    if (closes) this.wire.close();
  }

  // --- what comes ---

  up() {
    for (const resolve of this.waiting.splice(0)) resolve();
    if (this.token) this.heal();
  }

  down() {
    this.outbox.close();
    this.told.typing(false);
    if (this.token) this.told.link(false);
  }

  know(state) {
    this.state = state.state;
    if (this.state !== "ended") this.mayGoOn = false;
    this.known = state;
    if (!this.isLeaving && !this.hasLeft) this.told.state(state);
  }

  /** Messages in the order of their numbers, each once; after a hole the server is asked for what is missing. */
  take(message) {
    if (!this.token || this.hasLeft || message.seq <= this.last) return;
    if (message.seq > this.last + 1) {
      this.heal();
      return;
    }
    this.last = message.seq;
    const own = this.outbox.head;
    if (message.from === "citizen" && own && own.seq === null && own.text === message.text) {
      own.seq = message.seq; // on disk, though its answer is still on the way
      this.told.item(own, message);
    } else {
      this.told.message(message);
    }
  }

  async deliver(item) {
    const { seq } = await this.wire.ask("message", { id: item.id, text: item.text });
    if (item.seq !== null && item.seq !== seq) this.reread();
    else if (item.seq === null && seq > this.last) await this.shownWithin(seq);
  }

  /** What was acknowledged also comes as a message; should that get lost, it is asked for. */
  async shownWithin(seq) {
    for (let waited = 0; waited < HEAL_MS && this.last < seq; waited += 50) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    if (this.last < seq) await this.heal();
  }

  /** The same words came from another device at the same moment, and were taken for ours. */
  reread() {
    this.last = 0;
    this.told.anew();
    this.heal();
  }

  async heal() {
    const token = this.token;
    if (!token || this.isHealing) return;
    this.isHealing = true;
    try {
      const { messages, ticket, ...state } = await this.wire.ask("rejoin", { token, after: this.last });
      if (token !== this.token) return;
      this.ticket = ticket;
      for (const message of messages) this.take(message);
      this.know(state);
      this.told.link(true);
      this.outbox.open();
    } catch (error) {
      if (token !== this.token) return;
      if (error instanceof Refused && ["not_found", "gone"].includes(error.code)) {
        this.forget();
        this.told.over();
      } else {
        this.healing = setTimeout(() => this.heal(), HEAL_MS);
      }
    } finally {
      this.isHealing = false;
    }
  }
}
