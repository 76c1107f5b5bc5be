// Speaks to the exchange. Every function throws an Error with words for the person at the page.

const base = new URL("../api/", import.meta.url);

async function send(path, body) {
  const answer = await fetch(new URL(path, base), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body ?? {}),
  });
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const said = await answer.json().catch(() => ({}));
  throw new Error(said.error ?? "Det lykkedes ikke. / That did not work.");
}

export const call = (from, to, withheld) => send("call", { from, to, withheld });
export const text = (from, to, body) => send("text", { from, to, body });
export const pickUp = (sid) => send(`calls/${sid}/pick-up`);
export const hangUp = (sid) => send(`calls/${sid}/hang-up`);
export const press = (sid, keys) => send(`calls/${sid}/press`, { keys });

/** The state, or null when nothing changed since version `after`. */
export async function state({ after, citizen, sid }) {
  const url = new URL("state", base);
  url.search = new URLSearchParams({ after: after ?? "", citizen: citizen ?? "", call: sid ?? "" });
  const answer = await fetch(url, { cache: "no-store" });
  if (answer.status === 204) return null;
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

/** What the gateway decided: {duty, now, earlier}, as gateway/demo/decisions.py makes it. */
export async function decisions() {
  const answer = await fetch(new URL("decisions", base), { cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}
