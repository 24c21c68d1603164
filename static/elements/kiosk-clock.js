/**
 * <kiosk-clock seconds="30" home="/kiosk" [touches="/kiosk/touches" sitting="7"]><p data-says="… {n} …"></p></kiosk-clock>
 *
 * Goes back to the card when nothing was touched, typed or scanned for so many seconds, and counts
 * down the last ten. With `touches` the server is told of a touch, and knows by itself when the
 * sitting is over. The back button leads to the card, and to nothing that was typed or shown.
 */
const LAST = 10; // seconds that are counted down
const PATIENCE = 30_000; // ms that the server gives from each touch and each scan
const TELL = 2000; // ms in which the server is told of one touch at most

class KioskClock extends HTMLElement {
  connectedCallback() {
    this.ends = Date.now() + Number(this.getAttribute("seconds")) * 1000;
    this.told = -Infinity;
    this.says = this.querySelector("[data-says]");
    this.stopping = new AbortController();
    const { signal } = this.stopping;
    for (const event of ["pointerdown", "keydown", "submit"])
      document.addEventListener(event, (happened) => this.touched(happened), { signal });
    history.replaceState(null, "", this.getAttribute("home")); // what was sent is not sent again
    addEventListener("pageshow", (event) => event.persisted && this.leave(), { signal });
    this.ticking = setInterval(() => this.tick(), 250);
  }

  disconnectedCallback() {
    clearInterval(this.ticking);
    this.stopping.abort();
  }

  tick() {
    const left = Math.ceil((this.ends - Date.now()) / 1000);
    if (left <= 0) return this.leave();
    const says = left <= LAST ? this.says.dataset.says.replace("{n}", left) : "";
    if (this.says.textContent !== says) this.says.textContent = says;
  }

  /** The server counts from when it was told; a scan tells it by itself. */
  touched({ type }) {
    if (Date.now() - this.told < TELL && type !== "submit") return;
    this.told = Date.now();
    this.ends = this.told + PATIENCE;
    if (this.hasAttribute("touches") && type !== "submit") this.tell();
  }

  async tell() {
    const body = new URLSearchParams({ sitting: this.getAttribute("sitting") });
    const headers = { Accept: "application/json" };
    const answer = await fetch(this.getAttribute("touches"), { method: "POST", headers, body }).catch(() => null);
    if (answer?.redirected) this.leave();
  }

  leave() {
    clearInterval(this.ticking);
    location.replace(this.getAttribute("home"));
  }
}

customElements.define("kiosk-clock", KioskClock);
