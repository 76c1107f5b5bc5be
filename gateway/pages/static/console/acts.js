// Forms that do something with a contact: sent without leaving the page, so that it can say kindly what came of it.
(() => {
  "use strict";
  const duty = (window.duty ??= {});

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-act]");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    duty.alarm.stop();
    const body = new URLSearchParams(new FormData(form));
    try {
      const headers = { Accept: "application/json" };
      const answer = await duty.live.ask(form.action, { method: "POST", body, headers, attended: true });
      const said = await answer.json().catch(() => ({}));
      if (answer.ok && said.go && form.dataset.act !== "stay") {
        window.location.assign(said.go);
        return;
      }
      duty.live.notice(answer.ok ? "" : said.detail || document.getElementById("strip").dataset.failed);
      duty.acted?.(answer.ok);
    } catch {
      if (!duty.live.signedOut) duty.live.notice(document.getElementById("strip").dataset.offline);
    }
    delete form.dataset.busy;
    duty.live.refresh();
  });
})();
