/**
 * Scans that wait for a signal, each with an operation id of its own, in the order in which they were made.
 *
 * @typedef {{operation: string, sequence: number, at: string, person: number, act: "lend" | "return",
 *   code: string, card: string | null, quantity: number | null, condition: string | null, note: string | null,
 *   photo: Blob | null, name: string | null, whom: string | null, isLeft: boolean, tried: boolean,
 *   answered: boolean, held_until: number}} Scan
 * @typedef {{operation: string, outcome: "done" | "already" | "exception",
 *   became?: "done" | "exception", says: string}} Answer
 */
import { tell } from "./changes.js";
import { transaction } from "./database.js";

const BLANK = { card: null, whom: null, quantity: null, condition: null, note: null, photo: null };
const NEW = { tried: false, answered: false, held_until: 0 };
const WHILE_DESCRIBED = 5 * 60_000; // ms

/**
 * @param {number} person
 * @param {Partial<Scan>} act
 * @returns {Promise<Scan>}
 */
export function keep(person, act) {
  navigator.storage?.persist?.(); // so that no browser throws it away to make room
  return changing(async (store) => {
    const sequence = ((await store("kept").get("sequence")) ?? 0) + 1;
    const made = { person, sequence, operation: crypto.randomUUID(), at: new Date().toISOString() };
    const scan = { ...BLANK, ...NEW, ...act, ...made };
    await store("kept").put(sequence, "sequence");
    await store("scans").put(scan);
    return scan;
  });
}

/**
 * @param {number | undefined} person
 * @returns {Promise<Scan[]>} theirs, oldest first
 */
export function waiting(person) {
  return transaction("readonly", (store) => theirs(store, person));
}

/** The same inside a transaction. */
export async function theirs(store, person, where = "scans") {
  const all = await store(where).all();
  return all.filter((one) => one.person === person).sort((a, b) => a.sequence - b.sequence);
}

/** @returns {Promise<number>} how many wait on this device, whoever made them */
export async function count() {
  return (await transaction("readonly", (store) => store("scans").all())).length;
}

/** @returns {Promise<string | null | undefined>} why the server takes nothing of all that waits */
export function trouble() {
  return transaction("readonly", (store) => store("kept").get("trouble"));
}

/**
 * As if it had not been made; not once it may have reached the server.
 * @param {string} operation
 */
export function takeBack(operation) {
  return changing(async (store) => {
    const scan = await store("scans").get(operation);
    if (scan && !scan.tried) await store("scans").delete(operation);
  });
}

/**
 * Adds what there is to say of it, while it waits.
 * @param {string} operation
 * @param {Partial<Scan>} said
 */
export function describe(operation, said) {
  return changing(async (store) => {
    const scan = await store("scans").get(operation);
    if (scan && !scan.tried) await store("scans").put({ ...scan, ...said });
  });
}

/** Nothing is sent before it is described. @param {string} operation */
export function hold(operation) {
  return describe(operation, { held_until: Date.now() + WHILE_DESCRIBED });
}

/**
 * @template T
 * @param {(store: Function) => Promise<T>} act
 * @param {Parameters<typeof tell>[0]} what
 * @returns {Promise<T>}
 */
export async function changing(act, what = "made") {
  const given = await transaction("readwrite", act);
  tell(what);
  return given;
}
