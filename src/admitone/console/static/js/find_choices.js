// Lists that are too long for a form: the list shows what has the typed words in its name, as the screen of all finds it.

import { fetchPage } from "./desk_refresh.js";

const PAUSE_MS = 250;
const STAY = ["", "new"]; // "Choose", and "A new venue"

for (const part of document.querySelectorAll("[data-find-choices]")) connect(part);

function connect(part) {
  const input = part.querySelector("input");
  const select = document.getElementById(part.dataset.select);
  const words = part.querySelector("[role=status]");
  let timer;
  const find = async () => {
    clearTimeout(timer);
    const asked = input.value.trim();
    const page = await fetchPage(`${part.dataset.findChoices}?q=${encodeURIComponent(asked)}`);
    if (asked !== input.value.trim()) return; // typed meanwhile
    const rows = page && [...page.querySelectorAll("[data-choice]")];
    words.textContent = page ? wordsOf(rows.length, page) : "The list could not be read. Try again.";
    if (page) replaceOptions(select, rows);
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, PAUSE_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    find();
  });
  part.querySelector("button").addEventListener("click", (event) => {
    event.preventDefault();
    find();
  });
}

/** What is chosen stays in the list: it must not be lost by looking for others. */
function replaceOptions(select, rows) {
  const stay = [...select.options].filter((option) => option.selected || STAY.includes(option.value));
  const kept = new Set(stay.map(({ value }) => value));
  const found = rows
    .filter(({ dataset }) => !kept.has(dataset.choice))
    .map(({ dataset }) => optionOf(dataset.label, dataset.choice));
  const isNew = stay.filter(({ value }) => value === "new");
  select.replaceChildren(...stay.filter((option) => !isNew.includes(option)), ...found, ...isNew);
}

function optionOf(label, value) {
  const option = document.createElement("option");
  option.textContent = label;
  option.value = value;
  return option;
}

function wordsOf(shown, page) {
  const total = Number(page.querySelector("[data-total]")?.dataset.total ?? 0);
  if (!total) return "None has these words.";
  return total > shown ? `The list below has the first ${shown} of ${total}.` : `The list below has ${total}.`;
}
