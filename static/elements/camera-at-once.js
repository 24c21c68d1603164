/**
 * <camera-at-once><label-camera>…</label-camera></camera-at-once>
 *
 * Opens the camera by itself where it was allowed before: nobody presses its button at every page. A
 * label that lay before it when one page led to the next has been read: it is not read again for lying.
 */
import { ECHO } from "./label-camera.js";

const IN_VIEW = "toolshare-in-view";

class CameraAtOnce extends HTMLElement {
  async connectedCallback() {
    const permission = await navigator.permissions?.query({ name: "camera" }).catch(() => null);
    if (permission?.state !== "granted") return;
    await customElements.whenDefined("label-camera");
    const camera = this.querySelector("label-camera");
    camera.addEventListener("looked", () => this.remember(camera), { once: true });
    addEventListener("pagehide", () => this.hand(camera));
    camera.open();
  }

  /** Opening takes its time: what was in view before is so until the first look. */
  remember({ seen }) {
    const now = performance.now();
    for (const text of JSON.parse(sessionStorage.getItem(IN_VIEW) ?? "[]")) seen.set(text, now);
    sessionStorage.removeItem(IN_VIEW);
  }

  /** Hands on to the next page what is in view. */
  hand({ seen }) {
    const since = performance.now() - ECHO;
    const labels = [...seen].filter(([, at]) => at > since).map(([text]) => text);
    if (labels.length) sessionStorage.setItem(IN_VIEW, JSON.stringify(labels));
  }
}

customElements.define("camera-at-once", CameraAtOnce);
