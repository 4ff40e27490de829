// When may more load? Once the poster, the largest thing in the first view, is there: it shares a slow network with
// everything else.

const POSTER_MS_MAX = 4_000;

/** Resolve after the poster is painted, at the first touch of the page, or after a few seconds without the poster. */
export function firstViewIsShown() {
  const poster = document.querySelector(".event-poster");
  return new Promise((resolve) => {
    const done = () => requestAnimationFrame(() => setTimeout(resolve));
    if (!poster || poster.complete || location.hash === "#tickets") return done();
    poster.addEventListener("load", done);
    poster.addEventListener("error", done);
    for (const kind of ["pointerdown", "keydown", "scroll"]) {
      addEventListener(kind, done, { once: true, passive: true });
    }
    return setTimeout(done, POSTER_MS_MAX);
  });
}
