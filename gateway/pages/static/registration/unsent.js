// On the list of what is missing: sends what other forms left on this phone without a connection.
import { all, forget, keep } from "./kept.js";
import { send } from "./sending.js";

const told = document.getElementById("unsent");
const { worker, token } = told.dataset;

async function sendAll() {
  let left = null;
  for (const { path, record } of all(worker)) {
    if (!Object.keys(record.changes).length && !record.handIn) continue;
    const { how, said } = await send(`${path}/draft`, token, { changes: record.changes, submit: record.handIn });
    if (how === "saved" && said.saved && !Object.keys(said.faults).length) {
      if (said.state === "submitted") forget(worker, path);
      else {
        const seen = { ...record.seen };
        for (const [id, change] of Object.entries(record.changes)) if (id in seen) seen[id] = change.to;
        keep(worker, path, { seen, changes: {}, handIn: false });
      }
    } else left ??= path;
  }
  const link = told.querySelector("a");
  if (left) link.href = left;
  link.hidden = !left;
  told.hidden = !left;
}

sendAll();
window.addEventListener("online", sendAll);
