/* The command palette: the server finds, the arrow keys choose. */
(() => {
  "use strict";
  const palette = document.querySelector("#palette");
  const box = document.querySelector("#palette-q");
  const list = document.querySelector("#palette-list");
  const options = () => [...list.querySelectorAll("[role=option]")];

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
      const option = options()[Math.max(chosen(), 0)];
      if (option) option.click();
    }
  });
  palette.addEventListener("close", () => {
    box.value = "";
    list.replaceChildren();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === list) choose(0);
  });
})();
