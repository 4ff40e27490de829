// <seat-list for="id of a seat-map">: the same room as a list, section → row → seat, for keyboards and screen readers.
// Sections are created when the list opens, rows when their section opens and seats when their row opens: 39,616 boxes at
// once are unusable.

import { markWords } from "./companions.js";
import { moneyText } from "../js/money.js";
import { sectionWords } from "./plan.js";
import { element } from "../js/element.js";

class SeatList extends HTMLElement {
  connectedCallback() {
    this.map = document.getElementById(this.getAttribute("for"));
    this.openRows = new Map(); // row index → {boxes: Map(seat → input), summary}
    this.openSections = new Map();
    this.closest("details")?.addEventListener("toggle", () => this.#open());
    this.map.addEventListener("availability", (event) => this.#update(event.detail.changed));
    this.map.addEventListener("choice", () => this.#mark());
  }

  /** The sections come when the list is opened: most buyers never do. */
  #open() {
    if (this.childElementCount || !this.map.plan) return;
    this.replaceChildren(...this.map.plan.sections.map((section) => this.#sectionNode(section)));
  }

  #sectionNode(section) {
    const node = element("details", "seat-list-section");
    const summary = element("summary", "");
    summary.append(
      named(text("span", sectionWords(section.name), "strong")),
      text("span", this.#sectionWords(section), "quiet"),
    );
    node.append(summary);
    this.openSections.set(section.index, summary.lastChild);
    node.addEventListener("toggle", () => {
      if (node.open && node.childElementCount === 1) node.append(...section.rows.map((row) => this.#rowNode(row)));
    });
    return node;
  }

  #rowNode(row) {
    const node = element("details", "seat-list-row");
    const summary = element("summary", "");
    summary.append(text("span", `Row ${row.name}`), text("span", this.#rowWords(row), "quiet"));
    node.append(summary);
    const shown = { row, words: summary.lastChild, boxes: new Map() };
    this.openRows.set(row.index, shown);
    node.addEventListener("toggle", () => {
      if (node.open && node.childElementCount === 1) node.append(this.#seatsNode(shown));
    });
    return node;
  }

  #seatsNode(shown) {
    const { row, boxes } = shown;
    const list = element("fieldset", "seat-list-seats");
    list.append(text("legend", `Seats in row ${row.name}`, "visually-hidden"));
    for (let index = row.first; index < row.end; index += 1) {
      const seat = this.map.plan.describe(index);
      const label = element("label", "seat-list-seat");
      const box = element("input", "");
      box.type = "checkbox";
      box.addEventListener("change", () => {
        if (box.checked) box.checked = this.map.add(index);
        else this.map.remove(index);
        if (box.checked) this.map.show([index]);
      });
      const words = element("span", "seat-list-words");
      words.append(text("span", `Seat ${seat.number}`), text("span", "", "quiet tiny"));
      label.append(box, words);
      boxes.set(index, box);
      list.append(label);
    }
    this.#refreshBoxes(shown);
    return list;
  }

  #refreshBoxes({ boxes }) {
    for (const [index, box] of boxes) {
      const seat = this.map.plan.describe(index);
      const free = this.map.occupancy.isFree(index);
      const chosen = this.map.scene.chosen.has(index);
      box.checked = chosen;
      box.disabled = !free && !chosen;
      const words = free && seat.total ? moneyText(seat.total) : "taken";
      const marks = markWords(this.map.plan, this.map.occupancy, index);
      box.nextSibling.lastChild.textContent = [words, marks].filter(Boolean).join(", ");
    }
  }

  #update(changed) {
    const rows = new Set(changed.map((index) => this.map.plan.row[index]));
    const everything = changed.length === 0;
    for (const [index, shown] of this.openRows) {
      if (!everything && !rows.has(index)) continue;
      shown.words.textContent = this.#rowWords(shown.row);
      if (shown.boxes.size) this.#refreshBoxes(shown);
    }
    for (const [index, node] of this.openSections) {
      const words = this.#sectionWords(this.map.plan.sections[index]);
      if (node.textContent !== words) node.textContent = words;
    }
  }

  #mark() {
    for (const shown of this.openRows.values()) if (shown.boxes.size) this.#refreshBoxes(shown);
  }

  #sectionWords(section) {
    const { available, cheapest } = this.map.occupancy.ofSection(section);
    return available ? `${available} left, from ${moneyText(this.map.plan.levels[cheapest].total)}` : "sold out";
  }

  #rowWords(row) {
    let free = 0;
    for (let index = row.first; index < row.end; index += 1) free += this.map.occupancy.isFree(index) ? 1 : 0;
    return free ? `${free} left` : "none left";
  }
}

/** A name keeps its own direction. */
function named(node) {
  node.dir = "auto";
  return node;
}

function text(tag, words, name = "") {
  const node = element(tag, name);
  node.textContent = words;
  return node;
}

customElements.define("seat-list", SeatList);
