// Judge each vector from standard input with the seat map's modules: print an array of verdicts, in order.

import { chooseBest, findOrphans } from "../../src/admitone/pages/static/seat_map/choose.js";
import { findUnaccompanied } from "../../src/admitone/pages/static/seat_map/companions.js";
import { Occupancy } from "../../src/admitone/pages/static/seat_map/occupancy.js";
import { Plan } from "../../src/admitone/pages/static/seat_map/plan.js";

const LETTERS = { free: "a", held: "h", sold: "s", blocked: "b" };
const ATTRIBUTES = { ordinary: [], wheelchair_place: ["accessible"], companion_seat: ["companion"] };

function buildPlan(seats) {
  const row = seats.map((seat, index) => ({
    id: `A-${index + 1}`,
    index,
    number: String(index + 1),
    x: index * 25,
    y: 100,
    category: seat.level ?? "not sold",
    attributes: ATTRIBUTES[seat.kind],
  }));
  const starts = seats.flatMap((seat, index) => seat.neighbours.includes(index - 1) ? [] : [index]);
  const geometry = {
    seat_count: seats.length,
    size: { width: 1000, height: 1000 },
    focal_point: { x: 0, y: 0 },
    runs: starts.map((first, run) => [first, starts[run + 1] ?? seats.length]),
    companions: seats.flatMap((seat, index) => seat.place === undefined ? [] : [[index, seat.place]]),
    sections: [{ id: "hall", name: "Hall", rows: [{ name: "A", seats: row }] }],
  };
  const levels = ["stalls", "circle"];
  return new Plan(geometry, {
    price_levels: levels.map((id) => ({ id, categories: [id], total: { amount: 5000, currency: "EUR" } })),
    sections: [],
    seat_map: { open_seats: seats.flatMap((seat, index) => seat.opened ? [[index, index]] : []) },
  });
}

/** Return whether the best adjacent seats, as many as the ordinary ones of `choice`, at its prices, leave none single. */
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
