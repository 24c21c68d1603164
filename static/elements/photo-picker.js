/**
 * <photo-picker side="1600"><input type="file" accept="image/*"></photo-picker>
 *
 * Shows the chosen photos and makes them small before they are sent: signal is weak in a shed.
 * A photo that this browser can't read is sent as it is; the server decides.
 */
class PhotoPicker extends HTMLElement {
  connectedCallback() {
    this.shown = document.createElement("div");
    this.shown.className = "picked";
    this.append(this.shown);
    this.addEventListener("change", (event) => {
      if (event.target instanceof HTMLInputElement && event.target.files) this.take(event.target);
    });
  }

  /** @param {HTMLInputElement} input */
  async take(input) {
    const button = input.form?.querySelector('[type="submit"]');
    button?.setAttribute("disabled", "");
    const small = await Promise.all([...(input.files ?? [])].map((file) => this.shrink(file)));
    const kept = new DataTransfer();
    for (const file of small) kept.items.add(file);
    input.files = kept.files;
    this.shown.replaceChildren(...small.map((file) => this.preview(file)));
    button?.removeAttribute("disabled");
  }

  /**
   * @param {File} file
   * @returns {Promise<File>}
   */
  async shrink(file) {
    const side = Number(this.getAttribute("side") ?? 1600);
    try {
      const picture = await createImageBitmap(file);
      const scale = Math.min(1, side / Math.max(picture.width, picture.height));
      if (scale === 1) return file;
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.88));
      const name = file.name.replace(/\.\w+$/, "") + ".jpg";
      return blob && blob.size < file.size ? new File([blob], name, { type: blob.type }) : file;
    } catch {
      return file;
    }
  }

  /** @param {File} file */
  preview(file) {
    const image = document.createElement("img");
    image.src = URL.createObjectURL(file);
    image.alt = file.name;
    image.addEventListener("load", () => URL.revokeObjectURL(image.src));
    return image;
  }
}

customElements.define("photo-picker", PhotoPicker);
