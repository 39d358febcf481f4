/* A paper opens in a window of its own and asks for the printer by itself; without this script it just opens. */
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-print]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const paper = window.open(link.href);
    if (!paper) return;
    event.preventDefault();
    paper.addEventListener("load", () => paper.print());
  });
})();
