// The dark theme where the device asks for it; at night the server has chosen it already.
(() => {
  "use strict";
  const page = document.documentElement;
  const device = window.matchMedia("(prefers-color-scheme: dark)");
  const choose = () => {
    if (page.dataset.night === "no") page.dataset.theme = device.matches ? "dark" : "light";
  };
  device.addEventListener("change", choose);
  choose();
})();
