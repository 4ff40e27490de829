// Count down to the opening of the sale, then reload the page with a random delay.

const SPREAD_MS = 2_000;

export function watchOpening(node) {
  if (!node) return;
  const opens = new Date(node.dataset.opens).getTime();
  const words = node.querySelector("#opening-words");
  const look = words.hasAttribute("data-has-seats") ? " You can look at the seats until then." : "";
  const tick = () => {
    const left = opens - Date.now();
    if (left <= 0) {
      words.textContent = "The sale opens now.";
      setTimeout(() => location.reload(), Math.random() * SPREAD_MS);
      return;
    }
    words.textContent = `In ${span(left)}.${look}`;
    setTimeout(tick, left > 3_600_000 ? 30_000 : 1_000 - (Date.now() % 1_000));
  };
  tick();
}

function span(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000);
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days) return `${plural(days, "day")}${hours ? ` ${plural(hours, "hour")}` : ""}`;
  if (hours) return `${plural(hours, "hour")}${minutes ? ` ${plural(minutes, "minute")}` : ""}`;
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}

function plural(count, word) {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
