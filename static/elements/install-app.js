/**
 * <install-app><p data-if="isInsecure">…</p><button data-if="canAsk">…</button>…</install-app>
 *
 * Says how the app gets on this phone: by a button where the browser offers one, else by its menu; and
 * honestly that it can't where the address is not https.
 */
import { fill } from "../offline/words.js";

class InstallApp extends HTMLElement {
  connectedCallback() {
    this.show();
    addEventListener("beforeinstallprompt", (event) => this.show(event));
    addEventListener("appinstalled", () => this.show());
    this.addEventListener("click", (event) => event.target.closest("button") && this.offer.prompt());
  }

  /** @param {Event | null} offer of the browser */
  show(offer = null) {
    offer?.preventDefault();
    this.offer = offer;
    const isInstalled = matchMedia("(display-mode: standalone)").matches;
    const byMenu = isSecureContext && !isInstalled && !offer;
    fill(this, { isInsecure: !isSecureContext, isInstalled, canAsk: Boolean(offer), byMenu });
  }
}

customElements.define("install-app", InstallApp);
