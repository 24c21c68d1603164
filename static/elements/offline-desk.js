/**
 * <offline-desk>…</offline-desk>
 * Understands what is scanned by the facts that this device keeps, and keeps what one does for later. The
 * newest scan is answered in its list; the page's templates have the words.
 */
import { listener } from "./echo.js";
import { onChange } from "../offline/changes.js";
import { keepThePage, provide } from "../offline/courier.js";
import { deed } from "../offline/deeds.js";
import { keptFacts } from "../offline/facts.js";
import { meant, scannedByThePhone, understand } from "../offline/meaning.js";
import { keep, waiting } from "../offline/outbox.js";
import { known, seen, told } from "../offline/shown.js";
import { fill, written } from "../offline/words.js";

class OfflineDesk extends HTMLElement {
  async connectedCallback() {
    this.isEcho = listener();
    this.served = null;
    if (!isSecureContext) return this.setAttribute("state", "insecure");
    this.addEventListener("submit", (event) => this.take(event));
    onChange((what) => this.refresh(what));
    keepThePage();
    if (location.search === "?fetch") provide();
    await (this.queue = this.refresh());
    const code = scannedByThePhone(location);
    if (code && this.facts) this.inTurn(() => this.scan(code));
  }

  get facts() {
    return this.kept?.facts;
  }

  /** @param {string} what has changed */
  async refresh(what = "facts") {
    const kept = (this.kept = await keptFacts());
    this.setAttribute("state", kept ? "ready" : "empty");
    fill(this.querySelector(".known"), known(kept, this.served));
    this.querySelector(".serving").classList.toggle("someone", Boolean(this.served));
    if (what === "made") await this.dropWhatWasTakenBack();
  }

  async dropWhatWasTakenBack() {
    const scans = await waiting(this.facts?.person.id);
    const shown = this.querySelector("#answer [data-operation]");
    if (!scans.some((one) => one.operation === shown?.dataset.operation)) shown?.remove();
  }

  /** @param {SubmitEvent} event */
  take(event) {
    event.preventDefault();
    const form = event.target;
    const sent = new FormData(form);
    if (form.id === "scans") {
      form.reset();
      if (!this.isEcho(sent.get("code"))) this.inTurn(() => this.scan(sent.get("code")));
    } else if (form.dataset.act === "done") this.inTurn(() => this.serve(null));
    else this.inTurn(() => this.do(form.dataset.act, this.asked, sent));
    if (!this.querySelector("label-camera[state=open]")) this.querySelector("#code").focus();
  }

  /** One after the other: what a scan means depends on the card before it. */
  inTurn(act) {
    this.queue = this.queue.then(act).catch(() => this.answer("a-refusal", { unkept: true }));
  }

  /** @param {string} text */
  async scan(text) {
    const found = await understand(text, this.facts, await waiting(this.facts.person.id));
    if (found.wrong) return this.answer("a-refusal", { [found.wrong]: true, ...found });
    if (found.card) return this.serve(found.card);
    this.asked = found.thing ?? { code: found.unknown, name: null };
    const act = meant(this.asked, this.facts.person.role, this.served);
    if (act !== "ask") return this.do(act, found.thing);
    this.answer("a-thing", seen(this.asked, this.kept, this.served));
  }

  /** @param {import("../offline/facts.js").Card | null} card */
  async serve(card) {
    if (card?.blocked) return this.answer("a-refusal", { blocked: card.blocked, whose: card.name });
    this.served = card;
    this.querySelector("#answer").replaceChildren();
    await this.refresh();
  }

  /** @param {"lend" | "return"} act @param {FormData} said */
  async do(act, thing, said) {
    const { person } = this.facts;
    const scan = await keep(person.id, deed(act, thing, person, this.served, said));
    this.answer("a-deed", told(scan));
    this.querySelector("#answer > li").dataset.operation = scan.operation;
  }

  answer(template, values) {
    this.querySelector("#answer").replaceChildren(written(template, values));
  }
}

customElements.define("offline-desk", OfflineDesk);
