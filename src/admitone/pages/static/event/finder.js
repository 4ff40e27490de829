// "Find me 2 together": chosen here on what the map shows, at once; the server has the last word.

export class Finder {
  constructor(form, map, refusal) {
    const quantity = form.querySelector("#finder-quantity");
    const button = form.querySelector("#find");
    const words = form.querySelector("#announce");
    quantity.addEventListener("input", () => {
      const many = Number(quantity.value) || 1;
      button.textContent = many === 1 ? "Find me a good seat" : `Find me ${many} together`;
    });
    button.addEventListener("click", () => {
      const wanted = Math.min(Math.max(1, Number(quantity.value) || 1), map.limit);
      refusal.clear();
      const found = map.best({ quantity: wanted, together: true });
      if (!found) {
        refusal.say({ code: "none-together", quantity: wanted });
        return;
      }
      map.choose(found);
      map.show(found);
      const seats = map.chosen;
      words.textContent = `Found ${seats[0].section}, row ${seats[0].row}, ${seats.map((seat) => `seat ${seat.number}`).join(", ")}.`;
    });
  }
}
