// Minor units → text in the reader's format; whole amounts omit their zeros, as on server-rendered pages.

const formats = new Map();
const exactCurrencies = new Set();

/** Format the prices of one list alike: if one (minor units) has a fraction, all show it. */
export function alignPrices(amounts, currency) {
  const { digits } = makeFormat("en", currency);
  if (amounts.some((amount) => amount % 10 ** digits)) exactCurrencies.add(currency);
}

export function moneyText(
  { amount, currency },
  locale = document.documentElement.dataset.locale || navigator.language,
) {
  const key = `${locale} ${currency}`;
  if (!formats.has(key)) formats.set(key, makeFormat(locale, currency));
  const { digits, whole, exact } = formats.get(key);
  const value = amount / 10 ** digits;
  return (Number.isInteger(value) && !exactCurrencies.has(currency) ? whole : exact).format(value);
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
  const whole = new Intl.NumberFormat(locale, { ...options, minimumFractionDigits: 0, maximumFractionDigits: 0 });
  return { digits: exact.resolvedOptions().maximumFractionDigits, whole, exact };
}
