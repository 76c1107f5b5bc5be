// Makes the pages an application: registers the service worker, which also says when somebody waits.
(() => {
  "use strict";
  if (!("serviceWorker" in navigator) || !window.isSecureContext) return;
  navigator.serviceWorker.register("/service-worker.js", { scope: "/" }).catch(() => {});
})();
