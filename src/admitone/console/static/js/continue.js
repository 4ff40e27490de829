// Send the form of the next piece of a change of many events. Without scripts, people press its button.
//
// Not on a page that was reloaded, or that the browser went back to: its piece was sent before.

const [visit] = performance.getEntriesByType("navigation");
if (visit?.type === "navigate") {
  document.querySelector("form[data-continue]")?.requestSubmit();
}
