/* The shell's behaviour: toasts, menus, dialogs, the side bar on narrow screens, keys. */
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const STAYS_FOR = 6000;
  const CHORD_WITHIN = 1200;

  /* Toasts: the server says {text, tone}; trouble stays until somebody closes it. */
  function toast({ text, tone = "good" }) {
    if (!text) return;
    const made = one("#toast").content.firstElementChild.cloneNode(true);
    made.classList.add(tone);
    one("p", made).textContent = text;
    one("#toasts").append(made);
    leave(made);
  }

  function leave(made) {
    if (!made.classList.contains("bad")) setTimeout(() => made.remove(), STAYS_FOR);
  }

  /* An answer that htmx does not swap still has a sentence for the person. */
  function sentenceOf(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const said = one("[data-sentence]", page);
    return said ? said.textContent.trim() : "";
  }

  function onError(event) {
    const request = event.detail.xhr;
    const polled = event.detail.requestConfig && event.detail.requestConfig.headers["HX-Polling"];
    if (polled) return;
    const sentence = request && request.responseText ? sentenceOf(request.responseText) : "";
    toast({ text: sentence || document.body.dataset.noAnswer, tone: "bad" });
  }

  /* Dialogs: data-open names one, data-close closes the one around it. */
  function openDialog(dialog) {
    if (!dialog || dialog.open) return;
    dialog.showModal();
    const first = one("input, textarea, select", dialog);
    if (first) first.focus();
    if (window.htmx && first) window.htmx.trigger(first, "opened");
  }

  function onClick(event) {
    const target = event.target;
    const opener = target.closest("[data-open]");
    if (opener) {
      closeMenus();
      openDialog(one(opener.dataset.open));
    }
    const closer = target.closest("[data-close]");
    if (closer) closer.closest("dialog").close();
    const dismiss = target.closest("[data-dismiss]");
    if (dismiss) dismiss.closest(".toast").remove();
    const copy = target.closest("[data-copy]");
    if (copy) copyText(copy);
    if (target.matches("dialog.box, dialog.palette")) target.close();
    if (target.closest("[data-side]")) {
      event.preventDefault();
      showSide(!one("#side").classList.contains("open"));
    } else if (!target.closest("#side")) {
      showSide(false);
    }
    all("details.dd[open]").forEach((menu) => {
      if (!menu.contains(target)) menu.open = false;
    });
  }

  function copyText(button) {
    if (!navigator.clipboard) return;
    navigator.clipboard.writeText(button.dataset.copy).then(() => toast({ text: button.dataset.copied }));
  }

  function showSide(shown) {
    const side = one("#side");
    side.classList.toggle("open", shown);
    if (shown) one("nav a", side).focus();
  }

  function closeMenus() {
    const open = all("details.dd[open]");
    open.forEach((menu) => {
      menu.open = false;
    });
    return open[0];
  }

  /* Keys: off while somebody types or composes Chinese. */
  let chordAt = 0;

  function isTyping(event) {
    const typing = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
    return Boolean(typing) || event.isComposing;
  }

  function onKey(event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openDialog(one("#palette"));
      return;
    }
    if (event.key === "Escape") {
      const menu = closeMenus();
      if (menu) one("summary", menu).focus();
      showSide(false);
    }
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey || one("dialog:modal")) return;
    if (onChord(event.key)) event.preventDefault();
  }

  function onChord(key) {
    if (chordAt && Date.now() - chordAt < CHORD_WITHIN) {
      chordAt = 0;
      const link = one(`[data-go="${CSS.escape(key)}"]`);
      if (link) link.click();
      return Boolean(link);
    }
    chordAt = key === "g" ? Date.now() : 0;
    if (key === "?") openDialog(one("#keys"));
    if (key === "/" && one("#q")) one("#q").focus();
    return key === "?" || (key === "/" && Boolean(one("#q")));
  }

  /* Whoever pressed a button on the sheet stays on it: the button itself is gone with the old sheet. */
  function onSettle(event) {
    const heading = event.detail.target.id === "sheet" && one("#sheet h2");
    if (heading && document.activeElement === document.body) heading.focus({ preventScroll: true });
  }

  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (menu.open && menu.matches("[data-load]")) window.htmx.trigger(menu, "opened");
  }, true);
  document.addEventListener("toast", (event) => toast(event.detail));
  document.addEventListener("htmx:afterSettle", onSettle);
  document.addEventListener("htmx:responseError", onError);
  document.addEventListener("htmx:sendError", onError);
  document.addEventListener("open-dialog", (event) => openDialog(one(event.detail.value)));
  all("#toasts .toast").forEach(leave);
})();
