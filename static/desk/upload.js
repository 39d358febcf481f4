/* The upload form: drop files, see which were chosen, watch the real progress. */
(() => {
  "use strict";
  const form = document.querySelector("#upload");
  if (!form) return;
  const drop = form.querySelector("#drop");
  const input = form.querySelector("#files");
  const chosen = form.querySelector("#chosen");
  const uploading = form.querySelector("#uploading");
  const bar = uploading.querySelector("progress");
  const percent = form.querySelector("#upload-percent");

  function size(bytes) {
    return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
  }

  function showChosen() {
    chosen.replaceChildren(...[...input.files].map((file) => {
      const line = document.createElement("li");
      line.textContent = `${file.name} · ${size(file.size)}`;
      return line;
    }));
  }

  ["dragenter", "dragover"].forEach((name) => drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  }));
  ["dragleave", "drop"].forEach((name) => drop.addEventListener(name, () => drop.classList.remove("over")));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    input.files = event.dataTransfer.files;
    showChosen();
  });
  input.addEventListener("change", showChosen);
  form.addEventListener("htmx:beforeRequest", () => {
    uploading.hidden = false;
    bar.value = 0;
  });
  form.addEventListener("htmx:xhr:progress", (event) => {
    if (!event.detail.lengthComputable) return;
    bar.value = (event.detail.loaded / event.detail.total) * 100;
    percent.textContent = `${Math.round(bar.value)} %`;
  });
  form.addEventListener("htmx:afterRequest", () => {
    uploading.hidden = true;
  });
})();
