// While a test of the payment keys runs or awaits its webhook: fetch the page every two seconds, for five minutes.

import { fetchPage } from "./desk_refresh.js";

const EVERY_MS = 2_000;
const ROUNDS_MAX = 150;

let rounds = 0;
const timer = setInterval(async () => {
  const part = document.getElementById("payment-test");
  if (!part.querySelector("[data-awaited]") || ++rounds > ROUNDS_MAX) {
    clearInterval(timer);
    return;
  }
  if (document.hidden || part.contains(document.activeElement)) return;
  const other = (await fetchPage())?.getElementById("payment-test");
  if (other && other.innerHTML !== part.innerHTML) part.replaceChildren(...document.adoptNode(other).childNodes);
}, EVERY_MS);
