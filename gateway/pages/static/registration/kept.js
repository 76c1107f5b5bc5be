// What a form that is being filled in leaves on the device, so that nothing is lost without a connection.
//
// A record for each open form: which answers were chosen, by the ids of questions and options. Free words are
// in it only while they have not been sent, a CPR number never. It goes when the form is handed in, on signing
// out, and after twelve hours in any case; another worker's records are never shown.

const PREFIX = "registration:";
const HOURS = 12;

export function keep(worker, path, record) {
  try {
    localStorage.setItem(`${PREFIX}${worker}:${path}`, JSON.stringify({ ...record, at: Date.now() }));
  } catch {
    // No room, or none allowed: then what is on the page is all there is.
  }
}

export function forget(worker, path) {
  localStorage.removeItem(`${PREFIX}${worker}:${path}`);
}

export function forgetAll() {
  for (const key of keys()) localStorage.removeItem(key);
}

export function kept(worker, path) {
  return all(worker).find((each) => each.path === path)?.record;
}

// Every record of this worker that is not too old; whatever is too old is removed, whoever's it is.
export function all(worker) {
  const found = [];
  for (const key of keys()) {
    const record = read(key);
    if (!record || !(Date.now() - record.at < HOURS * 3600 * 1000)) {
      localStorage.removeItem(key);
      continue;
    }
    const mine = `${PREFIX}${worker}:`;
    if (key.startsWith(mine)) found.push({ path: key.slice(mine.length), record });
  }
  return found;
}

function keys() {
  return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

// The same for the same answer: none is null, a choice of several has no order.
export function plain(answer) {
  if (Array.isArray(answer)) return answer.length ? [...new Set(answer)].sort().join(" ") : null;
  return answer === undefined || answer === "" ? null : answer;
}
