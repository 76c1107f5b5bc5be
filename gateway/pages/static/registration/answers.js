// Reads and writes the answers of the page's form. A question's inputs are named "q." and its id.

export function questions(form) {
  return [...form.querySelectorAll("[data-question]")];
}

export function inputs(question) {
  return [...question.querySelectorAll("input, select, textarea")].filter((each) => each.name.startsWith("q."));
}

export function answer(question) {
  const found = inputs(question);
  switch (question.dataset.kind) {
    case "one":
      return found.find((each) => each.checked)?.value ?? null;
    case "many": {
      const chosen = found.filter((each) => each.checked).map((each) => each.value);
      return chosen.length ? chosen : null;
    }
    case "number":
      return /^\d{1,8}$/.test(found[0].value) ? Number(found[0].value) : found[0].value || null;
    case "time":
      return found[0].value.slice(0, 16) || null;
    default:
      return found[0].value.trim() || null;
  }
}

export function setAnswer(question, value) {
  for (const each of inputs(question)) {
    if (each.type === "radio" || each.type === "checkbox") each.checked = [value].flat().includes(each.value);
    else each.value = value ?? "";
  }
}

// As people read it.
export function inWords(question, value, none) {
  if (value === null || value === undefined || value === "") return none;
  if (question.dataset.kind === "municipality") {
    return question.querySelector(`option[value="${CSS.escape(value)}"]`)?.textContent ?? String(value);
  }
  const labels = [value].flat().map((each) => {
    const input = inputs(question).find((one) => one.value === String(each) && one.closest(".chip"));
    return input ? input.closest(".chip").querySelector(".chip-label").textContent : String(each);
  });
  return labels.join(", ");
}

export function isAsked(form, question) {
  if (!question.dataset.if) return true;
  const other = form.querySelector(`[data-question="${CSS.escape(question.dataset.if)}"]`);
  const given = other ? [answer(other)].flat() : [];
  return question.dataset.is.split(" ").some((each) => given.includes(each));
}
