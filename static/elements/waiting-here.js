/**
 * <waiting-here><p data-if="n" hidden>…</p></waiting-here>
 *
 * Where one signs in: says how many scans wait on this device for somebody to do so.
 */
import { count } from "../offline/outbox.js";
import { fill } from "../offline/words.js";

class WaitingHere extends HTMLElement {
  async connectedCallback() {
    if (isSecureContext) fill(this, { n: (await count()) || null });
  }
}

customElements.define("waiting-here", WaitingHere);
