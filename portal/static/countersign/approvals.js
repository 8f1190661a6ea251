// What the approval pages need beyond keys.js: keys that act on the selected row of the queue
// (data-row-key), a dialog that comes back with an error (data-again), and a dialog named in the address.
(() => {
  function selected() {
    return document.querySelector('[data-row][aria-selected="true"]');
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const row = selected();
    const wanted = row && row.querySelector(`[data-row-key="${CSS.escape(event.key)}"]`);
    if (!wanted) return;
    event.preventDefault();
    wanted.click();
  });

  document.addEventListener("DOMContentLoaded", () => {
    for (const dialog of document.querySelectorAll("dialog[data-again]")) {
      dialog.close();
      dialog.showModal();
    }
    const named = /^#do-(lower|reject)$/.exec(location.hash);
    const opener = named && document.getElementById(named[1]);
    if (opener && !opener.disabled) opener.click();
    if (location.hash === "#do-approve") document.getElementById("approve")?.focus();
  });
})();
