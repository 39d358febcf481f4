/* The inbox: J and K through the list, A approves, R opens the box for the reason, X ticks. */
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const links = () => all(".request > a");
  const current = () => one(".request.current > a");

  function step(by) {
    const found = links();
    if (!found.length) return;
    const at = found.indexOf(current());
    const next = found[Math.max(0, Math.min(found.length - 1, at + by))];
    if (next !== current()) next.click();
  }

  function approve() {
    one("#approve button:not(:disabled)")?.click();
  }

  function refuse() {
    const box = one("#refuse");
    if (!box) return;
    box.open = true;
    one("#refuse-why").focus();
  }

  function tick() {
    const box = one(".request.current .ck");
    if (box) box.checked = !box.checked;
  }

  function onKey(event) {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (event.key === "Escape" && typing && typing.id === "refuse-why") {
      one("#refuse").open = false;
      one("#refuse summary").focus();
      return;
    }
    // The second key of a jump (G, then A) belongs to the jump.
    if (event.defaultPrevented) return;
    if (typing || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (one("dialog:modal")) return;
    const doing = { j: () => step(1), k: () => step(-1), a: approve, r: refuse, x: tick }[event.key];
    if (doing) {
      event.preventDefault();
      doing();
    }
  }

  function onClick(event) {
    const phrase = event.target.closest("[data-phrase]");
    if (!phrase) return;
    const box = one("#refuse-why");
    box.value = phrase.dataset.phrase;
    box.focus();
  }

  /* While the next decision is on its way there is nothing to take back yet: U would meet the one before. */
  function onRequest(event) {
    if (event.target.closest("#approve, #refuse")) one("#undo")?.replaceChildren();
  }

  /* What was ticked stays ticked while one reads the others: the list is drawn anew with each. */
  const ticked = () => new Set(all(".request .ck:checked").map((box) => box.value));
  let kept = new Set();

  function onSwap(event) {
    if (event.detail.target.id === "inbox") kept = ticked();
  }

  function tickAgain() {
    all(".request .ck").forEach((box) => {
      if (kept.has(box.value)) box.checked = true;
    });
  }

  /* After a decision the next request is there: the reader starts at its title, the list keeps it in sight. */
  function onSettle(event) {
    if (event.detail.target.id !== "inbox" && !one("#inbox")) return;
    tickAgain();
    one(".request.current")?.scrollIntoView({ block: "nearest" });
    if (document.activeElement === document.body) one("#request-title")?.focus({ preventScroll: true });
  }

  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  document.addEventListener("htmx:beforeRequest", onRequest);
  document.addEventListener("htmx:beforeSwap", onSwap);
  document.addEventListener("htmx:afterSettle", onSettle);
})();
