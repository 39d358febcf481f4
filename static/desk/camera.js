/* The phone's camera as a scanner, where the browser itself reads codes; everywhere else its button stays hidden. */
(() => {
  "use strict";
  const EVERY_MS = 200;
  const button = document.querySelector("#camera");
  const box = document.querySelector("#camera-box");
  if (!button || !box || !("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;
  const video = box.querySelector("video");
  const refused = box.querySelector("[role=alert]");
  let stream = null;

  function stop() {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
  }

  function take(text) {
    box.close();
    document.querySelector("#code").value = text;
    document.querySelector("#scan").requestSubmit();
  }

  async function look(detector) {
    if (!stream) return;
    const found = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? await detector.detect(video) : [];
    if (!stream) return;
    if (found.length) take(found[0].rawValue);
    else setTimeout(look, EVERY_MS, detector);
  }

  async function open() {
    refused.hidden = true;
    video.hidden = false;
    box.showModal();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      refused.hidden = false;
      video.hidden = true;
      return;
    }
    if (!box.open) {
      stop();
      return;
    }
    video.srcObject = stream;
    await video.play();
    look(new window.BarcodeDetector());
  }

  window.BarcodeDetector.getSupportedFormats().then((formats) => {
    button.hidden = formats.length === 0;
  });
  button.addEventListener("click", open);
  box.addEventListener("close", stop);
})();
