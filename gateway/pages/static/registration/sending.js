// Sends what changed in a form, and says how it went: "saved", "in the way", "signed out", "refused" or "away"
// (no connection). Whatever it says, nothing has been lost: only "saved" lets a record go.

const PATIENCE_MS = 15000;

export async function send(path, token, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-Form-Token": token },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    return { how: "away" };
  }
  if (answer.status === 401 || answer.status === 403) return { how: "signed out" };
  const said = await answer.json().catch(() => null);
  if (said && answer.status === 409 && said.theirs) return { how: "in the way", said };
  if (said && answer.ok) return { how: said.saved || !said.refused ? "saved" : "refused", said };
  return { how: answer.status >= 500 || answer.status === 429 ? "away" : "refused", said };
}
