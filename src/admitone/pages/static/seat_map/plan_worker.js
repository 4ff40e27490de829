// The worker's side of prepare_plan.js: {bytes, details} in, the data of a `Plan` out; arrays move, they are not copied.

import { buildPlanData } from "./plan_data.js";

self.onmessage = ({ data: { bytes, details } }) => {
  const plan = buildPlanData(JSON.parse(new TextDecoder().decode(bytes)), details);
  const arrays = Object.values(plan).filter((value) => ArrayBuffer.isView(value));
  self.postMessage(plan, arrays.map(({ buffer }) => buffer));
};
