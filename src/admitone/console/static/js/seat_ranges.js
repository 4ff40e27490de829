// Seats as short lists of indexes, as the server writes and reads them.

/** "0-2.7" → [0, 1, 2, 7]. */
export function indexes(text) {
  return text.split(".").filter(Boolean).flatMap((part) => {
    const [first, last = first] = part.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, place) => first + place);
  });
}

/** [0, 1, 2, 7] → "0-2.7", as the server reads it. */
export function ranges(indexes) {
  const parts = [];
  for (const index of indexes) {
    const last = parts.at(-1);
    if (last && index === last[1] + 1) last[1] = index;
    else parts.push([index, index]);
  }
  return parts.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(".");
}
