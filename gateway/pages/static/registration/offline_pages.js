// Empty forms, kept in the browser so that a form opens without a connection. They hold nothing about anybody:
// what was chosen is in the records of kept.js.

const CACHE = "registration";
const FORMS = ["telephone", "in_house", "outgoing", "overnight"];
const AGAIN_MS = 3600 * 1000;

export async function cacheShells() {
  if (!("caches" in window)) return;
  const cache = await caches.open(CACHE);
  const first = await cache.match(`/registrations/offline/${FORMS[0]}`);
  const age = first ? Date.now() - Date.parse(first.headers.get("Date")) : Infinity;
  if (age < AGAIN_MS) return;
  try {
    const assets = new Set();
    for (const each of FORMS) {
      const address = `/registrations/offline/${each}`;
      const answer = await fetch(address);
      if (!answer.ok || answer.redirected) return;
      await cache.put(address, answer.clone());
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const found of page.querySelectorAll("link[href^='/assets/'], script[src^='/assets/']")) {
        assets.add(found.getAttribute("href") ?? found.getAttribute("src"));
      }
    }
    for (const name of ["answers", "kept", "offline_pages", "sending"]) assets.add(`/assets/registration/${name}.js`);
    assets.add("/assets/loading.js");
    await cache.addAll([...assets]);
  } catch {
    // The connection went away: next time.
  }
}
