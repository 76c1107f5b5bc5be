// Whom to call instead: a number in E.164, as people write it, at the top of every screen.

import { filled, parts, told } from "./screens.js";

const known = new Map();
for (const phone of [...told.phones, ...Object.values(told.lines)]) known.set(phone.number, phone.shown);

export const asWritten = (number) => known.get(number) ?? number;

/** The number at the top is from now on this line's, when it is one of ours. */
export function callLine(line) {
  if (told.lines[line]) callNumber(told.lines[line].number);
}

export function callNumber(number) {
  if (!parts.phone) return;
  parts.phone.href = `tel:${number}`;
  parts.phone.textContent = asWritten(number);
  parts.phone.setAttribute("aria-label", filled(parts.phone.dataset.label, { number: asWritten(number) }));
}

/** A link that calls. */
export function offer(link, number) {
  link.href = `tel:${number}`;
  link.textContent = filled(parts.phone?.dataset.label ?? "{number}", { number: asWritten(number) });
}

/** The number that stands at the top. */
export const numberShown = () => parts.phone?.textContent ?? "112";
