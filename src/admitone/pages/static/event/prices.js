// The list of prices is the map's legend and its filter: levels that are not pressed fade.

export class Prices {
  constructor(form, map) {
    this.map = map;
    this.buttons = [...form.querySelectorAll("[data-level]")];
    this.indexOf = new Map(map.plan.levels.map((level, index) => [level.id, index]));
    this.accessible = form.querySelector("#accessible-only");
    this.accessible.hidden = !map.plan.marks.some((mark) => mark & 1);
    for (const button of [...this.buttons, this.accessible]) {
      button.addEventListener("click", () => {
        button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
        this.#apply();
      });
    }
    map.addEventListener("availability", () => this.update());
    map.addEventListener("themed", () => this.#tint());
    this.#tint();
    this.update();
  }

  #apply() {
    const pressed = this.buttons.filter((button) => button.getAttribute("aria-pressed") === "true");
    const levels = pressed.length ? new Set(pressed.map((button) => this.indexOf.get(button.dataset.level))) : null;
    this.map.filter({ levels, accessible: this.accessible.getAttribute("aria-pressed") === "true" });
  }

  update() {
    if (this.map.occupancy.version < 0) return;
    for (const button of this.buttons) {
      const left = this.map.occupancy.ofLevel(this.indexOf.get(button.dataset.level));
      const words = left === 0 ? "sold out" : `${left.toLocaleString(document.documentElement.dataset.locale)} left`;
      const node = button.querySelector("[data-left]");
      if (node.textContent !== words) node.textContent = words;
      button.classList.toggle("is-gone", left === 0);
    }
  }

  // The canvas adjusts colours until they contrast with the background; the legend uses the same.
  #tint() {
    for (const button of this.buttons) {
      const color = this.map.painter.theme.levels[this.indexOf.get(button.dataset.level)];
      button.querySelector("circle").setAttribute("fill", color);
    }
  }
}
