/* Decisions on their way: how long each may still be taken back, U for the last one, and toasts that have nothing left. */
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* What is left for taking a decision back, counted from when it was shown: the clocks of server and browser differ. */
  const ends = new WeakMap();

  function countDown() {
    all("[data-seconds]").forEach((shown) => {
      if (!ends.has(shown)) ends.set(shown, performance.now() + 1000 * Number(shown.dataset.seconds));
      const left = Math.max(0, Math.ceil((ends.get(shown) - performance.now()) / 1000));
      shown.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      if (!left) shown.closest(".toast")?.remove();
    });
  }

  function onKey(event) {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (event.key !== "u" || typing || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.repeat || one("dialog:modal")) return;
    const button = one("#undo [data-undo]") || one(".pending [data-undo]");
    if (!button) return;
    event.preventDefault();
    button.click();
  }

  /* A decision that was taken back is offered no more; a newer one keeps its toast. */
  function withdraw(keys) {
    all("#undo .toast").forEach((toast) => {
      all("[name=intention]", toast).forEach((offered) => {
        if (keys.includes(Number(offered.value))) offered.remove();
      });
      if (!one("[name=intention]", toast)) toast.remove();
    });
  }

  /* Not at once: the toast may be who asked, and what else the answer says reaches the page through it. */
  function onUndone(event) {
    setTimeout(() => withdraw(event.detail.keys));
  }

  countDown();
  setInterval(countDown, 1000);
  document.addEventListener("keydown", onKey);
  document.addEventListener("undone", onUndone);
  document.addEventListener("htmx:afterSettle", countDown);
})();
