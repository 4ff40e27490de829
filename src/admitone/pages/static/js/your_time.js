// <your-time>: shows the reader's local time beside a venue's time, if they differ.

class YourTime extends HTMLElement {
  connectedCallback() {
    const time = this.querySelector("time");
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) return;
    const clock = { weekday: "short", hour: "numeric", minute: "2-digit" };
    const here = moment.toLocaleString([], clock);
    // Compared in one format: the server writes the venue's time in its own.
    if (here === moment.toLocaleString([], { ...clock, timeZone: this.dataset.zone })) return;
    const note = document.createElement("span");
    note.textContent = ` ${here} where you are`;
    this.append(note);
  }
}

customElements.define("your-time", YourTime);
