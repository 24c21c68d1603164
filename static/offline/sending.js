/**
 * Sends what waits, in order and each exactly once: a scan goes only when the server has answered for its
 * operation, and whatever is sent twice is done once there. One sender at a time on a device.
 */
import { renew } from "./facts.js";
import { changing, theirs, waiting } from "./outbox.js";
import { sendPhoto } from "./photos.js";
import { post, reasonIn } from "./posting.js";

const MOST = 30; // at once: with the longest notes they are still less than the server takes

/**
 * Fails when the server can't be reached; what it has not answered stays.
 * @returns {Promise<boolean>} whether somebody is signed in, and so all of theirs was sent
 */
export function send() {
  return navigator.locks.request("toolshare-sending", async () => {
    const person = await renew();
    return Boolean(person) && (await sendAll(person.id));
  });
}

/** @param {number} person */
async function sendAll(person) {
  let batch, sent = 0;
  while ((batch = await changing((store) => begin(store, person), "settled")).scans.length) {
    if (!(await sendThese(batch))) return false;
    sent += batch.scans.length;
  }
  for (const scan of await waiting(person))
    if (scan.answered && !(await sendPhoto(scan))) return false;
  if (sent) await renew();
  return true;
}

/** From now on none of them can be taken back: it may have arrived, whatever we hear of it. */
async function begin(store, person) {
  const device = (await store("kept").get("device")) ?? crypto.randomUUID();
  const scans = next(await theirs(store, person));
  await store("kept").put(device, "device");
  await Promise.all(scans.map((one) => store("scans").put({ ...one, tried: true })));
  return { device, scans };
}

/**
 * The next ones to send: none from the first on that is still being described.
 * @param {import("./outbox.js").Scan[]} scans
 */
export function next(scans, now = Date.now()) {
  const unsent = scans.filter((one) => !one.answered);
  const held = unsent.findIndex((one) => one.held_until > now && !one.tried);
  return unsent.slice(0, held < 0 ? MOST : Math.min(held, MOST));
}

/** @param {{device: string, scans: import("./outbox.js").Scan[]}} batch */
async function sendThese({ device, scans }) {
  const [{ person }] = scans;
  const sent = { device, person, scans: scans.map(asSent), sent_at: new Date().toISOString() };
  const type = { "Content-Type": "application/json" };
  const answer = await post("scans", JSON.stringify(sent), type);
  if (!answer) return false;
  if (answer.status >= 500) throw new Error(`scans: ${answer.status}`);
  const trouble = answer.ok ? null : await reasonIn(answer);
  await changing((store) => store("kept").put(trouble, "trouble"), "settled");
  if (trouble) return false;
  const { answers } = await answer.json();
  const operations = new Set(answers.map((one) => one.operation));
  if (!scans.every((one) => operations.has(one.operation))) throw new Error("no answer for a scan");
  await changing((store) => Promise.all(answers.map((one) => settle(store, one))), "settled");
  return true;
}

/** @param {import("./outbox.js").Scan} scan */
function asSent({ operation, sequence, at, act, code, card, quantity, condition, note }) {
  return { operation, sequence, at, act, code, card, quantity, condition, note };
}

/** @param {import("./outbox.js").Answer} answer */
async function settle(store, { operation, became, outcome, says }) {
  const scan = await store("scans").get(operation);
  if ((became ?? outcome) === "exception") await store("answers").put({ ...scan, photo: null, says });
  if (scan.photo) await store("scans").put({ ...scan, answered: true });
  else await store("scans").delete(operation);
}
