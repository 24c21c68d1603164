/**
 * <search-as-you-type results="found"><form method="get">…</form></search-as-you-type>
 *
 * Sends the form as one types, and puts the element with that id of the answer in place of the
 * page's own. The address follows, so that it can be kept and gone back to. A button that posts
 * is left alone.
 */
const PAUSE = 150; // ms without a key

class SearchAsYouType extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.addEventListener("input", () => this.wait());
    this.addEventListener("submit", (event) => {
      if (event.submitter?.formMethod === "post") return;
      event.preventDefault();
      this.ask();
    });
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.asking = new AbortController();
    const url = new URL(this.form.action);
    url.search = String(new URLSearchParams(new FormData(this.form)));
    try {
      const answer = await fetch(url, { signal: this.asking.signal });
      this.show(new DOMParser().parseFromString(await answer.text(), "text/html"), answer.url);
    } catch (problem) {
      if (problem.name !== "AbortError") this.form.submit();
    }
  }

  /**
   * @param {Document} page
   * @param {string} url where the answer came from: a code leads to its thing
   */
  show(page, url) {
    const id = this.getAttribute("results");
    const found = page.getElementById(id);
    if (!found) return location.assign(url);
    document.getElementById(id).replaceWith(found);
    history.replaceState(null, "", url);
  }
}

customElements.define("search-as-you-type", SearchAsYouType);
