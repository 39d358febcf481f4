/* The command palette: the server finds, the arrow keys choose. */
(() => {
  "use strict";
  const palette = document.querySelector("#palette");
  const box = document.querySelector("#palette-q");
  const list = document.querySelector("#palette-list");
  const options = () => [...list.querySelectorAll("[role=option]")];

  /* A number that is pasted or scanned comes with its Enter before the answer: then the answer's first entry is meant,
     not that of the list before. */
  let answered = null;
  let isHurried = false;

  function open() {
    isHurried = false;
    options()[Math.max(chosen(), 0)]?.click();
  }

  function choose(index) {
    const found = options();
    if (!found.length) return;
    const at = (index + found.length) % found.length;
    found.forEach((option, place) => {
      option.id = `option-${place}`;
      option.setAttribute("aria-selected", String(place === at));
    });
    box.setAttribute("aria-activedescendant", found[at].id);
    found[at].scrollIntoView({ block: "nearest" });
  }

  function chosen() {
    return options().findIndex((option) => option.getAttribute("aria-selected") === "true");
  }

  palette.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen() + (event.key === "ArrowDown" ? 1 : -1));
    }
    if (event.key === "Enter") {
      event.preventDefault();
      if (box.value === answered) open();
      else isHurried = true;
    }
  });
  box.addEventListener("input", () => {
    isHurried = false;
  });
  palette.addEventListener("close", () => {
    box.value = "";
    list.replaceChildren();
    answered = null;
    isHurried = false;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== list) return;
    answered = event.detail.requestConfig.parameters.q;
    choose(0);
    if (isHurried && box.value === answered) open();
  });
})();
