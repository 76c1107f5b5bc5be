// The page that stands for the one that could not be fetched: asks again by itself.
(() => {
  "use strict";
  const again = () => window.location.reload();
  document.getElementById("again").addEventListener("click", again);
  window.addEventListener("online", again);
  setInterval(async () => {
    const answer = await fetch("/health/live", { cache: "no-store" }).catch(() => null);
    if (answer?.ok) again();
  }, 5000);
})();
