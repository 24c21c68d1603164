/**
 * <pin-pad into="pin"><button value="1">…<button value="">delete</button></pin-pad>
 *
 * Types its digits into a field, so that no keyboard covers half of the tablet; keys type, too.
 */
class PinPad extends HTMLElement {
  connectedCallback() {
    this.field = document.getElementById(this.getAttribute("into"));
    this.field.inputMode = "none";
    this.addEventListener("click", (event) => {
      const key = event.target.closest("button");
      if (key) this.press(key.value);
    });
  }

  press(digit) {
    const typed = this.field.value;
    this.field.value = digit ? (typed + digit).slice(0, this.field.maxLength) : typed.slice(0, -1);
  }
}

customElements.define("pin-pad", PinPad);
