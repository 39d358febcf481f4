/* What somebody typed outlives the redrawing of the part it stands in: the boxes of other forms always, those of the
   form that was sent when it was refused; and the refusal comes into sight. A form is the same when it is sent to the
   same address. */
(() => {
  "use strict";
  const BOXES = "input:not([type=hidden], [type=file], [type=password]), textarea, select";
  const CHECKED = ["checkbox", "radio"];
  let kept = null;

  /* The options that were chosen when the page was drawn: where none is marked, the browser chooses the first. */
  function drawnOptions(box) {
    const marked = [...box.options].filter((each) => each.defaultSelected);
    if (marked.length || box.multiple) return marked;
    return [...box.options].filter((each) => !each.disabled).slice(0, 1);
  }

  /* What a box holds, and what it held when the page was drawn. */
  function stateOf(box, asDrawn) {
    if (box.tagName === "SELECT") {
      return (asDrawn ? drawnOptions(box) : [...box.selectedOptions]).map((each) => each.value).join();
    }
    if (CHECKED.includes(box.type)) return asDrawn ? box.defaultChecked : box.checked;
    return asDrawn ? box.defaultValue : box.value;
  }

  function addressOf(box) {
    return box.form && box.form.getAttribute("action");
  }

  /* A box without an id is told by its name, in the form that was sent if no other is sent to the same address. */
  function isKnown(box, sentTo) {
    const address = addressOf(box);
    if (!address || box.id) return Boolean(address);
    return address === sentTo && document.querySelectorAll(`form[action="${CSS.escape(address)}"]`).length === 1;
  }

  function boxesOf(root, sentTo) {
    return [...root.querySelectorAll(BOXES)].filter((box) => isKnown(box, sentTo));
  }

  function keyOf(box) {
    return [addressOf(box), box.id, box.name, CHECKED.includes(box.type) ? box.value : ""].join(" ");
  }

  function onBeforeSwap(event) {
    kept = null;
    const { target, shouldSwap, requestConfig } = event.detail;
    if (!shouldSwap || !target) return;
    // Not the event's own element: that is what will be redrawn.
    const sender = requestConfig.elt;
    const sentTo = sender.matches("form") ? sender.getAttribute("action") : "";
    const boxes = boxesOf(target, sentTo).filter((box) => stateOf(box, false) !== stateOf(box, true));
    const states = boxes.map((box) => [keyOf(box), { now: stateOf(box, false), drawn: stateOf(box, true) }]);
    kept = { sentTo, boxes: new Map(states) };
  }

  function put(box, state) {
    if (box.tagName === "SELECT") box.value = state;
    else if (CHECKED.includes(box.type)) box.checked = state;
    else box.value = state;
  }

  function restore(box, isRefused) {
    const was = kept.boxes.get(keyOf(box));
    const wasSent = addressOf(box) === kept.sentTo;
    if (!was || (wasSent ? !isRefused : was.drawn !== stateOf(box, true))) return false;
    put(box, was.now);
    unfold(box.form);
    return true;
  }

  function unfold(form) {
    const around = form.closest("details.ask");
    if (around) around.open = true;
  }

  /* Below the bar at the top and above the lower edge; else in the middle, because somebody pressed far below it. */
  function showRefusal(refusal) {
    const { top, bottom } = refusal.getBoundingClientRect();
    if (top < 64 || bottom > innerHeight) refusal.scrollIntoView({ block: "center" });
  }

  function onSettle(event) {
    if (!kept) return;
    const root = document.getElementById(event.detail.target.id) || event.detail.target;
    const refusal = root.querySelector("[data-refused]");
    const isRefused = Boolean(refusal);
    const restored = boxesOf(root, kept.sentTo).filter((box) => restore(box, isRefused));
    if (isRefused && kept.sentTo) {
      [...root.querySelectorAll("form")].filter((form) => form.getAttribute("action") === kept.sentTo).forEach(unfold);
    }
    if (refusal) showRefusal(refusal);
    kept = null;
    if (restored.length) restored[0].dispatchEvent(new CustomEvent("kept", { bubbles: true }));
  }

  document.addEventListener("htmx:beforeSwap", onBeforeSwap);
  document.addEventListener("htmx:afterSettle", onSettle);
})();
