// Without a connection: the page of a form opens as an empty form of its kind, which fills itself in from what
// the device remembers (kept.js). The application's service worker begins with this; whatever is answered here
// goes no further.
"use strict";

(() => {
  const CACHE = "registration";
  const BY_HAND = /^\/registrations\/(in_house|outgoing|overnight)\/[^/]+\/[0-9a-f]{32}$/;
  const OF_CONTACT = /^\/contacts\/[^/]+\/registration$/;

  function form(address) {
    if (OF_CONTACT.test(address.pathname)) return "telephone";
    return BY_HAND.exec(address.pathname)?.[1];
  }

  async function kept(request) {
    const cache = await caches.open(CACHE);
    return cache.match(request, { ignoreSearch: true });
  }

  async function emptyForm(kind) {
    return (await kept(`/registrations/offline/${kind}`)) ?? (await caches.match("/offline")) ?? Response.error();
  }

  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const address = new URL(request.url);
    if (request.method !== "GET" || address.origin !== self.location.origin) return;
    const kind = form(address);
    if (request.mode === "navigate" && kind) {
      event.stopImmediatePropagation();
      event.respondWith(fetch(request).catch(() => emptyForm(kind)));
    } else if (address.pathname.startsWith("/assets/")) {
      event.stopImmediatePropagation();
      event.respondWith(fetch(request).catch(async () => (await caches.match(request)) ?? (await kept(request)) ?? Response.error()));
    }
  });
})();

