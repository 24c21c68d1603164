/**
 * From whatever was scanned or typed to the code that was meant: the same as the server's
 * codes/alphabet.py and labels/scanning.py say, for when it can't be asked.
 */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const AS_MEANT = { O: "0", I: "1", L: "1" };
const SEPARATORS = /[\s\-\u2010-\u2015]+/g;
const POLYNOMIAL = 0b100101; // x^5 + x^2 + 1, primitive over GF(2)

/**
 * @param {string} scanned
 * @param {string[]} hosts whose addresses are ours
 * @returns {{code?: string, wrong?: "nothing" | "foreign" | "no_label" | "not_a_code" | "misread", host?: string}}
 */
export function read(scanned, hosts) {
  const text = scanned.trim();
  if (!text) return { wrong: "nothing" };
  const { part, ...wrong } = text.includes("/") ? inAddress(text, hosts) : { part: text };
  if (part === undefined) return wrong;
  const code = asMeant(part);
  if (code.length !== 8 || [...code].some((one) => !ALPHABET.includes(one)))
    return { wrong: "not_a_code" };
  return checkCharacter(code.slice(0, 7)) === code[7] ? { code } : { wrong: "misread", code };
}

/** Capitals, no separators, O as 0, I and L as 1. @param {string} typed */
function asMeant(typed) {
  return typed.replace(SEPARATORS, "").toUpperCase().replace(/[OIL]/g, (one) => AS_MEANT[one]);
}

/** The character that completes seven others: a sum over GF(32). @param {string} stem */
export function checkCharacter(stem) {
  let total = 0;
  for (const character of stem) total = double(total ^ ALPHABET.indexOf(character));
  return ALPHABET[total];
}

/** @param {number} element of GF(32) */
function double(element) {
  const doubled = element << 1;
  return doubled & 0b100000 ? doubled ^ POLYNOMIAL : doubled;
}

/** What stands after `HTTPS://HOST/I/`, with or without its scheme, in any case. */
function inAddress(text, hosts) {
  const address = parsed(withScheme(text));
  if (!address) return { wrong: "not_a_code" };
  if (!hosts.includes(address.host)) return { wrong: "foreign", host: address.host };
  const [step, part] = address.pathname.split("/").filter(Boolean);
  return step?.toUpperCase() === "I" && part ? { part: decodeURIComponent(part) } : { wrong: "no_label" };
}

function withScheme(text) {
  if (text.startsWith("//")) return `https:${text}`;
  return text.includes("//") ? text : `https://${text}`;
}

/** @returns {URL | null} */
function parsed(address) {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}

const DIGITS = 6; // of a card's digest, as the server gives them

/**
 * A card is kept as the beginning of a digest only, so that a lost phone gives no card away.
 * @param {string} salt
 * @param {string} code
 */
export async function digest(salt, code) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(salt + code));
  return Array.from(new Uint8Array(bytes), (one) => one.toString(16).padStart(2, "0"))
    .join("")
    .slice(0, DIGITS);
}
