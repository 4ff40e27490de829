// The worker's side of prepare_plan.js: {bytes, details} in, the data of a `Plan` out; arrays move, they are not copied.
// Before that, {locale, currency}: the formats of money are loaded here, while the geometry is on its way.

import { warmUpFormats } from "../js/money.js";
import { buildPlanData } from "./plan_data.js";

self.onmessage = ({ data: { bytes, details, locale, currency } }) => {
  if (currency) return warmUpFormats(locale, currency);
  const plan = buildPlanData(JSON.parse(new TextDecoder().decode(bytes)), details);
  const arrays = Object.values(plan).filter((value) => ArrayBuffer.isView(value));
  return self.postMessage(plan, arrays.map(({ buffer }) => buffer));
};
