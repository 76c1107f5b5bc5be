// My own page: whether this browser is told when somebody waits.
(() => {
  "use strict";
  const panel = document.getElementById("push");
  const { token, key } = panel.dataset;
  const on = document.getElementById("push-on");
  const off = document.getElementById("push-off-button");
  const status = document.getElementById("push-status");

  function bytes(text) {
    const padded = text.replaceAll("-", "+").replaceAll("_", "/");
    return Uint8Array.from(atob(padded), (char) => char.charCodeAt(0));
  }

  async function tell(path, body) {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-Form-Token": token },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).detail || "");
  }

  async function manager() {
    await navigator.serviceWorker.register("/service-worker.js", { scope: "/" });
    return (await navigator.serviceWorker.ready).pushManager;
  }

  function isOurs(subscription) {
    const given = subscription.options.applicationServerKey;
    if (!given) return true;
    const ours = bytes(key);
    const theirs = new Uint8Array(given);
    return ours.length === theirs.length && ours.every((byte, place) => byte === theirs[place]);
  }

  async function show() {
    const subscription = await (await manager()).getSubscription();
    on.hidden = Boolean(subscription);
    off.hidden = !subscription;
  }

  async function switchOn() {
    if ((await Notification.requestPermission()) !== "granted") {
      status.textContent = status.dataset.denied;
      return;
    }
    const found = await manager();
    const before = await found.getSubscription();
    if (before && !isOurs(before)) await before.unsubscribe();
    const subscription = await found.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
    await tell("/me/push", subscription.toJSON());
    window.location.reload();
  }

  async function switchOff() {
    const subscription = await (await manager()).getSubscription();
    if (subscription) {
      await tell("/me/push/off", { endpoint: subscription.endpoint });
      await subscription.unsubscribe();
    }
    window.location.reload();
  }

  if (!("PushManager" in window) || !("Notification" in window) || !window.isSecureContext) {
    status.textContent = status.dataset.unable;
    return;
  }
  for (const [button, act] of [[on, switchOn], [off, switchOff]]) {
    button.addEventListener("click", () => act().catch((error) => {
      status.textContent = (error.constructor === Error && error.message) || status.dataset.failed;
    }));
  }
  show().catch(() => {
    status.textContent = status.dataset.unable;
  });
})();
