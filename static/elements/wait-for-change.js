/**
 * <wait-for-change state="begun"><a href="">Look again</a></wait-for-change>
 *
 * Asks the page's own address as a program does, every few seconds, and loads the page anew as soon
 * as the `state` in the answer is another one; with `part`, only the element of that id, and not
 * while somebody's focus is in it. Without JavaScript there is the link inside.
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
    if (state === this.getAttribute("state")) return;
    if (this.hasAttribute("part")) await this.renew(this.getAttribute("part"), state);
    else location.reload();
  }

  /**
   * @param {string} id of the part of the page that is shown anew
   * @param {string} state that it shows then
   */
  async renew(id, state) {
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (!fresh) return location.reload();
    if (old.contains(document.activeElement)) return;
    old.replaceWith(fresh);
    this.setAttribute("state", state);
  }
}

customElements.define("wait-for-change", WaitForChange);
