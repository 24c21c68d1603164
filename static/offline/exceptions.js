/** Scans of which the server says that somebody should look at them; they stay here until they were read. */
import { transaction } from "./database.js";
import { changing, theirs } from "./outbox.js";

/**
 * @param {number | undefined} person
 * @returns {Promise<(import("./outbox.js").Scan & {says: string})[]>} theirs, oldest first
 */
export function toLookAt(person) {
  return transaction("readonly", (store) => theirs(store, person, "answers"));
}

/** @param {string} operation */
export function forget(operation) {
  return changing((store) => store("answers").delete(operation), "settled");
}
