// Replace a part of the page by the same part of another address: the server renders, the page does not reload.

// Fetch `url` and return its document and its final address. Throws when offline.
export async function fetchPage(url, options = {}) {
  const answer = await fetch(url, { headers: { Accept: "text/html" }, ...options });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { page, url: answer.url, status: answer.status, redirected: answer.redirected };
}

// Replace our element of `selector` by the one in `page`. Returns false if either is missing.
export function swap(page, selector) {
  const fresh = page.querySelector(selector);
  const stale = document.querySelector(selector);
  if (!fresh || !stale) return false;
  stale.replaceWith(document.adoptNode(fresh));
  document.title = page.title;
  return true;
}
