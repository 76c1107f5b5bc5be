// What is new: from the chat's socket while it is there, else asked for every five seconds.
(() => {
  "use strict";
  const duty = (window.duty ??= {});
  const told = document.getElementById("duty").dataset;
  const strip = document.getElementById("strip");
  const POLL_MS = 5000;
  // While the socket is there: what is no news of the chat's (shifts, calls), and that the page is in use.
  const CALM_MS = 30000;
  const NOTICE_MS = 10000;
  const listeners = { refresh: [], message: [], state: [], typing: [], delivery: [], queue: [], connect: [] };
  let socket = null;
  let waiting = null;
  let asked = 0;
  let signedOut = false;
  let noticeUntil = 0;
  let known = () => ({});
  let opening = null;
  let tries = 0;

  const tell = (event, payload) => listeners[event].forEach((listener) => listener(payload));

  function say(words, signIn = false) {
    if (strip.dataset.said === words) return;
    strip.dataset.said = words;
    strip.replaceChildren(...(words ? [signIn ? link(words) : document.createTextNode(words)] : []));
  }

  // What came of something that was done: long enough to be read.
  function notice(words) {
    say(words);
    noticeUntil = words ? Date.now() + NOTICE_MS : 0;
    if (words) setTimeout(() => strip.dataset.said === words && !signedOut && say(""), NOTICE_MS);
  }

  function link(words) {
    const found = document.createElement("a");
    found.href = "/sign-in";
    found.textContent = words;
    return found;
  }

  // Our own pages and acts. Throws when there is no net; says so when nobody is signed in any more.
  async function ask(path, options = {}) {
    const headers = { "X-Form-Token": told.token, ...(options.attended ? {} : { "X-Unattended": "1" }), ...options.headers };
    const answer = await fetch(path, { ...options, headers, cache: "no-store" });
    if (answer.status === 401 || (answer.redirected && new URL(answer.url).pathname === "/sign-in")) {
      signedOut = true;
      socket?.disconnect();
      say(strip.dataset.signedOut, true);
      throw new Error("signed out");
    }
    return answer;
  }

  async function token() {
    const answer = await ask("/console/token", { method: "POST", headers: { Accept: "application/json" } });
    return (await answer.json()).token;
  }

  // Once; again only where it failed.
  function open() {
    opening ??= connect().catch(() => {
      opening = null;
    });
  }

  async function connect() {
    // Under another address each time: browsers remember a module that did not come.
    const { io } = await import(tries++ ? `${told.socket}&try=${tries}` : told.socket);
    socket = io(`${told.chat}/staff`, {
      auth: (give) => token().then((secret) => give({ token: secret, after: known() })).catch(() => give({})),
      reconnectionDelay: 500,
      reconnectionDelayMax: 5000,
    });
    for (const event of ["message", "state", "typing", "delivery"]) socket.on(event, (payload) => tell(event, payload));
    socket.on("queue", (items) => {
      tell("queue", items);
      soon();
    });
    socket.on("state", soon);
    socket.on("colleagues", soon);
    socket.on("connect", () => {
      tell("connect");
      soon();
    });
    socket.on("disconnect", (reason) => {
      // The server sends away whose token is no good any more: with a new one it goes on.
      if (reason === "io server disconnect" && !signedOut) setTimeout(() => socket.connect(), 1000);
      soon();
    });
    socket.on("connect_error", () => {
      if (!socket.active && !signedOut) setTimeout(() => socket.connect(), POLL_MS);
    });
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 30);
  }

  async function refresh() {
    clearTimeout(waiting);
    const mine = ++asked;
    try {
      await Promise.all(listeners.refresh.map((listener) => listener(() => mine === asked)));
      // Without a net when the page came, there is no socket yet.
      open();
      if (!signedOut && Date.now() > noticeUntil) say(socket?.connected ? "" : strip.dataset.polling);
    } catch (error) {
      if (!signedOut) say(strip.dataset.offline);
    }
    if (mine === asked && !signedOut) waiting = setTimeout(refresh, socket?.connected ? CALM_MS : POLL_MS);
  }

  duty.live = {
    ask,
    notice,
    refresh: soon,
    on: (event, listener) => listeners[event].push(listener),
    get connected() {
      return Boolean(socket?.connected);
    },
    get signedOut() {
      return signedOut;
    },
    // An answer of the chat's; null when it is not there or does not answer in time.
    async emit(event, payload) {
      if (!socket?.connected) return null;
      try {
        return await socket.timeout(4000).emitWithAck(event, payload);
      } catch {
        return null;
      }
    },
    hint(event, payload) {
      if (socket?.connected) socket.volatile.emit(event, payload);
    },
    start(after = known) {
      known = after;
      open();
      // The first look is the page itself; if the socket does not come soon, it is asked for.
      waiting = setTimeout(refresh, POLL_MS / 2);
    },
  };

  window.addEventListener("online", soon);
  window.addEventListener("offline", soon);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    if (socket && !socket.connected && !signedOut) socket.connect();
    soon();
  });

  // How long somebody has waited, counting.
  setInterval(() => {
    for (const each of document.querySelectorAll("time[data-since]")) {
      const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(each.dataset.since)) / 1000));
      each.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    }
  }, 1000);
})();
