// One conversation: what is written comes in by number, what is sent goes out once, what is typed is not lost.
(() => {
  "use strict";
  const duty = window.duty;
  const log = document.getElementById("log");
  const talk = document.getElementById("talk");
  const standing = document.getElementById("standing");
  const contact = standing.dataset.contact;
  const composer = document.getElementById("composer");
  const text = document.getElementById("text");
  const queueList = document.getElementById("queue");
  const typing = document.getElementById("typing");
  const next = document.getElementById("next");
  const RETRY_MS = 3000;
  const TYPING_MS = 3000;
  const language = document.documentElement.lang === "da" ? "da-DK" : "en-GB";
  const zone = log ? log.dataset.zone : undefined;
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", timeZone: zone });
  let last = Number(log?.dataset.seq ?? 0);
  let queue = [];
  let sending = false;
  let retry = null;
  let saidTyping = 0;
  let quiet = null;

  function atEnd() {
    return !talk.hidden && window.innerHeight + window.scrollY > document.documentElement.scrollHeight - 160;
  }

  function toEnd() {
    window.scrollTo(0, document.documentElement.scrollHeight);
  }

  function item(from, body, at, who) {
    const made = document.getElementById("message").content.firstElementChild.cloneNode(true);
    made.classList.add(from);
    made.querySelector(".message-who").textContent = who ?? log.dataset[from] ?? "";
    made.querySelector(".message-text").textContent = body;
    const time = made.querySelector(".message-time");
    time.textContent = at ? log.dataset.time.replace("00.00", clock.format(new Date(at))) : "";
    if (at) time.dateTime = at;
    return made;
  }

  function show(message) {
    if (!log || message.seq <= last) return;
    const follow = atEnd();
    const made = item(message.from, message.text, message.at, message.who);
    made.dataset.seq = message.seq;
    log.append(made);
    last = message.seq;
    if (message.from === "citizen") {
      typing.hidden = true;
      duty.unseen?.();
    }
    if (follow) toEnd();
  }

  // What became of an SMS: undelivered is not sent.
  function fared({ seq, state }) {
    const place = log?.querySelector(`:scope [data-seq="${Number(seq)}"] .message-fared`);
    const word = log?.getAttribute(`data-fared-${state}`) ?? "";
    if (!place || place.textContent === word) return;
    place.textContent = word;
    place.classList.toggle("lost", state === "undelivered" || state === "failed");
  }

  async function fetchMissing() {
    const answer = await duty.live.ask(`/console/contacts/${contact}/messages?after=${last}`, {
      headers: { Accept: "application/json" },
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const found = await answer.json();
    found.messages.forEach(show);
    found.deliveries.forEach(fared);
  }

  // --- what goes out ---

  const keep = () => duty.drafts.write(contact, { text: text.value, queue });

  function showQueue() {
    queueList.hidden = queue.length === 0;
    queueList.replaceChildren(
      ...queue.map((each) => {
        const made = item("worker", each.text, null);
        made.classList.add("unsent");
        const state = made.querySelector(".message-time");
        state.textContent = each.refused ? `${queueList.dataset.refused}: ${each.refused}` : queueList.dataset.waiting;
        if (each.refused) {
          const drop = document.createElement("button");
          drop.type = "button";
          drop.className = "as-link";
          drop.textContent = queueList.dataset.drop;
          drop.addEventListener("click", () => leaveOut(each));
          made.append(drop);
        }
        return made;
      }),
    );
  }

  function leaveOut(message) {
    queue = queue.filter((each) => each !== message);
    keep();
    showQueue();
  }

  // "sent", "refused" with words, or null: not known, to be tried again under the same id.
  async function deliver(message) {
    const payload = { contact, id: message.id, text: message.text };
    const acked = await duty.live.emit("message", payload);
    if (acked?.ok) return { seq: acked.seq, at: acked.at };
    const body = new URLSearchParams({ id: message.id, text: message.text });
    const headers = { Accept: "application/json" };
    const answer = await duty.live.ask(composer.action, { method: "POST", body, headers, attended: true });
    if (answer.ok) return answer.json();
    if (answer.status >= 500 || answer.status === 429) return null;
    return { refused: (await answer.json().catch(() => ({}))).detail || String(answer.status) };
  }

  async function flush() {
    clearTimeout(retry);
    if (sending) return;
    sending = true;
    for (let next; (next = queue.find((each) => !each.refused)); ) {
      const came = await deliver(next).catch(() => null);
      if (came === null) {
        if (!duty.live.signedOut) retry = setTimeout(flush, RETRY_MS);
        break;
      }
      if (came.refused) {
        next.refused = came.refused;
        duty.live.refresh();
      } else {
        queue = queue.filter((each) => each !== next);
        if (came.seq === last + 1) show({ seq: came.seq, from: "worker", text: next.text, at: came.at });
        else if (came.seq > last) await fetchMissing().catch(() => {});
      }
      keep();
      showQueue();
    }
    sending = false;
  }

  function send() {
    const body = text.value.trim();
    if (!body) return;
    queue.push({ id: crypto.randomUUID(), text: body });
    text.value = "";
    grow();
    keep();
    showQueue();
    stopTyping();
    toEnd();
    flush();
  }

  function grow() {
    text.rows = Math.min(6, Math.max(2, text.value.split("\n").length, Math.ceil(text.value.length / 28)));
  }

  function stopTyping() {
    clearTimeout(quiet);
    if (saidTyping) duty.live.hint("typing", { contact, on: false });
    saidTyping = 0;
  }

  function typed() {
    keep();
    grow();
    clearTimeout(quiet);
    quiet = setTimeout(stopTyping, TYPING_MS);
    if (Date.now() - saidTyping < TYPING_MS) return;
    saidTyping = Date.now();
    duty.live.hint("typing", { contact, on: true });
  }

  async function compose() {
    composer.addEventListener("submit", (event) => {
      event.preventDefault();
      send();
      text.focus();
    });
    text.addEventListener("input", typed);
    text.addEventListener("keydown", (event) => {
      // With a real keyboard; on a phone, Enter is a new line, and the button sends.
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) composer.requestSubmit();
    });
    const phrases = document.getElementById("phrases");
    phrases.hidden = false;
    phrases.addEventListener("click", (event) => {
      const phrase = event.target.closest(".phrase");
      if (!phrase) return;
      const [from, to] = [text.selectionStart, text.selectionEnd];
      const before = from > 0 && !/\s$/.test(text.value.slice(0, from)) ? " " : "";
      text.setRangeText(before + phrase.textContent, from, to, "end");
      phrases.open = false;
      text.focus();
      typed();
    });
    const kept = await duty.drafts.read(contact);
    // What was typed while it was being read comes after it.
    if (kept.text) text.value = text.value && text.value !== kept.text ? `${kept.text}${text.value}` : kept.text;
    queue = [...kept.queue, ...queue];
    grow();
    showQueue();
    flush();
  }

  // --- what comes in ---

  duty.live.on("message", (message) => {
    if (message.contact !== contact) return;
    // Where two workers write, our server says which of them did.
    const isShared = message.from === "worker" && standing.querySelector("[data-shared]");
    if (message.seq > last + 1 || isShared) fetchMissing().catch(() => {
      if (message.seq === last + 1) show(message); // their words without their name, rather than neither
      else setTimeout(() => fetchMissing().catch(() => {}), 3000);
    });
    else show(message);
  });
  duty.live.on("delivery", (told) => {
    if (told.contact === contact) fared(told);
  });
  duty.live.on("typing", (said) => {
    if (said.contact === contact && typing) typing.hidden = !said.on;
  });
  // Whoever is done talking is asked again, also while this page is still open.
  duty.live.on("queue", (items) => {
    const asked = items.some((each) => each.offered_until !== null);
    if (asked === !next.hidden) return;
    next.hidden = !asked;
    if (asked) duty.alarm.start(next.textContent.trim());
    else duty.alarm.stop();
  });
  for (const event of ["pointerdown", "keydown"]) document.addEventListener(event, () => duty.alarm.stop());
  duty.live.on("connect", () => composer && flush());
  duty.live.on("refresh", async (isNewest) => {
    if (log && !duty.live.connected) await fetchMissing();
    const answer = await duty.live.ask(`/console/contacts/${contact}/now`, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const body = await answer.text();
    if (!isNewest()) return;
    replaceStanding(body);
    if (composer) flush();
  });

  // What is open, chosen or written in there stays so.
  function replaceStanding(body) {
    const made = document.createElement("div");
    made.innerHTML = body;
    const state = (place) => place.querySelector("[data-state]")?.dataset.state;
    const busy = standing.querySelector("details[open]");
    if (busy && state(standing) === "open" && state(made) === "open") return;
    const follow = atEnd();
    standing.replaceChildren(...made.childNodes);
    if (composer) composer.hidden = state(standing) !== "open" && !text.value;
    if (follow) toEnd();
  }

  async function hush() {
    const worker = await navigator.serviceWorker?.getRegistration();
    for (const each of (await worker?.getNotifications()) ?? []) each.close();
  }

  if (composer) compose();
  hush().catch(() => {});
  toEnd();
  duty.live.start(() => ({ [contact]: last }));
})();
