/** What the server has to say while no page of ours is open: shown by the system, and opened by a tap. */

/**
 * @param {PushEvent} event whose data is {title, body, path, tag, lang}
 * @returns {Promise<void>}
 */
export async function show(event) {
  const { title = "Toolshare", body = "", path = "/", tag, lang } = read(event.data);
  await self.registration.showNotification(title, { body, tag, lang, data: { path } });
}

/** Opens the page that it is about, where one of ours is open already in there. @param {NotificationEvent} event */
export async function open(event) {
  event.notification.close();
  const address = ours(event.notification.data?.path);
  const pages = await self.clients.matchAll({ type: "window" });
  const page = pages.find((one) => "navigate" in one);
  const opened = await page?.navigate(address).catch(() => null);
  await (opened?.focus() ?? self.clients.openWindow(address));
}

/** A browser wants something shown for whatever came. @param {PushMessageData | null} data */
function read(data) {
  try {
    return data.json();
  } catch {
    return {};
  }
}

/** An address of our own, whatever was sent. @param {string | undefined} path */
function ours(path) {
  const address = new URL(path ?? "/", location.origin);
  return address.origin === location.origin ? address.href : location.origin;
}
