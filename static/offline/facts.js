/**
 * The small facts that one needs to work without a signal: fetched by who is signed in, kept for that
 * person alone, wiped when they sign out.
 *
 * @typedef {{id: number, name: string, card: string | null, role: "member" | "steward"}} Person
 * @typedef {{code: string, name: string, group: string, counted: "each" | "bulk", state: string, out: boolean,
 *   mine: boolean, due: string | null, due_if_lent_now: string | null, lendable: boolean,
 *   why_not: string | null, old?: string[]}} Thing what is null or false may be left out
 * @typedef {{digest: string, name: string, blocked: string | null}} Card
 * @typedef {{person: Person, groups: {slug: string, name: string, time_zone: string}[], things: Thing[],
 *   cards: Card[], codes: {hosts: string[], salt: string}}} Facts
 * @typedef {{facts: Facts, etag: string | null, checked: number}} Kept
 */
import { tell } from "./changes.js";
import { transaction } from "./database.js";

const ADDRESS = new URL("../../offline/facts", import.meta.url);
const PATIENCE = 60_000; // ms
const FRESH = 5 * 60_000; // ms in which facts aren't asked for again

/** @returns {Promise<Kept | undefined>} */
export function keptFacts() {
  return transaction("readonly", (store) => store("kept").get("facts"));
}

/** @param {Kept | undefined} kept */
export function areFresh(kept, now = Date.now()) {
  return Boolean(kept) && now - kept.checked < FRESH;
}

/**
 * Asks for what has changed; fails without a signal.
 * @returns {Promise<Person | null>} who is signed in, or nobody: then nothing is kept any more
 */
export async function renew() {
  const [before, wiped] = await transaction("readonly", beforehand);
  const known = before?.etag ? { "If-None-Match": before.etag } : {};
  const headers = { Accept: "application/json", ...known };
  const answer = await fetch(ADDRESS, { headers, signal: AbortSignal.timeout?.(PATIENCE) });
  if (answer.status === 304) return keep(before, wiped);
  if (answer.status === 401 || answer.redirected) return wipe();
  if (!answer.ok) throw new Error(`facts: ${answer.status}`);
  return keep({ facts: await answer.json(), etag: answer.headers.get("ETag") }, wiped);
}

/** What is kept, and how often it was wiped so far. */
function beforehand(store) {
  return Promise.all([store("kept").get("facts"), store("kept").get("wiped")]);
}

/**
 * Not what was asked for before somebody signed out here.
 * @param {Omit<Kept, "checked">} fetched
 * @param {number | undefined} wiped how often it had been when that was asked for
 */
async function keep({ facts, etag }, wiped) {
  const kept = { facts, etag, checked: Date.now() };
  const isTheirs = await transaction("readwrite", async (store) => {
    const isWiped = (await store("kept").get("wiped")) !== wiped;
    if (!isWiped) await store("kept").put(kept, "facts");
    return !isWiped;
  });
  if (!isTheirs) return null;
  tell("facts");
  return facts.person;
}

/** @returns {Promise<null>} */
export async function wipe() {
  await transaction("readwrite", async (store) => {
    const wiped = ((await store("kept").get("wiped")) ?? 0) + 1;
    await Promise.all([store("kept").put(wiped, "wiped"), store("kept").delete("facts")]);
  });
  tell("facts");
  return null;
}
