// A time that says more on touch: "for 3 min. siden" shows its exact time, by a tap, a click or a key, and hides it
// again. Without this script the time stands there as it is, with the exact one as its title.

const page = document.documentElement;
const spelled = new Intl.DateTimeFormat(page.lang === "da" ? "da-DK" : "en-GB", {
  dateStyle: "full",
  timeStyle: "medium",
  timeZone: page.dataset.zone,
});
// By the id of their element: a list that is fetched anew shows what it showed.
const open = new Set();

class AtTouch extends HTMLElement {
  connectedCallback() {
    const time = this.querySelector("time");
    if (!time?.dateTime || this.querySelector("button")) return;
    time.title = spelled.format(new Date(time.dateTime));
    const button = document.createElement("button");
    button.type = "button";
    if (this.id) button.id = `${this.id}-button`;
    const exact = document.createElement("span");
    exact.className = "exact";
    // Said aloud once it is asked for; a log says by itself what is new in it, unless it is told not to here.
    if (!this.closest("[role=log]") || this.getAttribute("aria-live") === "off") exact.setAttribute("aria-live", "polite");
    time.replaceWith(button, exact);
    button.append(time);
    const show = (isShown) => {
      button.setAttribute("aria-expanded", String(isShown));
      exact.textContent = isShown ? time.title : "";
      if (this.id) open[isShown ? "add" : "delete"](this.id);
    };
    show(open.has(this.id));
    button.addEventListener("click", () => show(!exact.textContent));
  }
}

customElements.define("at-touch", AtTouch);
