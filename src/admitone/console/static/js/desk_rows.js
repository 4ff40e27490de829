// Choose rows and sections in a list, without the map: a box for each section and row, ticked where all of its seats that
// can be chosen are chosen.

export function listRows(map, details) {
  const list = details.querySelector("[data-rows]");
  const boxes = []; // {box, first, end}
  const tell = () => {
    for (const { box, count, first, end } of boxes) {
      let [free, chosen] = [0, 0];
      for (let index = first; index < end; index += 1) {
        free += map.occupancy.isFree(index) ? 1 : 0;
        chosen += map.scene.chosen.has(index) ? 1 : 0;
      }
      box.disabled = free === 0 && chosen === 0;
      box.checked = chosen > 0 && chosen >= free;
      box.indeterminate = chosen > 0 && chosen < free;
      count.textContent = `${chosen} of ${free}`;
    }
  };
  const boxOf = (words, first, end) => {
    const label = document.createElement("label");
    label.className = "check";
    const box = document.createElement("input");
    box.type = "checkbox";
    const name = document.createElement("bdi");
    name.textContent = words;
    const count = document.createElement("span");
    count.className = "quiet tiny";
    label.append(box, name, " ", count);
    box.addEventListener("change", () => {
      const chosen = new Set(map.scene.chosen);
      for (let index = first; index < end; index += 1) {
        if (!box.checked) chosen.delete(index);
        else if (map.occupancy.isFree(index)) chosen.add(index);
      }
      map.choose(chosen);
    });
    boxes.push({ box, count, first, end });
    return label;
  };
  details.addEventListener("toggle", () => {
    if (!details.open || !map.plan) return;
    if (!list.childElementCount) {
      for (const section of map.plan.sections) {
        const rows = document.createElement("fieldset");
        const legend = document.createElement("legend");
        legend.append(boxOf(section.name, section.first, section.end));
        rows.append(legend, ...section.rows.map((row) => boxOf(`Row ${row.name}`, row.first, row.end)));
        list.append(rows);
      }
    }
    tell();
  });
  const whenOpen = () => details.open && tell();
  map.addEventListener("choice", whenOpen);
  map.addEventListener("availability", whenOpen);
}
