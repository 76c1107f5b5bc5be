// The page's parts by name, and which of its screens is shown.

export const parts = {};
for (const element of document.querySelectorAll("[data-part]")) parts[element.dataset.part] = element;

export const told = JSON.parse(document.getElementById("told").textContent);
export const words = told.words;

/** Show one screen. Whoever pressed something is led to its heading; nobody else's focus is touched. */
export function show(name, { focus = true } = {}) {
  for (const screen of document.querySelectorAll("[data-screen]")) screen.hidden = screen.dataset.screen !== name;
  const screen = document.querySelector(`[data-screen=${name}]`);
  screen.scrollTop = 0;
  if (focus) screen.querySelector("h1").focus({ preventScroll: true });
}

export const shownScreen = () => document.querySelector("[data-screen]:not([hidden])").dataset.screen;

/** Touches the page only when the words change, so that nothing is read out twice. */
export function say(part, text) {
  if (part.textContent !== text) part.textContent = text;
}

export const filled = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

/** A button that waits for an answer is pressed once, and keeps its focus. */
export async function busy(button, act) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  try {
    await act();
  } finally {
    button.removeAttribute("aria-disabled");
  }
}
