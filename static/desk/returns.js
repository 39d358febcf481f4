/* Counting with a thumb: the two buttons beside a box, never below zero. */
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    const box = button.parentElement.querySelector("input");
    const count = Number.parseInt(box.value, 10) || 0;
    box.value = String(Math.max(0, count + Number(button.dataset.step)));
  });
})();
