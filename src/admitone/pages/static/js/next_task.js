// Let the browser paint and answer a touch between two parts of a long work.

/** Resolve in a task of its own. */
export function nextTask() {
  return globalThis.scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve));
}
