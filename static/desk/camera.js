/* The phone's camera as a scanner, where the browser itself reads codes; everywhere else its button stays hidden. */
(() => {
  "use strict";
  const EVERY_MS = 200;
  const button = document.querySelector("#camera");
  const box = document.querySelector("#camera-box");
  if (!button || !box || !("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;
  const video = box.querySelector("video");
  const refused = box.querySelector("[role=alert]");
  const said = box.querySelector("[role=status]");
  const next = box.querySelector("[data-next-code]");
  let reader = null;
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

  /* One code for each press: a piece that stays in the picture, or flickers, must not count twice. */
  function take(text) {
    video.pause();
    say("", "");
    next.hidden = true;
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

  function say(text, tone) {
    said.textContent = text;
    said.className = `call result ${tone}`;
    said.hidden = !text;
  }

  /* What the page answered stands under the picture, too, which covers it; with nothing left to scan the box has no use. */
  function hear(region) {
    const answer = region.querySelector("[data-sound]");
    if (!document.querySelector("#code").checkVisibility()) {
      box.close();
      return;
    }
    say(answer ? answer.textContent.trim() : "", answer ? answer.dataset.sound : "");
    next.hidden = false;
    next.focus();
  }

  async function goOn() {
    say("", "");
    next.hidden = true;
    const mine = turn;
    try {
      await video.play();
      await look(reader, mine);
    } catch {
      if (mine === turn) refuse();
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
    reader = new window.BarcodeDetector();
    await look(reader, mine);
  }

  /* The camera, the picture and the reading may each fail: then the camera is let go and the box says so. */
  async function open() {
    refused.hidden = true;
    video.hidden = false;
    say("", "");
    next.hidden = true;
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
  next.addEventListener("click", goOn);
  box.addEventListener("close", stop);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (box.open && event.target.matches("#bench, #scan-result")) hear(event.target);
  });
  // No answer: the page says so in a toast, which the box would cover.
  document.addEventListener("htmx:afterRequest", (event) => {
    if (box.open && !event.detail.successful) box.close();
  });
})();
