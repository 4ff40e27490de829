// Hide the bottom bar on a phone while the basket's button, the next step, is fully visible.

const WHOLLY = 0.98;

export function yieldToBasket(bar, form) {
  if (!bar || !form) return;
  const watch = new IntersectionObserver(
    ([entry]) => bar.classList.toggle("is-away", entry.intersectionRatio >= WHOLLY),
    { threshold: WHOLLY },
  );
  watch.observe(form.querySelector("#continue"));
}
