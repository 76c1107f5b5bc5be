// The line to the chat server: one question, one answer; and whether it is there at all.

import { io } from "socket.io-client";

const ANSWER_MS = 12000;

/** The server said no. `code` is the protocol's, `error` all that it said. */
export class Refused extends Error {
  constructor(error) {
    super(error.code);
    this.code = error.code;
    this.error = error;
  }
}

/** No answer: nobody knows whether it was heard. */
export class Lost extends Error {}

/** `heard` is told of everything that comes by itself: message, state, typing, up, down. */
export class Wire {
  constructor(heard) {
    const path = new URL("socket.io/", document.baseURI).pathname;
    this.socket = io("/citizen", {
      path,
      autoConnect: false,
      // First what passes everywhere, then the better way if it is there.
      transports: ["polling", "websocket"],
      reconnectionDelay: 400,
      reconnectionDelayMax: 3000,
      timeout: 15000,
    });
    for (const event of ["message", "state", "typing"]) this.socket.on(event, (told) => heard[event](told));
    this.socket.on("connect", () => heard.up());
    this.socket.on("disconnect", () => {
      heard.down();
      this.tryLater();
    });
    this.socket.on("connect_error", () => {
      heard.down();
      this.tryLater();
    });
  }

  get isUp() {
    return this.socket.connected;
  }

  open() {
    this.wanted = true;
    this.socket.connect();
  }

  close() {
    this.wanted = false;
    this.socket.disconnect();
  }

  /** What the server itself ended or refused is not tried again by the client. */
  tryLater() {
    if (this.wanted && !this.socket.active) setTimeout(() => this.wanted && this.socket.connect(), 3000);
  }

  /** Throws Refused, or Lost. */
  async ask(event, payload) {
    if (!this.socket.connected) throw new Lost();
    let answer;
    try {
      answer = await this.socket.timeout(ANSWER_MS).emitWithAck(event, payload);
    } catch {
      throw new Lost();
    }
    if (!answer.ok) throw new Refused(answer.error);
    return answer;
  }

  /** Say it and expect nothing. */
  tell(event, payload) {
    if (this.socket.connected) this.socket.emit(event, payload);
  }

  /** Say that the citizen is gone, so that it still goes out while the page goes away. */
  farewell() {
    const engine = this.socket.io.engine;
    if (this.socket.connected && engine.transport.name === "polling") {
      const address = new URL("socket.io/", document.baseURI);
      address.search = new URLSearchParams({ EIO: "4", transport: "polling", sid: engine.id });
      navigator.sendBeacon(address, '42/citizen,["leave",{"erase":false}]');
    } else {
      this.tell("leave", { erase: false });
    }
  }
}
