// A number field between a minus and a plus button, 44 px each. Without this script it is still a number field.

export function makeSteppers(root) {
  for (const stepper of root.querySelectorAll("[data-stepper]")) {
    const input = stepper.querySelector("input");
    const buttons = [stepButton(input, "−", "One fewer", -1), stepButton(input, "+", "One more", 1)];
    input.before(buttons[0]);
    input.after(buttons[1]);
    const update = () => {
      buttons[0].disabled = input.disabled || Number(input.value) <= Number(input.min);
      buttons[1].disabled = input.disabled || Number(input.value) >= Number(input.max);
    };
    for (const kind of ["input", "limits"]) input.addEventListener(kind, update);
    update();
  }
}

function stepButton(input, sign, label, by) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "stepper-button";
  button.textContent = sign;
  button.setAttribute("aria-label", `${label}: ${input.getAttribute("aria-label")}`);
  button.addEventListener("click", () => {
    input.value = Math.min(Number(input.max), Math.max(Number(input.min), (Number(input.value) || 0) + by));
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  return button;
}
