/**
 * <waiting-here><p data-if="n" hidden>…</p><p data-if="nothing">…</p></waiting-here>
 *
 * Where one signs in or gives the device away: says how many scans wait on it, as long as they do.
 */
import { onChange } from "../offline/changes.js";
import { count } from "../offline/outbox.js";
import { fill } from "../offline/words.js";

class WaitingHere extends HTMLElement {
  connectedCallback() {
    if (!isSecureContext) return;
    onChange(() => this.tell());
    this.tell();
  }

  async tell() {
    const n = await count();
    fill(this, { n: n || null, nothing: !n });
  }
}

customElements.define("waiting-here", WaitingHere);
