// Leaving in one move: by the button, or Shift three times.

const PRESSES = 3;
const WITHIN_MS = 1500;

/** `go` is called at once, from the press itself. */
export function onQuickExit(button, go) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    go();
  });
  let presses = [];
  addEventListener(
    "keydown",
    (event) => {
      if (event.repeat) return;
      if (event.key !== "Shift") {
        presses = []; // capital letters in a row are no wish to leave
        return;
      }
      presses = [...presses.filter((at) => event.timeStamp - at < WITHIN_MS), event.timeStamp];
      if (presses.length >= PRESSES) go();
    },
    true,
  );
}

/** Nothing of the page is left to look at, or to come back to. */
export function goAway(address) {
  document.title = "";
  document.documentElement.replaceChildren();
  // On another site's page the whole of it has to go: its script hears this, and without it we try ourselves.
  if (window.parent !== window) {
    parent.postMessage({ akutlinjen: "exit", to: address }, "*");
    try {
      top.location.replace(address);
    } catch {
      location.replace("about:blank");
    }
    return;
  }
  location.replace(address);
}
