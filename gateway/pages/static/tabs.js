// Where a row of pages is longer than the screen, the one that is open is in sight.
(() => {
  "use strict";
  for (const open of document.querySelectorAll(".tabs [aria-current=page]")) {
    const row = open.closest(".tabs");
    const [its, all] = [open.getBoundingClientRect(), row.getBoundingClientRect()];
    if (its.right > all.right) row.scrollLeft += its.left - all.left - (all.width - its.width) / 2;
  }
})();
