/** Fills what the page has prepared in the reader's language, and says times as the pages do. */

/**
 * Every element with `data-says="… {name} …"` says that, with these values, and is hidden when one is missing;
 * one with `data-if="name"` is shown when that value is true.
 * @param {ParentNode} where
 * @param {Record<string, string | number | boolean | null | undefined>} values
 */
export function fill(where, values) {
  for (const element of where.querySelectorAll("[data-if]"))
    element.hidden = !values[element.dataset.if];
  for (const element of where.querySelectorAll("[data-says]")) {
    const named = [...element.dataset.says.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    element.hidden = named.some((name) => values[name] === null || values[name] === undefined);
    element.textContent = element.dataset.says.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  }
}

/**
 * A copy of the page's template of that name, filled.
 * @param {string} name
 * @param {Parameters<typeof fill>[1]} values
 * @returns {HTMLElement}
 */
export function written(name, values) {
  const copy = document.getElementById(name).content.firstElementChild.cloneNode(true);
  fill(copy, values);
  return copy;
}

/** The time of a moment, with its day when it was not today. @param {string | number} moment */
export function when(moment) {
  const at = new Date(moment);
  const time = at.toLocaleTimeString(language(), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return at.toDateString() === new Date().toDateString() ? time : `${day(at)}, ${time}`;
}

/**
 * A due date: just the day when it is the end of the day there, else with the time.
 * @param {string | null} moment
 * @param {string} timeZone
 */
export function until(moment, timeZone) {
  if (!moment) return null;
  const at = new Date(moment);
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
  const time = at.toLocaleTimeString(language(), clock);
  return time === "23:59" ? day(at, timeZone) : `${day(at, timeZone)}, ${time}`;
}

/** As "Sat 28 Nov". */
function day(at, timeZone = undefined) {
  const form = { weekday: "short", day: "numeric", month: "short", timeZone };
  const parts = new Intl.DateTimeFormat(language(), form).formatToParts(at);
  const part = (type) => parts.find((one) => one.type === type).value;
  return `${part("weekday")} ${part("day")} ${part("month")}`;
}

function language() {
  return document.documentElement.lang || undefined;
}
