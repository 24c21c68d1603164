/**
 * <sign-here into="signature" label="…" clear="Clear"></sign-here>
 *
 * A field to sign in with a finger, a pen or a mouse; the lines go into a hidden input as the path
 * of an SVG of 600 by 200. Who can't draw, or has no JavaScript, types their name instead.
 */
const WIDTH = 600;
const HEIGHT = 200;
const LONGEST = 19000;

class SignHere extends HTMLElement {
  connectedCallback() {
    this.input = document.getElementById(this.getAttribute("into"));
    this.innerHTML = `<p></p><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"><path/></svg>`;
    this.querySelector("p").textContent = this.getAttribute("label");
    this.field = this.querySelector("svg");
    this.field.setAttribute("aria-label", this.getAttribute("label"));
    this.field.addEventListener("pointerdown", (event) => this.begin(event));
    this.field.addEventListener("pointermove", (event) => this.draw(event));
    this.append(this.clearing());
    this.show(this.input.value);
  }

  clearing() {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = this.getAttribute("clear");
    button.addEventListener("click", () => this.show(""));
    return button;
  }

  begin(event) {
    event.preventDefault();
    this.field.setPointerCapture(event.pointerId);
    const [x, y] = this.point(event);
    this.show(`${this.input.value}M${x} ${y}L${x} ${y}`);
  }

  draw(event) {
    if (!this.field.hasPointerCapture(event.pointerId)) return;
    this.show(`${this.input.value}L${this.point(event).join(" ")}`);
  }

  point(event) {
    const box = this.field.getBoundingClientRect();
    const within = (share, most) => Math.round(Math.min(Math.max(share, 0), 1) * most);
    const across = within((event.clientX - box.left) / box.width, WIDTH);
    return [across, within((event.clientY - box.top) / box.height, HEIGHT)];
  }

  show(path) {
    if (path.length > LONGEST) return;
    this.input.value = path;
    this.querySelector("path").setAttribute("d", path);
  }
}

customElements.define("sign-here", SignHere);
