/**
 * <select-all name="item" label="Select all" counted="{n} selected"></select-all>
 *
 * A checkbox for all checkboxes of that name in the same form, and how many are chosen, said in
 * every <output name="selected"> of the form. A button with `data-needs-selection` waits for one.
 */
class SelectAll extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.all = document.createElement("input");
    this.all.type = "checkbox";
    this.all.ariaLabel = this.getAttribute("label");
    this.all.addEventListener("change", () => this.chooseAll());
    this.form?.addEventListener("change", () => this.count());
    this.replaceChildren(this.all);
    this.count();
  }

  /** @returns {HTMLInputElement[]} */
  get boxes() {
    const name = CSS.escape(this.getAttribute("name") ?? "");
    return [...(this.form?.querySelectorAll(`input[type="checkbox"][name="${name}"]`) ?? [])];
  }

  chooseAll() {
    for (const box of this.boxes) box.checked = this.all.checked;
    this.count();
  }

  count() {
    const chosen = this.boxes.filter((box) => box.checked).length;
    this.all.checked = chosen > 0 && chosen === this.boxes.length;
    this.all.indeterminate = chosen > 0 && !this.all.checked;
    for (const said of this.form?.querySelectorAll('output[name="selected"]') ?? []) {
      said.textContent = (this.getAttribute("counted") ?? "{n}").replace("{n}", String(chosen));
    }
    for (const button of this.form?.querySelectorAll("[data-needs-selection]") ?? []) {
      button.toggleAttribute("disabled", chosen === 0);
    }
  }
}

customElements.define("select-all", SelectAll);
