/** What a device sends, as whoever is signed in. */
import { wipe } from "./facts.js";

/**
 * @param {string} path below the server's address for devices
 * @param {BodyInit} body
 * @param {HeadersInit} headers
 * @returns {Promise<Response | null>} none when nobody is signed in: then no facts are kept any more
 */
export async function post(path, body, headers = {}) {
  const address = new URL(`../../offline/${path}`, import.meta.url);
  const asked = { method: "POST", body, headers: { Accept: "application/json", ...headers } };
  const answer = await fetch(address, asked);
  return answer.status === 401 || answer.redirected ? wipe() : answer;
}
