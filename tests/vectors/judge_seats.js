// Judge each vector from standard input with the seat map's modules: print an array of verdicts, in order.

import { chooseBest, findOrphans } from "../../src/admitone/pages/static/seat_map/choose.js";
import { findUnaccompanied } from "../../src/admitone/pages/static/seat_map/companions.js";
import { Occupancy } from "../../src/admitone/pages/static/seat_map/occupancy.js";
import { Plan } from "../../src/admitone/pages/static/seat_map/plan.js";
import { buildPlanData } from "../../src/admitone/pages/static/seat_map/plan_data.js";

const LETTERS = { free: "a", held: "h", sold: "s", blocked: "b" };

function buildPlan(seats) {
  const starts = seats.flatMap((seat, index) => seat.neighbours.includes(index - 1) ? [] : [index]);
  const categories = ["stalls", "circle", "not sold"];
  const columns = {
    seat_count: seats.length,
    size: { width: 1000, height: 1000 },
    focal_point: { x: 0, y: 0 },
    stage: null,
    areas: [],
    sections: { ids: ["hall"], names: ["Hall"], outlines: [[]], labels: [[0, 0]], rows: [1] },
    rows: { names: ["A"], labels: [[0, 0]], seats: [seats.length], numbers: [[1, 1]], ids: ["A-"] },
    x: seats.map((_, index) => index === 1 ? 250 : 0),
    y: seats.map((_, index) => index === 0 ? 1000 : 0),
    categories,
    category: seats.flatMap((seat) => [categories.indexOf(seat.level ?? "not sold"), 1]),
    accessible: seats.flatMap((seat, index) => seat.kind === "wheelchair_place" ? [index] : []),
    restricted_view: [],
    runs: starts.map((first, run) => (starts[run + 1] ?? seats.length) - first),
    companions: seats.flatMap((seat, index) => seat.place === undefined ? [] : [[index, seat.place]]),
  };
  const levels = ["stalls", "circle"].map((id) => ({
    id,
    categories: [id],
    total: { amount: 5000, currency: "EUR" },
  }));
  const details = {
    price_levels: levels,
    sections: [],
    seat_map: { open_seats: seats.flatMap((seat, index) => seat.opened ? [[index, index]] : []) },
  };
  return new Plan(buildPlanData(columns, details), levels);
}

function otherChoiceRemains(plan, occupancy, choice) {
  const levels = new Set(choice.map((index) => plan.level[index]));
  const quantity = choice.filter((index) => !plan.isReserved(index)).length;
  const allowed = (index) => levels.has(plan.level[index]) && !plan.isReserved(index);
  const best = chooseBest(plan, occupancy, quantity, { allowed, together: true });
  return best !== null && findOrphans(plan, occupancy, best).length === 0;
}

function judge({ seats, choice }) {
  const plan = buildPlan(seats);
  const occupancy = new Occupancy(plan);
  occupancy.takeSnapshot({ version: 1, states: seats.map((seat) => LETTERS[seat.state]).join(""), areas: {} });
  const ascending = (indexes) => [...indexes].sort((a, b) => a - b);
  const orphans = ascending(findOrphans(plan, occupancy, choice));
  return {
    reserved: ascending(plan.reserved),
    orphans,
    other_choice: orphans.length ? otherChoiceRemains(plan, occupancy, choice) : null,
    unaccompanied: ascending(findUnaccompanied(plan, occupancy, new Set(choice))),
  };
}

const vectors = await new Response(Deno.stdin.readable).json();
await new Response(JSON.stringify(vectors.map(judge))).body.pipeTo(Deno.stdout.writable);
