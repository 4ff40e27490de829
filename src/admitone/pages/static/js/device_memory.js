// What this device remembers: the bookings that were opened on it, and recent searches. None of it leaves the device.
// A booking is remembered without its link's secret: the booking's cookie opens it. A place on a waiting list has no
// cookie, so its link is remembered whole.

const BOOKINGS_KEY = "admitone.bookings";
const OFF_KEY = "admitone.bookings.off";
const SEARCHES_KEY = "admitone.recent";
const BOOKINGS_MAX = 50;
const SEARCHES_MAX = 5;

export function bookings() {
  return read(BOOKINGS_KEY).filter(({ path }) => /^\/(my\/[\w-]+|e\/[\w-]+\/waiting-list\/[\w.-]+)$/.test(path));
}

export function searches() {
  return read(SEARCHES_KEY).filter((name) => typeof name === "string").slice(0, SEARCHES_MAX);
}

export function rememberSearch(text) {
  const name = text.trim();
  if (!name) return;
  const others = searches().filter((other) => other !== name);
  write(SEARCHES_KEY, JSON.stringify([name, ...others].slice(0, SEARCHES_MAX)));
}

export function isOn() {
  try {
    return localStorage.getItem(OFF_KEY) === null;
  } catch {
    return false; // storage is closed to us
  }
}

// Remember a booking {path, name, when, day}; one that is known already takes its new facts.
export function remember(booking) {
  if (!isOn()) return;
  const others = bookings().filter(({ path }) => path !== booking.path);
  write(BOOKINGS_KEY, JSON.stringify([booking, ...others].slice(0, BOOKINGS_MAX)));
}

export function forgetAll() {
  write(BOOKINGS_KEY, null);
  write(SEARCHES_KEY, null);
}

// Off also forgets the bookings that are remembered.
export function turn(on) {
  write(OFF_KEY, on ? null : "1");
  if (!on) write(BOOKINGS_KEY, null);
}

function read(key) {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(found) ? found.filter(Boolean) : [];
  } catch {
    return []; // storage is closed to us, or holds something else
  }
}

function write(key, text) {
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // Not remembered then.
  }
}
