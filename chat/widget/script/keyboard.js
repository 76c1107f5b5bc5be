// Keeps the page as high as what can be seen: a keyboard never covers the field that is written in.

export function followKeyboard(changed) {
  const seen = window.visualViewport;
  if (!seen) return;
  const fit = () => {
    if (seen.scale > 1.01) return; // somebody looks closer
    document.documentElement.style.setProperty("--seen", `${Math.round(seen.height)}px`);
    scrollTo(0, 0); // browsers that do not shrink the page push it up instead
    changed();
  };
  seen.addEventListener("resize", fit);
  seen.addEventListener("scroll", () => seen.scale === 1 && scrollTo(0, 0));
  fit();
}

/** As high as its text, within what the style allows. */
export function growing(field) {
  const grow = () => {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
  };
  field.addEventListener("input", grow);
  return grow;
}
