// <near-city>: the chosen city stays on the device. There is no cookie, so pages are the same for every visitor.
import { fetchPage, swap } from "./swap.js";

const CITY_KEY = "admitone.city";

class NearCity extends HTMLElement {
  connectedCallback() {
    const select = this.querySelector("select");
    select.addEventListener("change", () => {
      keep(select.value);
      show(select.value, true);
    });
    const kept = read();
    const asked = new URL(location.href).searchParams.get("city");
    const known = [...select.options].some((option) => option.value === kept);
    if (kept && !asked && known && kept !== select.value) show(kept, false);
  }
}

async function show(city, focus) {
  try {
    const { page } = await fetchPage(`/?city=${encodeURIComponent(city)}`);
    if (swap(page, "#home-content") && focus) document.querySelector("near-city select")?.focus();
  } catch {
    location.assign(`/?city=${encodeURIComponent(city)}`);
  }
}

function read() {
  try {
    return localStorage.getItem(CITY_KEY);
  } catch {
    return null; // storage is not accessible
  }
}

function keep(city) {
  try {
    localStorage.setItem(CITY_KEY, city);
  } catch {
    // The choice is not stored then, but still shown.
  }
}

customElements.define("near-city", NearCity);
