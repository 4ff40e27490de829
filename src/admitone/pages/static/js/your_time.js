// <your-time>: shows the reader's local time beside a venue's time, if they differ.

class YourTime extends HTMLElement {
  connectedCallback() {
    const time = this.querySelector("time");
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) return;
    const here = moment.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const day = moment.toLocaleDateString([], { weekday: "short" });
    if (time.textContent.includes(here)) return;
    const note = document.createElement("span");
    note.textContent = ` ${day} ${here} where you are`;
    this.append(note);
  }
}

customElements.define("your-time", YourTime);
