/** When what waits is sent: at once, when the signal is back, when the page is seen again, else after growing pauses. */
import { onChange } from "./changes.js";
import { areFresh, keptFacts, renew } from "./facts.js";
import { count } from "./outbox.js";
import { send } from "./sending.js";

const PAUSES = [3, 10, 30, 60, 300]; // seconds
let failures = 0;
let timer = 0;
let isBusy = false;
let isAskedAgain = false;

/** From now on this page sees to it. */
export function start() {
  onChange((what) => what === "made" && attend());
  addEventListener("online", attend);
  document.addEventListener("visibilitychange", () => document.hidden || attend());
  attend();
}

/** Sends what waits, if anything does; once more when something was made in the meantime. */
export async function attend() {
  isAskedAgain = isBusy;
  if (isBusy || !(await count())) return;
  isBusy = true;
  clearTimeout(timer);
  if (await sendAll().catch(() => false)) failures = 0;
  else later();
  isBusy = false;
  if (isAskedAgain) attend();
}

/** @returns {Promise<boolean>} whether nothing is left to send */
async function sendAll() {
  return navigator.onLine && (await send()) && !(await count());
}

/** Facts that are not fresh are asked for; without a signal what is known is good enough. */
export async function provide() {
  if (!areFresh(await keptFacts())) await renew().catch(() => null);
}

function later() {
  const pause = PAUSES[Math.min(failures++, PAUSES.length - 1)];
  timer = setTimeout(attend, pause * 1000);
  askTheBrowser().catch(() => {});
}

/** Where a browser sends in the background, it does so when all our pages are closed, too. */
async function askTheBrowser() {
  const registration = await navigator.serviceWorker.getRegistration();
  await registration?.sync?.register("scans");
}

/**
 * Keeps our page for when nothing else answers, in the language of this one.
 * @returns {Promise<boolean>} not for plain http, nor by a browser whose service worker imports nothing
 */
export async function keepThePage() {
  const worker = new URL("../../service-worker.js", import.meta.url);
  worker.searchParams.set("language", document.documentElement.lang);
  return Boolean(await navigator.serviceWorker?.register(worker, { type: "module" }).catch(() => null));
}
