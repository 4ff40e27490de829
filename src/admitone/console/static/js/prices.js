// The price as the buyer sees it, while it is typed: price, fee of the ticket, fee of the booking. Without scripts the
// page shows the totals that are stored.

const form = document.querySelector("[data-prices]");

/** "12,50" → 12.5; NaN for anything but an amount; 0 where nothing is typed. */
function amountOf(input) {
  const text = input.value.trim().replace(",", ".");
  if (text === "") return 0;
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

function formatted(total, currency) {
  try {
    return new Intl.NumberFormat(undefined, { style: "currency", currency }).format(total);
  } catch {
    return total.toFixed(2); // no such currency: the server says so
  }
}

function showTotals() {
  const currency = form.elements.namedItem("currency").value.trim().toUpperCase();
  const bookingFee = amountOf(form.elements.namedItem("booking_fee"));
  for (const level of form.querySelectorAll("[data-level]")) {
    const price = level.querySelector("[name$='.price.amount']");
    const own = amountOf(price) + amountOf(level.querySelector("[name$='.fees.amount']"));
    const total = own + (own > 0 ? bookingFee : 0);
    const isKnown = price.value.trim() !== "" && Number.isFinite(total);
    level.querySelector("[data-total]").value = isKnown ? formatted(total, currency) : "–";
  }
}

form.addEventListener("input", showTotals);
showTotals();
