/** Photos go after their scans were taken. */
import { changing } from "./outbox.js";
import { post, reasonIn } from "./posting.js";

/**
 * One that the server will not have is told of, with what it says; its scan was taken before.
 * @param {import("./outbox.js").Scan} scan
 * @returns {Promise<boolean>} whether somebody is signed in
 */
export async function sendPhoto(scan) {
  const body = new FormData();
  body.set("photo", scan.photo, scan.photo.name ?? "photo.jpg");
  body.set("person", scan.person);
  const answer = await post(`scans/${scan.operation}/photo`, body);
  if (!answer) return false;
  if (answer.status >= 500) throw new Error(`photo: ${answer.status}`);
  const says = answer.ok ? null : await reasonIn(answer);
  await changing(async (store) => {
    if (says !== null) await store("answers").put({ ...scan, photo: null, says });
    await store("scans").delete(scan.operation);
  }, "settled");
  return true;
}
