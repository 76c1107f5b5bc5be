// The plan as this page knows it, and the way to the server. Every change names the version of the plan that it
// was meant for: where a colleague was first, the server refuses, and the page shows the new plan.

const EVERY = 1000;

export class Refused extends Error {
  constructor(status, answer) {
    super(answer.detail || answer.title || "");
    this.status = status;
    this.answer = answer;
  }
}

export class Plan {
  constructor(now, { line, view, date, token }) {
    this.now = now;
    this.query = `?view=${view}&date=${date}`;
    this.base = `/roster/${encodeURIComponent(line)}`;
    this.token = token;
    this.shown = [];
    this.waits = Promise.resolve();
    this.held = false; // while something is dragged, nothing moves under the hand
  }

  get version() {
    return this.now.version;
  }

  shift(id) {
    return this.now.shifts.find((each) => each.id === id);
  }

  onShown(show) {
    this.shown.push(show);
  }

  show(plan) {
    this.now = plan;
    this.shown.forEach((show) => show(plan));
  }

  // One after the other, so that each knows the version that the one before made.
  change(what, body = {}, seen) {
    const done = this.waits.then(() => this.#send(what, body, seen));
    this.waits = done.catch(() => {});
    return done;
  }

  async #send(what, body, seen) {
    const answer = await this.ask(`${what}${this.query}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Form-Token": this.token },
      body: JSON.stringify({ ...body, seen: seen ?? this.version }),
    });
    this.show(answer.plan);
    return answer;
  }

  async ask(path, how = {}) {
    const headers = { Accept: "application/json", ...how.headers };
    const response = await fetch(`${this.base}/${path}`, { ...how, headers, redirect: "error" });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Refused(response.status, answer);
    return answer;
  }

  async refresh(headers = {}) {
    this.show(await this.ask(`plan${this.query}`, { headers }));
  }

  // Asks every second, while somebody looks, whether a colleague changed something: a short text each time. Where
  // only the line's rules are others, the marks come anew, and nobody's change is refused for it.
  watch({ changed, lost, found }) {
    const look = async () => {
      if (!document.hidden && !this.held) {
        try {
          const { stamp } = await this.ask("version", { headers: { "X-Unattended": "1" } });
          found();
          await this.waits;
          if (stamp !== this.now.stamp && !this.held) {
            const before = this.version;
            await this.refresh({ "X-Unattended": "1" });
            if (before !== this.version) changed();
          }
        } catch (error) {
          lost(error);
        }
      }
      setTimeout(look, EVERY);
    };
    setTimeout(look, EVERY);
  }
}
