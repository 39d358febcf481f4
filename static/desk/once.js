/* What is pressed twice is done once: the second click of a double click sends nothing and leads nowhere, whatever has
   come under the pointer by then, and a form that waits for its page is not sent again. Else the second answer, a refusal
   or another page, would stand where the first one said that it was done. */
(() => {
  "use strict";
  const DOUBLE_CLICK = 1000;
  /* A form that is answered by a file keeps its page, and may be sent again some time. */
  const WAITS_FOR = 5000;
  /* A new page counts as sent for: the first click may have been on the page before. */
  let sentAt = 0;

  function isPost(form) {
    return Boolean(form) && form.method === "post";
  }

  /* Whatever only changes the page itself, a stepper, a menu, may be pressed as fast as one likes. */
  function leadsOn(target) {
    const pressed = target.closest("a[href], button, input[type=submit], [hx-post]");
    if (!pressed || pressed.matches("form")) return false;
    return pressed.matches("a[href], [hx-post]") || (pressed.type === "submit" && isPost(pressed.form));
  }

  function stop(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  function onClick(event) {
    if (event.detail > 1 && performance.now() - sentAt < DOUBLE_CLICK && leadsOn(event.target)) stop(event);
  }

  function onSubmit(event) {
    if (event.target.matches(".sent")) stop(event);
    else if (isPost(event.target)) sentAt = performance.now();
  }

  /* htmx sends its forms itself, and keeps their buttons still until the answer is there. */
  function onSent(event) {
    const form = event.target;
    if (event.defaultPrevented || !isPost(form)) return;
    form.classList.add("sent");
    setTimeout(() => form.classList.remove("sent"), WAITS_FOR);
  }

  function onShow(event) {
    if (!event.persisted) return;
    sentAt = performance.now();
    document.querySelectorAll("form.sent").forEach((form) => form.classList.remove("sent"));
  }

  document.addEventListener("click", onClick, true);
  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("submit", onSent);
  window.addEventListener("pageshow", onShow);
})();
