/**
 * <waiting-list><ol class="waiting">…</ol><ol class="to-look-at">…</ol></waiting-list>
 *
 * Lists the scans that wait on this device, newest first: while one waits it can be taken back, and told more
 * of. Below, those of which the server says that somebody should look at them.
 */
import { onChange } from "../offline/changes.js";
import { attend, start } from "../offline/courier.js";
import { described } from "../offline/deeds.js";
import { forget, toLookAt } from "../offline/exceptions.js";
import { keptFacts } from "../offline/facts.js";
import * as outbox from "../offline/outbox.js";
import { told } from "../offline/shown.js";
import { fill, written } from "../offline/words.js";

class WaitingList extends HTMLElement {
  connectedCallback() {
    if (!isSecureContext) return;
    this.addEventListener("click", (event) => this.press(event));
    this.addEventListener("submit", (event) => this.say(event));
    this.addEventListener("toggle", (event) => this.hold(event), { capture: true });
    onChange(() => this.show());
    this.show();
    start();
  }

  async show() {
    const person = (await keptFacts())?.facts.person.id;
    const [scans, answers, n, trouble] = await Promise.all([
      outbox.waiting(person),
      toLookAt(person),
      outbox.count(),
      outbox.trouble(),
    ]);
    const others = n - scans.length || null;
    fill(this.querySelector(".counts"), { n: scans.length || null, others, trouble: n && trouble });
    this.querySelector(".look").hidden = !answers.length;
    this.list(".waiting", "a-scan", scans);
    this.list(".to-look-at", "an-exception", answers);
  }

  /** What stands there already stays as it is, with what is being typed into it. */
  list(where, template, scans) {
    const list = this.querySelector(where);
    const lines = new Map([...list.children].map((line) => [line.dataset.operation, line]));
    for (const scan of scans) {
      const line = lines.get(scan.operation);
      if (line) fill(line, told(scan));
      else list.prepend(this.line(template, scan));
      lines.delete(scan.operation);
    }
    lines.forEach((line) => line.remove());
  }

  line(template, scan) {
    const line = written(template, told(scan));
    line.dataset.operation = scan.operation;
    return line;
  }

  /** @param {MouseEvent} event */
  press(event) {
    const act = event.target.closest("[data-act]")?.dataset.act;
    const operation = event.target.closest("li")?.dataset.operation;
    if (act === "send") attend();
    if (act === "take-back") outbox.takeBack(operation);
    if (act === "looked-at") forget(operation);
    if (operation && act) this.querySelector("h2").focus();
  }

  /** @param {Event} event While somebody says how it is, it isn't sent. */
  hold(event) {
    const { operation } = event.target.closest("li").dataset;
    if (event.target.open) outbox.hold(operation);
    else outbox.describe(operation, { held_until: 0 });
  }

  /** @param {SubmitEvent} event */
  async say(event) {
    event.preventDefault();
    const { operation } = event.target.closest("li").dataset;
    await outbox.describe(operation, described(new FormData(event.target)));
    event.target.closest("details").open = false;
  }
}

customElements.define("waiting-list", WaitingList);
