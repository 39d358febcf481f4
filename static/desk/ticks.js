/* "All that are shown": one box for the boxes of its form. Without this script it stays hidden. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const boxesOf = (form) => all("input[name=ids]", form);

  function show(every) {
    const boxes = boxesOf(every.form);
    const ticked = boxes.filter((box) => box.checked).length;
    every.checked = ticked > 0 && ticked === boxes.length;
    every.indeterminate = ticked > 0 && ticked < boxes.length;
  }

  all("[data-every]").forEach((every) => {
    show(every);
    every.closest("label").hidden = false;
    every.form.addEventListener("change", (event) => {
      if (event.target === every) boxesOf(every.form).forEach((box) => { box.checked = every.checked; });
      else show(every);
    });
    // The browser puts back what was ticked before "reload" and "back" only after the page was read.
    window.addEventListener("pageshow", () => show(every));
  });
})();
