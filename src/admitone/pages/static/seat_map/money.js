// Minor units → text, in the reader's manner; whole amounts lose their zeros, as on the pages of the server.

const formats = new Map();

export function moneyText({ amount, currency }, locale = document.documentElement.dataset.locale || navigator.language) {
  const key = `${locale} ${currency}`;
  if (!formats.has(key)) formats.set(key, makeFormat(locale, currency));
  const { digits, whole, exact } = formats.get(key);
  const value = amount / 10 ** digits;
  return (Number.isInteger(value) ? whole : exact).format(value);
}

function makeFormat(locale, currency) {
  const options = { style: "currency", currency };
  const exact = new Intl.NumberFormat(locale, options);
  const whole = new Intl.NumberFormat(locale, { ...options, minimumFractionDigits: 0, maximumFractionDigits: 0 });
  return { digits: exact.resolvedOptions().maximumFractionDigits, whole, exact };
}
