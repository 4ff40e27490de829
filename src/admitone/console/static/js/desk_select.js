// Choose many seats of the map at once: drag a rectangle or a lasso around them, by mouse or finger. In the mode "move"
// a drag moves the map, as on the public pages; the wheel zooms in every mode.

const SVG = "http://www.w3.org/2000/svg";
const STEP_PX = 4; // a lasso gets a corner each time the pointer has moved this far

export function selectAreas(map, modes) {
  const veil = document.createElement("div");
  veil.className = "desk-veil";
  veil.hidden = true;
  const drawing = document.createElementNS(SVG, "svg");
  const shape = document.createElementNS(SVG, "polygon");
  drawing.setAttribute("aria-hidden", "true");
  drawing.append(shape);
  veil.append(drawing);
  map.stage.append(veil);
  modes.hidden = false;
  const mode = () => modes.querySelector("input[type=radio]:checked").value;
  const subtract = modes.querySelector("[data-subtract]");
  modes.addEventListener("change", () => (veil.hidden = mode() === "move"));

  let corners = null; // of the shape that is being drawn, in px of the map
  const draw = () => shape.setAttribute("points", (corners ?? []).map(({ x, y }) => `${x},${y}`).join(" "));
  const placeOf = (event) => {
    const box = veil.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const end = () => {
    corners = null;
    draw();
  };

  veil.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || (event.pointerType === "mouse" && event.button !== 0)) return;
    event.preventDefault();
    veil.setPointerCapture(event.pointerId);
    corners = [placeOf(event)];
  });
  veil.addEventListener("pointermove", (event) => {
    if (!corners || !event.isPrimary) return;
    const place = placeOf(event);
    const [first, last] = [corners[0], corners.at(-1)];
    if (mode() === "rectangle") corners = [first, { x: place.x, y: first.y }, place, { x: first.x, y: place.y }];
    else if (Math.hypot(place.x - last.x, place.y - last.y) >= STEP_PX) corners.push(place);
    draw();
  });
  veil.addEventListener("pointerup", (event) => {
    if (!corners || !event.isPrimary) return;
    if (corners.length > 2) take(map, corners.map(({ x, y }) => map.view.toPlan(x, y)), subtract.checked);
    end();
  });
  veil.addEventListener("pointercancel", end);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") end();
  });
  veil.addEventListener("wheel", (event) => {
    event.preventDefault();
    map.canvas.dispatchEvent(new globalThis.WheelEvent(event.type, event));
  }, { passive: false });
}

/** Add the seats inside the shape that can be chosen to the choice, or take all of them away from it. */
function take(map, corners, isLess) {
  const { plan, occupancy, scene } = map;
  const chosen = new Set(scene.chosen);
  for (let index = 0; index < plan.count; index += 1) {
    if (!(isLess ? chosen.has(index) : occupancy.isFree(index))) continue;
    if (!inside(corners, plan.x[index], plan.y[index])) continue;
    if (isLess) chosen.delete(index);
    else chosen.add(index);
  }
  map.choose(chosen);
}

/** Even-odd rule. */
function inside(corners, x, y) {
  let within = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i, i += 1) {
    const [a, b] = [corners[i], corners[j]];
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) within = !within;
  }
  return within;
}
