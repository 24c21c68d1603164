/**
 * <camera-at-once><label-camera>…</label-camera></camera-at-once>
 *
 * Opens the camera by itself where it was allowed before: nobody presses its button at every page.
 */
class CameraAtOnce extends HTMLElement {
  async connectedCallback() {
    const permission = await navigator.permissions?.query({ name: "camera" }).catch(() => null);
    if (permission?.state !== "granted") return;
    await customElements.whenDefined("label-camera");
    this.querySelector("label-camera").open();
  }
}

customElements.define("camera-at-once", CameraAtOnce);
