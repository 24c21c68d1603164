/**
 * <install-app><p data-if="isInsecure">…</p><button data-if="canAsk">…</button>…</install-app>
 *
 * Says how the app gets on this phone: by a button where the browser offers one, else by its menu; and
 * honestly that it can't where the address is not https, or where the browser can't keep the page.
 */
import { keepThePage } from "../offline/courier.js";
import { fill } from "../offline/words.js";

class InstallApp extends HTMLElement {
  connectedCallback() {
    this.show();
    if (isSecureContext) keepThePage().then((isKept) => this.show(this.offer, isKept));
    addEventListener("beforeinstallprompt", (event) => this.show(event));
    addEventListener("appinstalled", () => this.show());
    this.addEventListener("click", (event) => event.target.closest("button") && this.offer.prompt());
  }

  /**
   * @param {Event | null} offer of the browser
   * @param {boolean} isKept whether the page opens without a signal
   */
  show(offer = null, isKept = this.isKept ?? true) {
    offer?.preventDefault();
    Object.assign(this, { offer, isKept });
    const isInstalled = matchMedia("(display-mode: standalone)").matches;
    const byMenu = isSecureContext && isKept && !isInstalled && !offer;
    fill(this, { isInsecure: !isSecureContext, isUnkept: !isKept, isInstalled, canAsk: Boolean(offer), byMenu });
  }
}

customElements.define("install-app", InstallApp);
