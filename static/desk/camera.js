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
  let turn = 0; // each opening has its own; what an earlier one still waits for is of no account

  function stop() {
    turn += 1;
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
  }

  function refuse() {
    stop();
    refused.hidden = false;
    video.hidden = true;
  }

  function take(text) {
    box.close();
    document.querySelector("#code").value = text;
    document.querySelector("#scan").requestSubmit();
  }

  async function look(detector, mine) {
    while (mine === turn) {
      const found = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? await detector.detect(video) : [];
      if (mine !== turn) return;
      if (found.length) {
        take(found[0].rawValue);
        return;
      }
      await new Promise((done) => setTimeout(done, EVERY_MS));
    }
  }

  async function show(mine) {
    const given = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    if (mine !== turn) {
      given.getTracks().forEach((track) => track.stop());
      return;
    }
    stream = given;
    video.srcObject = stream;
    await video.play();
    await look(new window.BarcodeDetector(), mine);
  }

  /* The camera, the picture and the reading may each fail: then the camera is let go and the box says so. */
  async function open() {
    refused.hidden = true;
    video.hidden = false;
    box.showModal();
    turn += 1;
    const mine = turn;
    try {
      await show(mine);
    } catch {
      if (mine === turn) refuse();
    }
  }

  window.BarcodeDetector.getSupportedFormats().then(
    (formats) => {
      button.hidden = formats.length === 0;
    },
    () => {
      button.hidden = true;
    },
  );
  button.addEventListener("click", open);
  box.addEventListener("close", stop);
})();
