// <my-tickets>: the bookings and searches that this device remembers. A booking's page is remembered when it opens.
import { bookings, forgetAll, isOn, remember, searches, turn } from "./device_memory.js";

class MyTickets extends HTMLElement {
  connectedCallback() {
    const [forget, choice] = this.querySelectorAll("button, input");
    forget.addEventListener("click", () => {
      forgetAll();
      this.show();
      this.querySelector("[role=status]").textContent = "Forgotten on this device.";
    });
    choice.addEventListener("change", () => {
      turn(choice.checked);
      this.show();
    });
    this.querySelector(".controls").hidden = false;
    this.show();
  }

  show() {
    const mine = bookings().sort((left, right) => (left.day < right.day ? -1 : 1));
    const recent = searches();
    this.fill("#my-bookings", mine.map(({ path, name, when }) => [path, name, when]));
    this.fill("#my-searches", recent.map((name) => [`/search?q=${encodeURIComponent(name)}`, name, ""]));
    this.querySelector(".none").hidden = mine.length > 0;
    this.querySelector("button").hidden = mine.length + recent.length === 0;
    this.querySelector("input").checked = isOn();
  }

  fill(section, rows) {
    const shown = this.querySelector(section);
    shown.hidden = rows.length === 0;
    shown.querySelector("ul").replaceChildren(...rows.map(row));
  }
}

function row([path, name, detail]) {
  const link = Object.assign(document.createElement("a"), { href: path, textContent: name, dir: "auto" });
  const item = document.createElement("li");
  item.append(link);
  if (detail) item.append(Object.assign(document.createElement("span"), { className: "quiet", textContent: detail }));
  return item;
}

const shown = document.querySelector("meta[name=booking]");
if (shown) remember({ path: shown.content, ...shown.dataset });

customElements.define("my-tickets", MyTickets);
