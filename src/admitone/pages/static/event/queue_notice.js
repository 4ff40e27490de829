// A buyer with a pass need not queue: the notice shows how long the pass is valid, and updates when it expires.

import { storedPass } from "../waiting_room/keep.js";

export function showPass(notice, { locale, timezone, timezoneName, choose }) {
  const kept = notice && storedPass(notice.dataset.event);
  if (!kept) return;
  const box = notice.querySelector(".notice");
  const asked = [...box.childNodes];
  const title = document.createElement("h2");
  title.textContent = "You are in";
  const words = document.createElement("p");
  const until = new Date(kept.expires_at);
  words.textContent = `It is your turn: hold your tickets by ${
    until.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit", timeZone: timezone })
  }, ${timezoneName}. Tickets you hold by then stay yours while you pay.`;
  box.replaceChildren(title, words);
  const leaveSale = openSale(choose);
  setTimeout(() => {
    box.replaceChildren(...asked);
    leaveSale();
  }, until.getTime() - Date.now());
}

/** The page's main buttons lead to the tickets, not to the queue. Returns how to put them back. */
function openSale(choose) {
  const buttons = [...document.querySelectorAll(".next-step")];
  const before = buttons.map((button) => [button, button.getAttribute("href"), button.textContent]);
  for (const button of buttons) {
    button.setAttribute("href", "#tickets");
    button.textContent = choose;
  }
  return () => {
    for (const [button, href, words] of before) {
      button.setAttribute("href", href);
      button.textContent = words;
    }
  };
}
