/**
 * <label-camera into="code" detector="…js" decoder="…js" wasm="…wasm"><video>…buttons…</label-camera>
 *
 * Keeps the camera open, puts each label that comes into view into the field with the id `into` and
 * sends its form; the same label once, until it has been out of view for a while. The browser's own
 * BarcodeDetector reads where there is one, else ours. Which camera was chosen is remembered.
 */
export const ECHO = 3000; // ms out of view after which the same label is a new one
const CHOSEN = "toolshare-camera";

class LabelCamera extends HTMLElement {
  connectedCallback() {
    this.video = this.querySelector("video");
    this.choice = this.querySelector("select");
    /** @type {Map<string, number>} when each was in view last */
    this.seen = new Map();
    this.addEventListener("click", (event) => {
      const act = event.target.closest("[data-act]")?.dataset.act;
      if (act) this[act]();
    });
    this.choice.addEventListener("change", () => {
      localStorage.setItem(CHOSEN, this.choice.value);
      this.open();
    });
    this.setAttribute("state", navigator.mediaDevices ? "closed" : "nowhere");
  }

  disconnectedCallback() {
    this.close();
  }

  async open() {
    this.close();
    const device = localStorage.getItem(CHOSEN);
    const which = device ? { deviceId: { ideal: device } } : { facingMode: "environment" };
    const video = { width: { ideal: 1280 }, height: { ideal: 720 }, ...which };
    try {
      this.video.srcObject = await navigator.mediaDevices.getUserMedia({ video });
    } catch {
      return this.setAttribute("state", "refused");
    }
    await this.video.play();
    this.setAttribute("state", "open");
    await this.offerCameras();
    this.toggleAttribute("has-light", Boolean(this.track.getCapabilities?.().torch));
    this.read(this.video.srcObject);
  }

  close() {
    this.video.srcObject?.getTracks().forEach((track) => track.stop());
    this.video.srcObject = null;
    if (this.getAttribute("state") === "open") this.setAttribute("state", "closed");
  }

  async light() {
    const button = this.querySelector("[data-act=light]");
    const torch = button.getAttribute("aria-pressed") !== "true";
    await this.track.applyConstraints({ advanced: [{ torch }] });
    button.setAttribute("aria-pressed", torch);
  }

  get track() {
    return this.video.srcObject.getVideoTracks()[0];
  }

  async offerCameras() {
    const all = await navigator.mediaDevices.enumerateDevices();
    const cameras = all.filter((device) => device.kind === "videoinput");
    this.choice.replaceChildren(...cameras.map((one) => new Option(one.label, one.deviceId)));
    this.choice.value = this.track.getSettings().deviceId;
    this.toggleAttribute("has-choice", cameras.length > 1);
  }

  /** @param {MediaStream} stream Reads as long as the camera gives this one. */
  async read(stream) {
    const { detector } = await import(this.getAttribute("detector"));
    this.detector ??= await detector(this.getAttribute("decoder"), this.getAttribute("wasm"));
    while (this.video.srcObject === stream) {
      const found = await this.detector.detect(this.video).catch(() => []);
      this.dispatchEvent(new Event("looked"));
      for (const label of found) this.take(label.rawValue);
      await new Promise(requestAnimationFrame);
    }
  }

  /** @param {string} text */
  take(text) {
    const now = performance.now();
    const isEcho = now - (this.seen.get(text) ?? -Infinity) < ECHO;
    this.seen.set(text, now);
    if (isEcho || !text) return;
    const field = document.getElementById(this.getAttribute("into"));
    field.value = text;
    field.form.requestSubmit();
  }
}

customElements.define("label-camera", LabelCamera);
