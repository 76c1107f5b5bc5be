// Keeps the page that says there is no net, and how it looks. Nothing about anybody is ever kept.
"use strict";

const KEPT = [/* KEPT */];
const SHELL = "shell";
const HOME = "/console";

self.addEventListener("install", (event) => {
  const asked = KEPT.map((address) => new Request(address, { credentials: "omit", cache: "reload" }));
  event.waitUntil(caches.open(SHELL).then((shell) => shell.addAll(asked)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const shell = await caches.open(SHELL);
    const wanted = new Set(KEPT.map((address) => new URL(address, self.location.origin).href));
    for (const request of await shell.keys()) if (!wanted.has(request.url)) await shell.delete(request);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(async () => (await caches.match("/offline")) ?? Response.error()));
  } else if (request.method === "GET" && KEPT.some((address) => request.url.endsWith(address))) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});

self.addEventListener("push", (event) => {
  const told = event.data?.json() ?? {};
  const options = {
    body: told.body,
    tag: told.tag,
    icon: "/icon-192.png",
    badge: "/icon-192.png",
    data: { path: typeof told.path === "string" && told.path.startsWith("/") ? told.path : HOME },
    renotify: Boolean(told.alarm && told.tag),
    requireInteraction: Boolean(told.alarm),
    silent: !told.alarm,
  };
  if (told.alarm) options.vibrate = [400, 200, 400, 200, 400];
  event.waitUntil(self.registration.showNotification(told.title ?? "", options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const address = new URL(event.notification.data?.path ?? HOME, self.location.origin).href;
  const open = async () => {
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const there = pages.find((page) => page.url === address);
    if (there) return there.focus();
    return self.clients.openWindow(address);
  };
  event.waitUntil(open());
});
