// Times as the clocks of the site show them: "2026-11-24T20:00". They are counted as if every day had 24
// hours; which instant a time is, over the changes of the clock too, is the server's to say. So nothing here
// or in the calendar ever asks what zone this browser is in.

const MINUTE = 60_000;

export const counted = (wall) => Date.parse(`${wall.slice(0, 16)}Z`);
export const written = (count) => new Date(count).toISOString().slice(0, 16);
export const later = (wall, { days = 0, minutes = 0 }) => written(counted(wall) + (days * 1440 + minutes) * MINUTE);

// What the calendar says somebody dragged: years, months, days and seconds.
export function dragged(wall, by) {
  const at = new Date(counted(wall));
  at.setUTCFullYear(at.getUTCFullYear() + by.years, at.getUTCMonth() + by.months, at.getUTCDate() + by.days);
  return written(at.getTime() + by.seconds * 1000);
}

export function middle(start, end) {
  const half = (counted(end) - counted(start)) / 2;
  return written(counted(start) + Math.round(half / (30 * MINUTE)) * 30 * MINUTE);
}

export const day = (wall) => wall.slice(0, 10);
/** The time of day as the page's language writes it. */
export const time = (wall) => wall.slice(11, 16).replace(":", document.documentElement.lang === "da" ? "." : ":");

export function saidDay(wall, language) {
  const said = { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" };
  return new Intl.DateTimeFormat(language === "da" ? "da-DK" : "en-GB", said).format(counted(`${day(wall)}T00:00`));
}

export function overlaps(one, start, end) {
  return one.start < end && start < one.end;
}
