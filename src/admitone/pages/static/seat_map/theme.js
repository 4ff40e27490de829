// Colours of the page, read from its custom properties, and level colours made readable on its background.

const LEAST_CONTRAST = 3; // WCAG 1.4.11, graphics

export function readTheme(element, levels) {
  const style = getComputedStyle(element);
  const read = (
    name,
    fallback,
  ) => (/^#[0-9a-f]{6}$/i.test(style.getPropertyValue(name).trim()) ? style.getPropertyValue(name).trim() : fallback);
  const ground = read("--seat-map-ground", read("--surface", "#ffffff"));
  const theme = {
    ground,
    ink: read("--ink", "#16150f"),
    quiet: read("--ink-2", "#57544b"),
    line: read("--line", "#e3dfd7"),
    edge: read("--line-strong", "#8c877b"),
    sunken: read("--sunken", "#f2f0ec"),
    bad: read("--bad", "#b3261e"),
    accent: read("--accent", "#16150f"),
    font: style.fontFamily,
  };
  theme.levels = levels.map((level) =>
    readable(/^#[0-9a-f]{6}$/i.test(level.color ?? "") ? level.color : theme.accent, ground)
  );
  return theme;
}

/** Return `color` moved toward black or white until it contrasts with `ground`. */
export function readable(color, ground, ratio = LEAST_CONTRAST) {
  const goal = luminance(ground) > 0.4 ? "#000000" : "#ffffff";
  let moved = color;
  for (let part = 0.06; contrast(moved, ground) < ratio && part <= 1; part += 0.06) moved = mix(color, goal, part);
  return moved;
}

/** Return the colour `part` of the way from one to the other. */
export function mix(from, to, part) {
  const [a, b] = [channels(from), channels(to)];
  return `#${
    a.map((value, place) => Math.round(value + (b[place] - value) * part).toString(16).padStart(2, "0")).join("")
  }`;
}

/** Return black or white, whichever is more readable on `color`. */
export function inkOn(color) {
  return contrast(color, "#ffffff") >= 4.5 ? "#ffffff" : "#111111";
}

export function contrast(color, other) {
  const [high, low] = [luminance(color), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

function channels(hex) {
  return [1, 3, 5].map((place) => parseInt(hex.slice(place, place + 2), 16));
}

function luminance(hex) {
  const [red, green, blue] = channels(hex).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
