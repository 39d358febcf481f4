/* The bench: a scanner types and presses Enter. The box keeps the focus, every beep has its own key, and ears are told. */
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const TONES = { good: { type: "sine", hertz: 880, seconds: 0.09 }, bad: { type: "square", hertz: 196, seconds: 0.45 } };
  let audio = null;

  function sound(name) {
    const tone = TONES[name];
    if (!tone || !window.AudioContext) return;
    audio = audio || new AudioContext();
    const source = audio.createOscillator();
    const volume = audio.createGain();
    source.type = tone.type;
    source.frequency.value = tone.hertz;
    volume.gain.value = 0.12;
    source.connect(volume).connect(audio.destination);
    source.start();
    source.stop(audio.currentTime + tone.seconds);
  }

  /* What the last answer said, for ears and, on a phone in a pocket of noise, for the hand. */
  function tell(root) {
    const said = one("[data-sound]", root);
    if (!said) return;
    sound(said.dataset.sound);
    if (said.dataset.sound === "bad" && navigator.vibrate) navigator.vibrate([120, 60, 120]);
  }

  /* Random, and there on plain http too, where crypto.randomUUID is not. */
  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  /* The values are taken; the box is free for the next scan before the answer is there. */
  function onSent(event) {
    if (event.target.id !== "scan") return;
    one("#code").value = "";
    one("#scan [name=key]").value = newKey();
  }

  /* What was refused stands in its box still: the next scan takes its place. The scan box is left as it is, because the
     next scan may be half typed into it already. */
  function focusNext() {
    if (one("dialog:modal")) return;
    const next = one("[data-next]");
    (next || one("#code"))?.focus();
    next?.select?.();
  }

  document.addEventListener("htmx:beforeSend", onSent);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!event.target.matches("#bench, #scan-result")) return;
    tell(event.target);
    focusNext();
  });
  tell(document);
  focusNext();
})();
