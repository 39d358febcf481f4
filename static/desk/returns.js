/* Counting with a thumb: the two buttons beside a box, never below zero; and what is missing of the announced pieces. */
(() => {
  "use strict";
  const countIn = (box) => Number.parseInt(box.value, 10) || 0;

  /* What is announced of one line and neither good nor bad. */
  function missingOf(line) {
    const found = [...line.querySelectorAll(".stepper input")].reduce((sum, box) => sum + countIn(box), 0);
    return Math.max(0, Number(line.dataset.announced) - found);
  }

  function tellMissing() {
    const told = document.querySelector("[data-missing]");
    if (!told) return;
    const missing = [...document.querySelectorAll("[data-announced]")].reduce((sum, line) => sum + missingOf(line), 0);
    told.hidden = missing === 0;
    told.querySelector("[data-pieces]").textContent = String(missing);
    told.querySelector("input").required = missing > 0;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    const box = button.parentElement.querySelector("input");
    box.value = String(Math.max(0, countIn(box) + Number(button.dataset.step)));
    tellMissing();
  });
  document.addEventListener("input", tellMissing);
  document.addEventListener("htmx:afterSettle", tellMissing);
  document.addEventListener("kept", tellMissing);
  // The browser puts back what was typed before "reload" and "back" only after the page was read.
  window.addEventListener("pageshow", tellMissing);
})();
