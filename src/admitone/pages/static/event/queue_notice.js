// A buyer with a pass need not queue: the notice shows how long the pass is valid, and updates when it expires.

import { storedPass } from "../waiting_room/keep.js";

export function showPass(notice, { locale, timezone, timezoneName }) {
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
  setTimeout(() => box.replaceChildren(...asked), until.getTime() - Date.now());
}
