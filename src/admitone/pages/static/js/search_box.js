// <search-box>: makes the plain search form a combobox (WAI-ARIA 1.2, list autocomplete with manual selection).
// Suggestions come from GET /events/suggest on each keystroke; recent searches never leave the device.

import { rememberSearch, searches } from "./device_memory.js";

const SIZE = 8;

const ICONS = {
  team: "M12 3l7 2.5V11c0 5-3 8-7 10-4-2-7-5-7-10V5.5Z",
  performer: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7 8c0-3.5 3-5.5 7-5.5s7 2 7 5.5",
  venue: "M4 20h16M6 20v-9m4 9v-9m4 9v-9m4 9v-9M3 11h18L12 4Z",
  city: "M12 21s7-6.2 7-11a7 7 0 1 0-14 0c0 4.8 7 11 7 11Zm0-8.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  event: "M4 7h16v3.5a1.8 1.8 0 0 0 0 3.6V17H4v-2.9a1.8 1.8 0 0 0 0-3.6Z",
  recent: "M12 7v5l3.5 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
};

const addresses = {
  event: ({ id }) => `/e/${encodeURIComponent(id)}`,
  performer: ({ id }) => `/performer/${encodeURIComponent(id)}`,
  venue: ({ id }) => `/venue/${encodeURIComponent(id)}`,
  city: ({ name }) => `/search?city=${encodeURIComponent(name)}`,
  recent: ({ name }) => `/search?q=${encodeURIComponent(name)}`,
};

const TEAM = /\b(team|club)\b/;
// Made with the first suggestions: on a slow phone they take 200 ms.
let formats = null;

function makeFormats() {
  formats ??= {
    day: new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" }),
    countries: new Intl.DisplayNames("en", { type: "region" }),
  };
  return formats;
}

class SearchBox extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.input = this.querySelector("input");
    this.list = document.createElement("ul");
    this.list.className = "suggestions";
    this.list.id = `${this.input.id}-suggestions`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Suggestions");
    this.list.hidden = true;
    this.status = document.createElement("span");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    this.append(this.list, this.status);

    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.setAttribute("aria-expanded", "false");

    this.input.addEventListener("input", () => this.suggest());
    // The field has the focus when the page opens: its list opens on request, not on focus.
    this.input.addEventListener("click", () => this.list.hidden && this.suggest());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.form.addEventListener("submit", () => rememberSearch(this.input.value));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
  }

  async suggest() {
    const typed = this.input.value.trim();
    this.asking?.abort();
    if (!typed) {
      this.show(searches().map((name) => ({ type: "recent", id: name, name, detail: "" })), "", "Recent searches");
      return;
    }
    this.asking = new AbortController();
    try {
      const answer = await fetch(`/events/suggest?${asked(typed)}`, {
        signal: this.asking.signal,
      });
      if (answer.ok) this.show((await answer.json()).suggestions, typed, "");
    } catch {
      // The input changed, or the network is down: the form itself still works.
    }
  }

  show(suggestions, typed, heading) {
    this.active = -1;
    this.options = suggestions.map((suggestion, index) => option(suggestion, typed, `${this.list.id}-${index}`));
    const head = document.createElement("li");
    head.className = "heading";
    head.setAttribute("role", "presentation");
    head.textContent = heading;
    this.list.replaceChildren(...(heading ? [head] : []), ...this.options);
    this.toggle(this.options.length > 0 && document.activeElement === this.input);
    this.status.textContent = this.list.hidden
      ? ""
      : `${this.options.length} ${this.options.length === 1 ? "suggestion" : "suggestions"}`;
  }

  toggle(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    if (!open) this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    this.asking?.abort();
    this.toggle(false);
  }

  onKey(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (this.list.hidden) this.suggest();
      else this.move(step);
    } else if (event.key === "Escape") {
      if (this.list.hidden) this.input.value = "";
      this.close();
      event.preventDefault();
    } else if (event.key === "Enter" && !this.list.hidden && this.active >= 0) {
      event.preventDefault();
      this.choose(this.options[this.active]);
    }
  }

  move(step) {
    const count = this.options.length;
    // -1 is the field itself, so that moving past either end returns to the typed text.
    this.active = ((this.active + 1 + step + count + 1) % (count + 1)) - 1;
    for (const [index, option] of this.options.entries()) {
      option.setAttribute("aria-selected", String(index === this.active));
    }
    const chosen = this.options[this.active];
    if (chosen) {
      this.input.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  choose(option) {
    if (!option) return;
    rememberSearch(option.dataset.name);
    location.assign(option.dataset.address);
  }
}

function option(suggestion, typed, id) {
  const item = document.createElement("li");
  item.id = id;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.dataset.address = addresses[suggestion.type](suggestion);
  item.dataset.name = suggestion.name;
  const name = document.createElement("span");
  name.className = "name";
  name.dir = "auto";
  name.append(...marked(suggestion.name, typed));
  const detail = document.createElement("span");
  detail.className = "detail";
  detail.textContent = readable(suggestion);
  const text = document.createElement("span");
  text.className = "text";
  text.append(name);
  if (suggestion.detail) text.append(detail);
  item.append(icon(iconOf(suggestion)), text);
  return item;
}

function iconOf({ type, detail }) {
  if (type === "performer" && TEAM.test(detail)) return ICONS.team;
  return ICONS[type] ?? ICONS.event;
}

/** Dates and countries come as codes, "2026-12-29 · …" and "Antwerp, BE": people read words. */
function readable({ type, detail }) {
  if (type === "event") {
    return detail.replace(/^\d{4}-\d{2}-\d{2}(?= · )/, (day) => makeFormats().day.format(new Date(`${day}T00:00Z`)));
  }
  if (type === "performer") return detail;
  return detail.replace(/(?<=^|, )[A-Z]{2}$/, (code) => makeFormats().countries.of(code));
}

function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(svg.namespaceURI, "path");
  for (
    const [name, value] of [["d", path], ["fill", "none"], ["stroke", "currentColor"], ["stroke-width", "1.8"], [
      "stroke-linejoin",
      "round",
    ], ["stroke-linecap", "round"]]
  ) {
    line.setAttribute(name, value);
  }
  svg.append(line);
  return svg;
}

// The city of the results page, if one is chosen: names with coming shows there come first.
function asked(typed) {
  const cities = new URLSearchParams(location.search).getAll("city");
  return new URLSearchParams({ q: typed, size: SIZE, ...(cities.length === 1 && cities[0] && { city: cities[0] }) });
}

// Set the matching beginning of a word bolder, ignoring accents and case; a typo marks nothing.
function marked(name, typed) {
  const words = folded(typed).match(WORD) ?? [];
  const parts = [];
  let at = 0;
  for (const { 0: word, index } of name.matchAll(WORD)) {
    const known = words.filter((start) => folded(word).startsWith(start)).sort((a, b) => b.length - a.length)[0];
    if (!known) continue;
    const end = index + (folded(word).length === word.length ? known.length : word.length);
    const mark = document.createElement("mark");
    mark.textContent = name.slice(index, end);
    parts.push(name.slice(at, index), mark);
    at = end;
  }
  return [...parts, name.slice(at)];
}

const WORD = /[\p{L}\p{N}\p{M}]+/gu;

function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

customElements.define("search-box", SearchBox);
