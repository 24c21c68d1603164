/**
 * <copy-field label="Copy" done="Copied"><input readonly></copy-field>
 *
 * Puts a button beside its field that copies what the field holds. Without JavaScript, or where
 * the browser keeps the clipboard to itself (no https), the text is selected for copying by hand.
 */
class CopyField extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input, textarea");
    this.field.addEventListener("focus", () => this.field.select());
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.textContent = this.getAttribute("label");
    this.button.setAttribute("aria-live", "polite");
    this.button.addEventListener("click", () => this.copy());
    this.append(this.button);
  }

  async copy() {
    this.field.select();
    await navigator.clipboard?.writeText(this.field.value);
    if (navigator.clipboard) this.button.textContent = this.getAttribute("done");
  }
}

customElements.define("copy-field", CopyField);
