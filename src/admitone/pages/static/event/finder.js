// "Find me 2 together": choose locally from the map, immediately; the server decides. With "Wheelchair places" pressed
// choose a wheelchair place and seats beside it, companion seats first.

export class Finder {
  constructor(form, map, refusal) {
    const quantity = form.querySelector("#finder-quantity");
    const button = form.querySelector("#find");
    const accessible = form.querySelector("#accessible-only");
    const words = form.querySelector("#announce");
    const asked = () => accessible.getAttribute("aria-pressed") === "true";
    const rename = () => {
      button.textContent = buttonWords(Number(quantity.value) || 1, asked());
    };
    quantity.addEventListener("input", rename);
    new MutationObserver(rename).observe(accessible, { attributeFilter: ["aria-pressed"] });
    button.addEventListener("click", () => {
      const wanted = Math.min(Math.max(1, Number(quantity.value) || 1), map.limit);
      refusal.clear();
      const found = map.best({ quantity: wanted, together: true, accessible: asked() });
      if (!found) {
        refusal.say({ code: asked() ? "no-wheelchair-place" : "none-together", quantity: wanted });
        return;
      }
      map.choose(found);
      map.show(found);
      const seats = map.chosen;
      words.textContent = `Found ${seats[0].section}, row ${seats[0].row}, ${
        seats.map((seat) => `seat ${seat.number}`).join(", ")
      }.`;
    });
  }
}

function buttonWords(many, accessible) {
  if (accessible) return many === 1 ? "Find a wheelchair place" : `Find a wheelchair place + ${many - 1}`;
  return many === 1 ? "Find me a good seat" : `Find me ${many} together`;
}
