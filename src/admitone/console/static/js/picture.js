// The field of a picture: send the file as soon as it is chosen, show progress, then the picture as the server stored it.
// Without scripts the file travels with the form.

const MEGABYTE = 1024 * 1024;
const LOST = "The picture did not arrive. Check your connection, then choose the file again.";

/** One field: its elements, and the request that is under way. */
class PictureField {
  request = null;

  constructor(field) {
    const part = (name) => field.querySelector(`[data-picture-${name}]`);
    this.parts = {
      fault: part("fault"),
      file: part("file"),
      progress: part("progress"),
      remove: part("remove"),
      shown: part("shown"),
      status: part("status"),
      url: part("url"),
      without: part("without"),
    };
    this.address = field.dataset.upload;
    this.bytesMax = Number(field.dataset.bytesMax);
    this.form = field.closest("form");
    this.parts.file.addEventListener("change", () => this.take());
    this.parts.remove.addEventListener("change", () => this.followRemoval());
    // A form that is sent before the answer came takes the file along.
    this.form.addEventListener("submit", () => this.stop());
  }

  take() {
    this.stop();
    this.showFault("");
    const [file] = this.parts.file.files;
    if (!file) return;
    if (file.size > this.bytesMax) {
      const size = (file.size / MEGABYTE).toFixed(1);
      this.refuse(`A picture has at most ${this.bytesMax / MEGABYTE} MB; this file has ${size} MB.`);
      return;
    }
    this.send(file);
  }

  send(file) {
    const body = new FormData();
    body.set("csrf_token", this.form.elements.csrf_token.value);
    body.set("upload", file);
    const request = new globalThis.XMLHttpRequest(); // fetch reports no progress of what it sends
    request.open("POST", this.address);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) this.parts.progress.value = event.loaded / event.total;
    });
    request.addEventListener("load", () => this.finish(request));
    request.addEventListener("error", () => this.refuse(LOST));
    this.request = request;
    this.parts.progress.value = 0;
    this.parts.progress.hidden = false;
    this.parts.status.textContent = "The picture is on its way.";
    request.send(body);
  }

  finish(request) {
    if (request.status !== 200 || !request.response?.url) {
      this.refuse(request.response?.fault ?? LOST);
      return;
    }
    this.rest();
    this.parts.url.value = request.response.url;
    this.parts.file.value = "";
    this.parts.shown.src = request.response.url;
    this.parts.remove.querySelector("input").checked = false;
    const elsewhere = this.form.elements.image_address;
    if (elsewhere) elsewhere.value = "";
    this.followRemoval();
    this.parts.status.textContent = "The picture is stored. Save the form to show it.";
  }

  refuse(words) {
    this.rest();
    this.parts.file.value = "";
    this.showFault(words);
  }

  showFault(words) {
    this.parts.fault.textContent = words;
    this.parts.fault.hidden = !words;
    if (words) this.parts.file.setAttribute("aria-invalid", "true");
    else this.parts.file.removeAttribute("aria-invalid");
    this.parts.status.textContent = words;
    this.parts.status.classList.toggle("visually-hidden", words !== "");
  }

  /** Show the picture, or the words for a form without one. */
  followRemoval() {
    const isRemoved = this.parts.remove.querySelector("input").checked;
    const isShown = this.parts.shown.hasAttribute("src") && !isRemoved;
    this.parts.shown.hidden = !isShown;
    this.parts.without.hidden = isShown;
    this.parts.remove.hidden = !this.parts.shown.hasAttribute("src");
  }

  stop() {
    this.request?.abort();
    this.rest();
    this.parts.status.textContent = "";
  }

  rest() {
    this.request = null;
    this.parts.progress.hidden = true;
  }
}

for (const field of document.querySelectorAll("[data-picture]")) new PictureField(field);
