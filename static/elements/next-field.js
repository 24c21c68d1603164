/**
 * <next-field>…fields…</next-field>
 *
 * Enter, which a scanner types after each code, leads to the next field instead of sending the form;
 * in the last one it sends it.
 */
class NextField extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || !event.target.matches("input")) return;
      const fields = [...this.querySelectorAll("input:not([type=hidden]), select")];
      const next = fields[fields.indexOf(event.target) + 1];
      if (!next) return;
      event.preventDefault();
      next.focus();
    });
  }
}

customElements.define("next-field", NextField);
