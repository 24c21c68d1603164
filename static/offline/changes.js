/** Tells every page of ours on this device, and this one, that what it keeps has changed. */
const CALLED = "toolshare-offline";
const channel = new BroadcastChannel(CALLED);

/** @param {"made" | "settled" | "facts"} what a scan was made or described; sent; other facts */
export function tell(what) {
  channel.postMessage(what);
}

/** @param {(what: "made" | "settled" | "facts") => void} act */
export function onChange(act) {
  new BroadcastChannel(CALLED).onmessage = (event) => act(event.data);
}
