// Around HTMX: elapsed seconds that tick between two polls, and a poll that fails shows it instead of staying silent.
//   data-since="2026-01-31T10:00:00Z"   the text becomes the seconds since then
//   [data-poll-error]                   shown while the server cannot be reached
(() => {
  function tick() {
    for (const element of document.querySelectorAll("[data-since]")) {
      const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(element.dataset.since)) / 1000));
      const shown = seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
      if (element.textContent !== shown) element.textContent = shown;
    }
  }

  function showTrouble(isTrouble) {
    for (const element of document.querySelectorAll("[data-poll-error]")) element.hidden = !isTrouble;
  }

  setInterval(tick, 1000);
  document.addEventListener("DOMContentLoaded", tick);
  document.addEventListener("htmx:afterSwap", tick);
  document.addEventListener("htmx:sendError", () => showTrouble(true));
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401 || event.detail.xhr.status === 403) location.reload(); // the session has ended
    else showTrouble(true);
  });
  document.addEventListener("htmx:afterOnLoad", () => showTrouble(false));
})();
