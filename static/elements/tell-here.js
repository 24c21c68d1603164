/**
 * <tell-here key="…" hidden><p data-if="cannot">…</p><p data-if="isDenied">…</p><form data-if="canAsk">…</form></tell-here>
 *
 * Asks the browser whether it shows what its person is told, before the form is sent with the address at
 * which it can be reached; says so where it can't, or was told not to.
 */
import { keepThePage } from "../offline/courier.js";
import { fill } from "../offline/words.js";

const PATIENCE = 30_000; // where a network lets nothing through, Chromium waits for ever

class TellHere extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.form = this.querySelector("form");
    this.form.addEventListener("submit", (event) => this.ask(event));
    this.show();
  }

  show() {
    const can = isSecureContext && "PushManager" in window && "Notification" in window;
    const isDenied = can && Notification.permission === "denied";
    fill(this, { cannot: !can, isDenied, canAsk: can && !isDenied });
  }

  /** @param {SubmitEvent} event */
  async ask(event) {
    event.preventDefault();
    const said = this.querySelector("[role=alert]");
    said.textContent = "";
    this.setAttribute("aria-busy", "true");
    try {
      if ((await Notification.requestPermission()) !== "granted") return this.show();
      const subscription = await this.subscribed();
      this.form.elements.namedItem("subscription").value = JSON.stringify(subscription);
      this.form.submit();
    } catch {
      said.textContent = said.dataset.failed;
    } finally {
      this.removeAttribute("aria-busy");
    }
  }

  /** @returns {Promise<PushSubscription>} with our present key: one with a former key is of no use */
  async subscribed() {
    await keepThePage();
    const { pushManager } = await navigator.serviceWorker.ready;
    await (await pushManager.getSubscription())?.unsubscribe();
    const applicationServerKey = this.getAttribute("key");
    const asked = pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
    return Promise.race([asked, new Promise((_, fail) => setTimeout(fail, PATIENCE))]);
  }
}

customElements.define("tell-here", TellHere);
