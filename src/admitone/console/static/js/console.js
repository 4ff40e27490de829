// What every screen does beside showing itself: open the navigation on a wide screen, move the focus to the summary of
// faults, ignore double clicks on a form.

const WIDE = "(min-width: 64rem)";

/** Keep the navigation open where it stands beside the page: browsers hide the content of a closed details element. */
function openMenuOnWideScreens() {
  const menu = document.querySelector("[data-menu]");
  if (!menu) return;
  const wide = globalThis.matchMedia(WIDE);
  const follow = () => {
    menu.open = wide.matches;
  };
  wide.addEventListener("change", follow);
  follow();
}

function focusFaults() {
  document.querySelector("[data-fault-summary]")?.focus();
}

/** Ask before what cannot be undone; without scripts the form goes on, and the screen before it has named the person. */
function askBefore(event) {
  const words = event.submitter?.dataset.confirm;
  if (words && !globalThis.confirm(words)) event.preventDefault();
}

/** Offer to copy what is shown once. */
function offerToCopy() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const shown = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(shown.textContent);
      button.textContent = "Copied";
    });
  }
}

/** A second click on a form that is being sent sends nothing. */
function ignoreDoubleClicks(event) {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
}

openMenuOnWideScreens();
focusFaults();
offerToCopy();
document.addEventListener("submit", askBefore);
document.addEventListener("submit", ignoreDoubleClicks);
globalThis.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
