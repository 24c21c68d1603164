/**
 * <scan-desk>…the desk…</scan-desk>
 *
 * Sends each scan at once, one after the other, and puts its answer on top of the list; the page
 * stays. Without JavaScript each form loads the page anew.
 */
const ECHO = 3000; // ms in which the same code is read once: scanners repeat themselves

class ScanDesk extends HTMLElement {
  connectedCallback() {
    this.queue = Promise.resolve();
    this.last = { code: "", at: -Infinity };
    this.addEventListener("submit", (event) => this.take(event));
    this.addEventListener("click", (event) => this.backToTheField(event));
    this.focusField();
  }

  get field() {
    return this.querySelector("#code");
  }

  /** @param {SubmitEvent} event */
  take(event) {
    event.preventDefault();
    const form = event.target;
    const sent = new FormData(form);
    if (form.id === "scans") {
      this.field.value = "";
      if (this.isEcho(sent.get("code"))) return;
      sent.set("operation", newOperation());
    } else form.querySelector("button").disabled = true;
    this.send(form.method, form.action, sent);
    this.focusField();
  }

  /** @param {FormDataEntryValue | null} code */
  isEcho(code) {
    const at = performance.now();
    const echo = code === this.last.code && at - this.last.at < ECHO;
    this.last = { code, at };
    return echo;
  }

  /**
   * One after the other: what a scan means depends on the card before it.
   * @param {string} method
   * @param {string} url
   * @param {FormData} sent
   */
  send(method, url, sent) {
    this.queue = this.queue.then(() => this.ask(method, url, sent)).catch(() => this.unsent(method, url, sent));
  }

  async ask(method, url, sent) {
    if (method === "get") return this.show(await fetch(url));
    sent.set("served", this.querySelector("[name=served]").value);
    return this.show(await fetch(url, { method, body: new URLSearchParams(sent) }));
  }

  /** @param {Response} response */
  async show(response) {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const serving = page.querySelector("#serving");
    if (!serving) return location.assign(response.redirected ? response.url : location.href);
    this.querySelector("#serving").replaceWith(serving);
    this.querySelector("#answers").prepend(...page.querySelector("#answers").children);
  }

  unsent(method, url, sent) {
    const line = this.querySelector("template").content.firstElementChild.cloneNode(true);
    line.querySelector(".code").textContent = sent.get("code");
    line.querySelector("button").addEventListener("click", () => {
      line.remove();
      this.send(method, url, sent);
    });
    this.querySelector("#answers").prepend(line);
  }

  /** A scanner types into whatever has the focus: after a click beside things it is the field. */
  backToTheField(event) {
    if (!event.target.closest("a, button, input, select, summary, label")) this.focusField();
  }

  /** While the camera reads, no keyboard has to cover half of the phone. */
  focusField() {
    if (!this.querySelector("label-camera[state=open]")) this.field.focus();
  }
}

/** A UUID; randomUUID() is for secure contexts only, and a LAN address is none. */
function newOperation() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

customElements.define("scan-desk", ScanDesk);
