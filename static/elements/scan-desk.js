/**
 * <scan-desk [collects]>…the desk…</scan-desk>
 *
 * Sends each scan at once, one after the other, and puts its answer on top of the list, in place of an
 * earlier one about the same act; the page stays. A desk that `collects` gets its list anew with each
 * scan. A form with data-leaves is left to the browser, but not while a scan is on its way, which would
 * be lost. Without JavaScript each form loads the page anew.
 */
import { listener } from "./echo.js";
import { newOperation } from "./operation.js";
import { followAddress, leaveFor, renew } from "./renewing.js";

class ScanDesk extends HTMLElement {
  connectedCallback() {
    this.queue = Promise.resolve();
    this.onTheirWay = 0;
    this.isEcho = listener();
    this.field = this.querySelector("#code");
    this.collects = this.hasAttribute("collects");
    this.addEventListener("submit", (event) => this.take(event));
    this.addEventListener("click", (event) => this.backToTheField(event));
    followAddress();
    this.focusField();
  }

  take(event) {
    const form = event.target;
    const leaves = "leaves" in form.dataset;
    if (leaves && !this.onTheirWay) return;
    event.preventDefault();
    if (leaves) return;
    const sent = new FormData(form, event.submitter);
    if (form.id === "scans") {
      this.field.value = "";
      if (this.isEcho(sent.get("code"))) return;
      if (sent.has("operation")) sent.set("operation", newOperation());
    } else event.submitter?.setAttribute("disabled", "");
    this.send(form, sent);
    this.focusField();
  }

  /** One after the other: what a scan means depends on the card before it. */
  send(form, sent) {
    this.onTheirWay++;
    this.queue = this.queue
      .then(() => this.ask(form, sent))
      .catch(() => this.unsent(form, sent))
      .finally(() => this.onTheirWay--);
  }

  /** What the page carries along is taken as it stands when the scan's turn has come. */
  async ask({ method, action, enctype }, sent) {
    for (const { name, value } of this.querySelectorAll("#serving > [type=hidden]"))
      if (sent.has(name)) sent.set(name, value);
    if (!this.collects) sent.set("latest", "only");
    const body = enctype === "multipart/form-data" ? sent : new URLSearchParams(sent);
    await this.show(await (method === "get" ? fetch(`${action}?${body}`) : fetch(action, { method, body })));
  }

  async show(response) {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!page.querySelector("#serving")) return leaveFor(page, response);
    renew(page);
    const answers = [...page.querySelector("#answers").children];
    const acts = new Set(answers.map((one) => one.dataset.act ?? one));
    for (const one of this.querySelectorAll("#answers > li"))
      if (this.collects || acts.has(one.dataset.act)) one.remove();
    this.querySelector("#answers").prepend(...answers);
    if (this.collects) history.replaceState(null, "", response.url);
  }

  unsent(form, sent) {
    const line = this.querySelector("template").content.firstElementChild.cloneNode(true);
    line.querySelector(".code").textContent = sent.get("code");
    line.querySelector("button").addEventListener("click", () => {
      line.remove();
      this.send(form, sent);
    });
    this.querySelector("#answers").prepend(line);
  }

  /** A scanner types into whatever has the focus. */
  backToTheField({ target }) {
    if (!target.closest("a, button, input, select, summary, label, textarea")) this.focusField();
  }

  /** While the camera reads, no keyboard has to cover half of the phone. */
  focusField() {
    if (!this.querySelector("label-camera[state=open]")) this.field.focus();
  }
}

customElements.define("scan-desk", ScanDesk);
