// The duty phone's first page: its lists, and the alarm over the whole screen when somebody waits.
(() => {
  "use strict";
  const duty = window.duty;
  const now = document.getElementById("now");
  const dialog = document.getElementById("incoming");
  const GUARD_MS = 500;
  let opened = 0;
  let shown = null;
  let known = new Set([...now.querySelectorAll("[data-own]")].map((each) => each.dataset.own));

  // Who is asked stands over everything, once for each contact; when it is over, all is as before.
  function ring() {
    const asked = now.querySelector("[data-incoming]");
    if (!asked) {
      if (dialog.open) dialog.close();
      if (shown !== null) duty.alarm.stop();
      shown = null;
      hush().catch(() => {});
      return;
    }
    const turn = `${asked.dataset.incoming} ${asked.dataset.until}`;
    if (turn === shown) {
      asked.remove();
      return;
    }
    shown = turn;
    asked.querySelector("[id]")?.setAttribute("id", "incoming-title");
    dialog.replaceChildren(asked);
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("h2").tabIndex = -1;
    dialog.querySelector("h2").focus();
    opened = Date.now();
    duty.alarm.start(dialog.querySelector("h2").textContent);
  }

  // A notification that says what is seen here already, or is over, is in the way.
  async function hush() {
    const worker = await navigator.serviceWorker?.getRegistration();
    for (const each of (await worker?.getNotifications({ tag: "offer" })) ?? []) each.close();
  }

  duty.acted = () => {
    if (dialog.open) dialog.close();
    shown = null;
  };
  // Looked at is seen: it is quiet, and stays until it is answered.
  for (const event of ["pointerdown", "keydown"]) dialog.addEventListener(event, () => duty.alarm.stop());
  // Whoever was about to touch something else when it came up has not answered yet.
  dialog.addEventListener("click", (event) => Date.now() - opened < GUARD_MS && event.preventDefault(), true);
  dialog.addEventListener("cancel", (event) => event.preventDefault());

  duty.live.on("refresh", async (isNewest) => {
    const answer = await duty.live.ask("/console/now", { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const body = await answer.text();
    if (!isNewest()) return;
    const focused = document.activeElement?.id;
    now.innerHTML = body;
    if (focused && now.contains(document.getElementById(focused))) document.getElementById(focused).focus();
    const own = [...now.querySelectorAll("[data-own]")].map((each) => each.dataset.own);
    const given = own.find((contact) => !known.has(contact));
    if (given && !dialog.open) {
      duty.alarm.start(now.querySelector(`[data-own="${given}"]`).textContent.trim());
      for (const event of ["pointerdown", "keydown"]) {
        document.addEventListener(event, () => duty.alarm.stop(), { once: true });
      }
    }
    known = new Set(own);
    duty.drafts.keepOnly([...own, ...[...now.querySelectorAll('a[href^="/console/contacts/"]')].map((each) => each.pathname.split("/").pop())]);
    ring();
  });

  async function sound() {
    const note = document.getElementById("sound");
    const unlock = async () => {
      note.hidden = await duty.alarm.unlock();
    };
    note.querySelector("button").addEventListener("click", unlock);
    document.addEventListener("pointerdown", unlock, { once: true });
    note.hidden = !(await duty.alarm.isMute());
  }

  async function push() {
    const worker = await navigator.serviceWorker?.getRegistration();
    const subscribed = await worker?.pushManager?.getSubscription();
    document.getElementById("push-off").hidden = Boolean(subscribed) || !("PushManager" in window);
  }

  sound();
  push().catch(() => {});
  ring();
  duty.live.start();
})();
