// Where the citizen is, from what they write: a postcode, or the name of a municipality.

import { told } from "./screens.js";

const plain = (name) => name.normalize("NFC").trim().toLocaleLowerCase("da").replace(/\s+(kommune|municipality)$/, "");
const codes = new Map(Object.entries(told.places).map(([name, code]) => [plain(name), code]));

/** {postcode} or {municipality}; null when it is neither. */
export function placeOf(text) {
  const digits = /^(?:dk-?)?\s*(\d{4})\b/i.exec(text.trim());
  if (digits) return { postcode: digits[1] };
  const code = codes.get(plain(text));
  return code ? { municipality: code } : null;
}
