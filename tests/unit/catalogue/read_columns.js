// Read columns from standard input with the seat map's modules: print each seat as a buyer's browser knows it.

import { Plan } from "../../../src/admitone/pages/static/seat_map/plan.js";
import { buildPlanData } from "../../../src/admitone/pages/static/seat_map/plan_data.js";

const columns = JSON.parse(await new Response(Deno.stdin.readable).text());
const levels = columns.categories.map((name) => ({ id: name, categories: [name], total: null }));
const plan = new Plan(buildPlanData(columns, { price_levels: levels, sections: [] }), levels);
const companions = new Set(columns.companions.map(([seat]) => seat));
const seats = Array.from({ length: plan.count }, (_, i) => {
  const seat = plan.describe(i);
  const attributes = [];
  if (seat.accessible) attributes.push("accessible");
  if (companions.has(i)) attributes.push("companion");
  if (seat.restricted) attributes.push("restricted_view");
  const words = [seat.id, seat.number, seat.row, plan.sections[plan.section[i]].id, seat.level.id, attributes];
  return { words, at: [plan.x[i], plan.y[i]] };
});
const found = [seats[0].words[0], seats.at(-1).words[0], "no such seat"].map((id) => plan.indexOf(id) ?? null);
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify({ seats, runs: plan.runs, found })));
