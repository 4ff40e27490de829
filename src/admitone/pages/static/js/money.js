// Minor units → text in the reader's format; whole amounts omit their zeros, as on server-rendered pages.

// Formats are made when a price is first written.
const formats = new Map();
const aligned = new Map(); // currency → amounts of one list; after the first price, whether one has a fraction

/** Format the prices of one list alike: if one (minor units) has a fraction, all show it. */
export function alignPrices(amounts, currency) {
  aligned.set(currency, amounts);
}

export function pageLocale() {
  return document.documentElement.dataset.locale || navigator.language;
}

export function moneyText({ amount, currency }, locale = pageLocale()) {
  const format = formatFor(locale, currency);
  const value = amount / 10 ** format.digits;
  return (Number.isInteger(value) && !isExact(currency, format.digits) ? format.whole : format.exact).format(value);
}

function isExact(currency, digits) {
  const amounts = aligned.get(currency);
  if (Array.isArray(amounts)) aligned.set(currency, amounts.some((amount) => amount % 10 ** digits));
  return aligned.get(currency) === true;
}

/**
 * Load the data of the formats, which all threads of the page share: a worker needs 25 ms of a fast processor for it,
 * and after that this thread needs 3 ms.
 */
export function warmUpFormats(locale, currency) {
  const format = formatFor(locale, currency);
  format.exact.format(1);
  format.whole.format(1);
}

function formatFor(locale, currency) {
  const key = `${locale} ${currency}`;
  if (!formats.has(key)) formats.set(key, makeFormat(locale, currency));
  return formats.get(key);
}

/**
 * Return the minor units of an order. `totals` are single-ticket prices that include the booking fee, which an order
 * pays once.
 */
export function orderAmount(totals, bookingFee = 0) {
  const paid = totals.filter((amount) => amount > 0).length;
  return totals.reduce((sum, amount) => sum + amount, 0) - bookingFee * Math.max(0, paid - 1);
}

/** Return the amount that a ticket adds to an order that already pays the booking fee. */
export function addedPrice({ amount, currency }, bookingFee = 0) {
  return { amount: amount && amount - bookingFee, currency };
}

function makeFormat(locale, currency) {
  const options = { style: "currency", currency };
  const exact = new Intl.NumberFormat(locale, options);
  let whole = null;
  return {
    digits: exact.resolvedOptions().maximumFractionDigits,
    exact,
    get whole() {
      return whole ??= new Intl.NumberFormat(locale, {
        ...options,
        minimumFractionDigits: 0,
        maximumFractionDigits: 0,
      });
    },
  };
}
