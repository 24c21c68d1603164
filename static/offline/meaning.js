/** What a scan means where nobody can be asked: by the facts, and by what was scanned here since. */
import { digest, read } from "./codes.js";

/**
 * What was scanned: a thing, a card, a code that this device doesn't know, or what is wrong with it.
 * @param {string} text
 * @param {import("./facts.js").Facts} facts
 * @param {import("./outbox.js").Scan[]} scans that wait
 */
export async function understand(text, facts, scans) {
  const { code, wrong, host } = read(text, [...facts.codes.hosts, location.host]);
  if (wrong) return { wrong, code, host };
  const thing = facts.things.find((one) => one.code === code || one.old?.includes(code));
  if (thing) return { thing: standing(thing, scans) };
  const worn = await digest(facts.codes.salt, code);
  const card = facts.cards?.find((one) => one.digest === worn);
  if (card) return { card };
  return worn === facts.person.card ? { wrong: "own_card" } : { unknown: code };
}

/**
 * How a thing stands, told what waits: what one lent here is out, what one took back is free.
 * @param {import("./facts.js").Thing} thing
 * @param {import("./outbox.js").Scan[]} scans oldest first
 */
export function standing(thing, scans) {
  const last = scans.filter((one) => one.code === thing.code).at(-1);
  if (!last || thing.counted === "bulk") return { ...thing, since: null };
  const out = last.act === "lend";
  const due = out ? thing.due_if_lent_now : null;
  return { ...thing, since: last, out, due, mine: out && !last.whom, lendable: !out, why_not: null };
}

/**
 * What happens at once, as at the desk; the rest one has to say.
 * @param {Partial<import("./facts.js").Thing>} thing of which an unknown one has a code and no more
 * @param {"member" | "steward"} role
 * @param {import("./facts.js").Card | null} served
 * @returns {"lend" | "return" | "ask"}
 */
export function meant(thing, role, served) {
  if (role !== "steward" || thing.counted === "bulk") return "ask";
  if (thing.out) return "return";
  return served && thing.lendable ? "lend" : "ask";
}

/**
 * The code of a label that the phone's own camera app has read, when this page stands in for that address.
 * @param {Location} address
 */
export function scannedByThePhone(address) {
  return address.pathname.match(/\/i\/([^/]+)/i)?.[1];
}
