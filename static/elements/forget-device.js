/**
 * <forget-device><form>…</form><dialog>…{n}…</dialog></forget-device>
 *
 * Before its forms sign somebody out: asks when scans still wait here, and wipes what this device knows. Where
 * a browser keeps nothing, nothing holds them up.
 */
import { wipe } from "../offline/facts.js";
import { count } from "../offline/outbox.js";
import { fill } from "../offline/words.js";

class ForgetDevice extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    if (isSecureContext) this.addEventListener("submit", (event) => this.ask(event));
  }

  /** @param {SubmitEvent} event */
  async ask(event) {
    const form = event.target;
    if (form.method === "dialog") return;
    event.preventDefault();
    const n = await count().catch(() => 0);
    if (n && !(await this.isSure(n))) return;
    await wipe().catch(() => null);
    form.submit();
  }

  /** @param {number} n that wait */
  isSure(n) {
    fill(this.dialog, { n });
    this.dialog.showModal();
    return new Promise((done) => {
      this.dialog.onclose = () => done(this.dialog.returnValue === "yes");
    });
  }
}

customElements.define("forget-device", ForgetDevice);
