/** What a device sends, as whoever is signed in. */
import { wipe } from "./facts.js";

const PATIENCE = 120_000; // ms: whoever waits for ever keeps all others from sending

/**
 * @param {string} path below the server's address for devices
 * @param {BodyInit} body
 * @param {HeadersInit} headers
 * @returns {Promise<Response | null>} none when nobody is signed in, or not who made it: then no facts are kept any more
 */
export async function post(path, body, headers = {}) {
  const address = new URL(`../../offline/${path}`, import.meta.url);
  const signal = AbortSignal.timeout?.(PATIENCE);
  const accepting = { Accept: "application/json", ...headers };
  const answer = await fetch(address, { method: "POST", body, headers: accepting, signal });
  return answer.status === 401 || answer.redirected ? wipe() : answer;
}

/**
 * What the server says when it refuses.
 * @param {Response} answer
 * @returns {Promise<string>}
 */
export async function reasonIn(answer) {
  const { reasons } = await answer.json().catch(() => ({}));
  const [{ says, instead } = {}] = reasons ?? [];
  return says ? `${says} ${instead ?? ""}`.trim() : `${answer.status} ${answer.statusText}`;
}
