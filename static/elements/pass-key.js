/**
 * <pass-key does="get" question="/sign-in/passkey/question" hidden>
 *   <form method="post"><input type="hidden" name="answer"> <button>…</button> <p role="alert"></p></form>
 * </pass-key>
 *
 * Asks the device for a passkey before its form is sent: `get` one that there is, `create` a new one.
 * Shows itself where the browser knows passkeys. What went wrong stands in the element with
 * role="alert", as its `data-says`.
 */
class PassKey extends HTMLElement {
  connectedCallback() {
    this.hidden = !window.PublicKeyCredential?.parseRequestOptionsFromJSON;
    this.form = this.querySelector("form");
    this.form.addEventListener("submit", (event) => this.ask(event));
  }

  /** @param {SubmitEvent} event */
  async ask(event) {
    event.preventDefault();
    const said = this.querySelector("[role=alert]");
    said.textContent = "";
    this.setAttribute("aria-busy", "true");
    try {
      const key = await this.answer(await this.question());
      this.form.elements.namedItem("answer").value = JSON.stringify(key.toJSON());
      this.form.submit();
    } catch {
      said.textContent = said.dataset.says;
      this.removeAttribute("aria-busy");
    }
  }

  /** @returns {Promise<Object>} what the server asks the device */
  async question() {
    const headers = { accept: "application/json" };
    const answer = await fetch(this.getAttribute("question"), { method: "POST", headers });
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.json();
  }

  /**
   * @param {Object} question
   * @returns {Promise<PublicKeyCredential>}
   */
  answer(question) {
    const { credentials } = navigator;
    return this.getAttribute("does") === "create"
      ? credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(question) })
      : credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(question) });
  }
}

customElements.define("pass-key", PassKey);
