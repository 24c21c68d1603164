/**
 * Opens a page of ours when nothing else answers. It keeps that page and its own files, and nothing of
 * anybody's; and it sends scans that wait once there is a signal, be all pages closed.
 *
 * Served at the root with PROVISIONS in front: {version, page, language, files}.
 */
import { open, show } from "./offline/notes.js";
import { send } from "./offline/sending.js";

const CACHE = `toolshare-${PROVISIONS.version}`;
const OURS = new Set([PROVISIONS.page, ...PROVISIONS.files]);
const DECODER = /\/vendor\//;
const NOBODY_BEHIND = new Set([502, 504]); // says a proxy whose server is gone

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(provide());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([tidy(), self.registration.navigationPreload?.enable()]));
});

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (OURS.has(pathname)) event.respondWith(kept(event));
  else if (mode === "navigate") event.respondWith(opened(event));
});

self.addEventListener("push", (event) => event.waitUntil(show(event)));

self.addEventListener("notificationclick", (event) => event.waitUntil(open(event)));

self.addEventListener("sync", (event) => event.waitUntil(send()));

/** Asked for as a stranger who reads their language, so that nothing else of who is signed in gets into the page. */
async function provide() {
  const cache = await caches.open(CACHE);
  const files = (await readsLabels()) ? PROVISIONS.files.filter((one) => !DECODER.test(one)) : PROVISIONS.files;
  const headers = { "Accept-Language": PROVISIONS.language };
  const page = new Request(PROVISIONS.page, { credentials: "omit", cache: "reload", headers });
  await cache.addAll([page, ...files]);
}

/** Whether this browser needs no decoder of ours. */
async function readsLabels() {
  return (await self.BarcodeDetector?.getSupportedFormats())?.includes("qr_code") ?? false;
}

async function tidy() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("toolshare-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** What is kept, whatever the signal. @param {FetchEvent} event */
async function kept(event) {
  const cache = await caches.open(CACHE);
  return (await cache.match(event.request, { ignoreSearch: true, ignoreVary: true })) ?? anew(event);
}

/** The page that was asked for; without a signal ours, under the same address. @param {FetchEvent} event */
async function opened(event) {
  const answer = await anew(event).catch(() => null);
  if (answer && !NOBODY_BEHIND.has(answer.status)) return answer;
  return (
    (await (await caches.open(CACHE)).match(PROVISIONS.page, { ignoreVary: true })) ??
    answer ??
    Response.error()
  );
}

/** @param {FetchEvent} event */
async function anew(event) {
  return (await event.preloadResponse) ?? fetch(event.request);
}
