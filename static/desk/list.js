/* A list page: selection with the bulk bar, the drawer beside the table, J and K through the rows. */
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const WIDE = window.matchMedia("(min-width: 1100px)");
  const rows = () => all("#results tbody tr[data-id]");
  const boxes = () => all("#results td .ck");
  let currentId = "";
  let lastBox = null;

  /* Selection. */
  function chosenCount() {
    return boxes().filter((box) => box.checked).length;
  }

  function syncSelection() {
    const bar = one("#bulk");
    if (!bar) return;
    const found = boxes();
    const count = chosenCount();
    const master = one("#results th .ck");
    found.forEach((box) => box.closest("tr").classList.toggle("picked", box.checked));
    if (master) {
      master.checked = count > 0 && count === found.length;
      master.indeterminate = count > 0 && count < found.length;
    }
    const everything = one("#bulk-all");
    const canTakeAll = Boolean(one("#results[data-more]")) && count > 0 && count === found.length;
    one("#bulk-take-all").hidden = !canTakeAll;
    if (!canTakeAll) everything.checked = false;
    one("#bulk-count").textContent = everything.checked ? everything.dataset.said : bar.dataset.said.replace("0", String(count));
    bar.classList.toggle("on", count > 0);
    bar.inert = count === 0;
  }

  function pickRange(box) {
    const found = boxes();
    const ends = [found.indexOf(lastBox), found.indexOf(box)].sort((a, b) => a - b);
    found.slice(ends[0], ends[1] + 1).forEach((each) => {
      each.checked = box.checked;
    });
  }

  function clearSelection() {
    boxes().forEach((box) => {
      box.checked = false;
    });
    syncSelection();
  }

  /* The drawer: beside the list on wide screens, over it on narrow ones. */
  function drawer() {
    return one("#drawer");
  }

  function mark(row) {
    rows().forEach((each) => each.classList.toggle("current", each === row));
    currentId = row ? row.dataset.id : "";
    if (row) row.scrollIntoView({ block: "nearest" });
  }

  function openRow(row) {
    const link = row && one("a.no", row);
    const panel = drawer();
    if (!link || !panel) return;
    mark(row);
    if (!panel.open) {
      if (WIDE.matches) panel.show();
      else panel.showModal();
    }
    window.htmx.ajax("GET", link.getAttribute("href"), { target: "#drawer", swap: "innerHTML" }).then(() => {
      if (panel.open) one("h2", panel)?.focus();
    });
  }

  function closeDrawer() {
    const panel = drawer();
    if (!panel || !panel.open) return false;
    panel.close();
    return true;
  }

  function currentRow() {
    return rows().find((row) => row.dataset.id === currentId);
  }

  function step(by) {
    const found = rows();
    if (!found.length) return;
    const at = found.indexOf(currentRow());
    const next = found[Math.max(0, Math.min(found.length - 1, at < 0 ? 0 : at + by))];
    if (drawer() && drawer().open) openRow(next);
    else {
      mark(next);
      one("a.no", next).focus({ preventScroll: true });
    }
  }

  function pickCurrent() {
    const row = currentRow();
    const box = row && one(".ck", row);
    if (!box) return;
    box.checked = !box.checked;
    syncSelection();
  }

  function onKey(event) {
    const typing = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select");
    if (event.key === "Escape" && !typing && !one("dialog:modal")) closeDrawer();
    // The second key of a jump (G, then J) belongs to the jump.
    if (event.defaultPrevented) return;
    if (typing || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (one("dialog:modal:not(#drawer)")) return;
    const doing = { j: () => step(1), k: () => step(-1), x: pickCurrent }[event.key];
    if (doing) {
      event.preventDefault();
      doing();
    }
  }

  function onClick(event) {
    const target = event.target;
    const box = target.closest("#results td .ck");
    if (box) {
      if (event.shiftKey && lastBox) pickRange(box);
      lastBox = box;
      return;
    }
    if (target.closest("[data-clear]")) clearSelection();
    const row = target.closest("#results tbody tr[data-id]");
    const link = target.closest("a, button, input, label");
    const isOwnLink = link && link.matches("a.no") && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (row && drawer() && (!link || isOwnLink)) {
      event.preventDefault();
      openRow(row);
    }
  }

  function onChange(event) {
    if (event.target.matches("#results th .ck")) {
      boxes().forEach((box) => {
        box.checked = event.target.checked;
      });
    }
    if (event.target.matches(".ck")) syncSelection();
  }

  function onSwap(event) {
    if (event.detail.target.id !== "results") return;
    const row = currentRow();
    if (row) row.classList.add("current");
    lastBox = null;
    syncSelection();
    const said = one("#results")?.dataset.said;
    if (said) one("#said").textContent = said;
  }

  /* A long pasted list does not fit into an address. */
  function onRequest(event) {
    const request = event.detail;
    if (event.target.id !== "f" || one("#q").value.length <= 400) return;
    request.verb = "post";
    request.useUrlParams = false;
    request.headers["Content-Type"] = "application/x-www-form-urlencoded";
  }

  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  document.addEventListener("change", onChange);
  /* The search box has asked while somebody typed; leaving it must not bring new rows under the hand that ticks one. */
  document.addEventListener("change", (event) => {
    if (event.target.id === "q") event.stopPropagation();
  }, true);
  document.addEventListener("htmx:configRequest", onRequest);
  document.addEventListener("htmx:afterSettle", onSwap);
  document.addEventListener("close", (event) => {
    if (event.target.id !== "drawer") return;
    const row = currentRow();
    event.target.replaceChildren();
    if (row) one("a.no", row).focus({ preventScroll: true });
  }, true);
  syncSelection();
})();
