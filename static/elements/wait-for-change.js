/**
 * <wait-for-change state="begun"><a href="">Look again</a></wait-for-change>
 *
 * Asks the page's own address as a program does, every few seconds, and loads the page anew as soon
 * as the `state` in the answer is another one. Without JavaScript there is the link inside.
 */
const EVERY = 3000; // ms

class WaitForChange extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.ask(), EVERY);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  async ask() {
    if (document.hidden) return;
    const answer = await fetch(location.href, { headers: { Accept: "application/json" } }).catch(
      () => null,
    );
    if (!answer?.ok) return;
    const { state } = await answer.json();
    if (state !== this.getAttribute("state")) location.reload();
  }
}

customElements.define("wait-for-change", WaitForChange);
