/**
 * <waiting-scans person="7" page="/offline"><a data-says="Waiting: {n}"></a>…</waiting-scans>
 *
 * On every page of who is signed in: says how many of their scans wait and how many somebody should look at,
 * sees to it that they are sent, and keeps what one needs without a signal, once the page itself is there.
 */
import { onChange } from "../offline/changes.js";
import { keepThePage, provide, start } from "../offline/courier.js";
import { toLookAt } from "../offline/exceptions.js";
import { waiting } from "../offline/outbox.js";
import { fill } from "../offline/words.js";

const SOON = 3000; // ms: first the page, then provisions

class WaitingScans extends HTMLElement {
  connectedCallback() {
    if (!isSecureContext) return;
    onChange(() => this.show());
    this.show();
    start();
    document.addEventListener("submit", (event) => this.holdBack(event));
    this.timer = setTimeout(() => keepThePage().then(provide), SOON);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  async show() {
    const person = Number(this.getAttribute("person"));
    const [scans, answers] = await Promise.all([waiting(person), toLookAt(person)]);
    fill(this, { n: scans.length || null, m: answers.length || null });
  }

  /** What can't be sent is not sent: the page that needs no signal says so. @param {SubmitEvent} event */
  holdBack(event) {
    const isHopeless = !navigator.onLine && navigator.serviceWorker.controller;
    if (event.defaultPrevented || event.target.method !== "post" || !isHopeless) return;
    event.preventDefault();
    location.assign(`${this.getAttribute("page")}?unsent`);
  }
}

customElements.define("waiting-scans", WaitingScans);
