/**
 * <confirm-button question="Retire this?" yes="Retire" no="Cancel"><button>Retire</button></confirm-button>
 *
 * Asks before its button sends the form, once the form has what it requires. Without JavaScript the
 * button just sends it.
 */
class ConfirmButton extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.ask(event));
  }

  /** @param {MouseEvent} event */
  ask(event) {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!button?.form || button.closest("dialog")) return;
    event.preventDefault();
    const { form } = button;
    if (!form.noValidate && !button.formNoValidate && !form.reportValidity()) return;
    const dialog = this.dialog(button.className || "main");
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "yes") form.requestSubmit(button);
      dialog.remove();
      button.focus();
    });
    document.body.append(dialog);
    dialog.showModal();
  }

  /**
   * @param {string} look of the button that says yes
   * @returns {HTMLDialogElement}
   */
  dialog(look) {
    const dialog = document.createElement("dialog");
    const card = document.createElement("article");
    const question = document.createElement("p");
    question.id = "question";
    question.textContent = this.getAttribute("question");
    dialog.setAttribute("aria-labelledby", question.id);
    const choices = document.createElement("form");
    choices.method = "dialog";
    choices.className = "actions";
    choices.append(this.choice("no", ""), this.choice("yes", look));
    card.append(question, choices);
    dialog.append(card);
    return dialog;
  }

  /**
   * @param {"yes" | "no"} value
   * @param {string} look
   */
  choice(value, look) {
    const button = document.createElement("button");
    button.value = value;
    button.className = look;
    button.textContent = this.getAttribute(value);
    return button;
  }
}

customElements.define("confirm-button", ConfirmButton);
