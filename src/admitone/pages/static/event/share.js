// Share by the system's share sheet if available, else copy the address.

export function offerShare(button) {
  if (!button || !(navigator.share || navigator.clipboard)) return;
  button.hidden = false;
  const address = document.querySelector("link[rel=canonical]").href;
  button.addEventListener("click", async () => {
    if (navigator.share) {
      await navigator.share({ title: button.dataset.title, url: address }).catch((error) => {
        if (error.name !== "AbortError") throw error; // closed without sharing
      });
      return;
    }
    await navigator.clipboard.writeText(address);
    button.textContent = "Link copied";
  });
}
