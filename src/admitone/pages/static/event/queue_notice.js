// Whoever has a pass is not asked to queue: the notice says how long the pass lasts, and asks again when it is over.

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
  }, ${timezoneName}. What is held then stays yours while you pay.`;
  box.replaceChildren(title, words);
  setTimeout(() => box.replaceChildren(...asked), until.getTime() - Date.now());
}
