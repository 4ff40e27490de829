// Show the plan of a room while it is typed: the server draws it from the form. Without scripts the button does it.

const PAUSE_MS = 300;
const form = document.querySelector("[data-room]");
const preview = document.querySelector("[data-preview]");
let timer = 0;
let running = new AbortController();

async function draw() {
  running.abort();
  running = new AbortController();
  preview.setAttribute("aria-busy", "true");
  try {
    const body = new URLSearchParams(new FormData(form));
    const response = await fetch("/console/rooms/preview", { method: "POST", body, signal: running.signal });
    if (!response.ok) throw new Error(`The preview answered ${response.status}`);
    preview.innerHTML = await response.text();
    preview.setAttribute("aria-busy", "false");
  } catch (error) {
    // A newer drawing is under way; otherwise the old one stays, and the button still works.
    if (error.name !== "AbortError") preview.setAttribute("aria-busy", "false");
  }
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(draw, PAUSE_MS);
});
