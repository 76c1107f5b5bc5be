// The crisis plan: says when something is not saved yet, and opens the browser's own print.
(() => {
  "use strict";
  const print = document.getElementById("print");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
  const plan = document.getElementById("plan");
  if (!plan) return;
  let changed = false;
  plan.addEventListener("input", () => { changed = true; });
  plan.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
})();
