// Dialogs with a form each: what the calendar does with a mouse is done here with fields, and what is wrong is
// said at its field. Nothing that somebody wrote is lost when the server refuses it.

export class Dialog {
  constructor(id) {
    this.element = document.getElementById(id);
    this.form = this.element.querySelector("form");
    this.element.querySelectorAll('[data-part="close"]').forEach((each) => each.addEventListener("click", () => this.close()));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submitted?.(event);
    });
  }

  get isOpen() {
    return this.element.open;
  }

  get complains() {
    return [...this.element.querySelectorAll("[data-fault]")].some((each) => !each.hidden);
  }

  open(focus) {
    this.clear();
    if (!this.element.open) this.element.showModal();
    focus?.focus();
  }

  close() {
    this.element.close();
  }

  field(name) {
    return this.form.elements[name];
  }

  values(...names) {
    return Object.fromEntries(names.map((name) => [name, this.field(name).value]));
  }

  clear() {
    this.element.querySelectorAll("[data-fault]").forEach((each) => {
      each.hidden = true;
      each.textContent = "";
    });
    this.element.querySelectorAll("[aria-invalid]").forEach((each) => {
      each.removeAttribute("aria-invalid");
      each.removeAttribute("aria-describedby");
    });
  }

  // `faults`: words by field; those of no field here stand at the top.
  say(faults) {
    this.clear();
    let first = null;
    for (const [name, words] of Object.entries(faults)) {
      const place = this.element.querySelector(`[data-fault="${CSS.escape(name)}"]`) ?? this.element.querySelector('[data-fault=""]');
      place.textContent = place.textContent ? `${place.textContent} ${words}` : words;
      place.hidden = false;
      const field = name && place.dataset.fault === name ? this.field(name) : null;
      if (field) {
        field.setAttribute("aria-invalid", "true");
        field.setAttribute("aria-describedby", place.id);
        first ??= field;
        const folded = field.closest("details");
        if (folded) folded.open = true;
      }
    }
    first?.focus();
  }
}
