/** What an answered page shows in place of what is shown. */
const PARTS = ["#serving", "#collected", "#own-scans", "#found-so-far"];

/** @param {Document} page that was answered; its parts replace those of the same ids */
export function renew(page) {
  for (const id of PARTS) document.querySelector(id)?.replaceWith(page.querySelector(id));
  followAddress();
}

/** The address names where one is, if the page says so: loaded anew it still knows. */
export function followAddress() {
  const { address } = document.querySelector("#serving")?.dataset ?? {};
  if (address) history.replaceState(null, "", address);
}

/** The page is over: where the server led us, or its report with why nothing was done any more. */
export function leaveFor(page, { redirected, url }) {
  const report = page.querySelector("main.report");
  if (report && !redirected) document.querySelector("main").replaceWith(report);
  else location.assign(redirected ? url : location.href);
}
