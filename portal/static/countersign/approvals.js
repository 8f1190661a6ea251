// What the approval pages need beyond keys.js: keys that act on the selected row of the queue
// (data-row-key; o opens it, l is another name of e), a dialog that comes back with an error (data-again), and a
// dialog named in the address. Without JavaScript every one of them is a link or a button of the page.
(() => {
  const SAME = { l: "e" };

  function selected() {
    return document.querySelector('[data-row][aria-selected="true"]');
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const key = SAME[event.key] || event.key;
    const row = selected();
    const wanted = row
      ? row.querySelector(key === "o" ? "a.row-link" : `[data-row-key="${CSS.escape(key)}"]`)
      : event.key !== key && document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!wanted || wanted.disabled) return;
    event.preventDefault();
    wanted.click();
    if (wanted.matches("[type=checkbox]")) document.querySelector(".bulk")?.setAttribute("open", "");
  });

  document.addEventListener("DOMContentLoaded", () => {
    for (const dialog of document.querySelectorAll("dialog[data-again]")) {
      dialog.close();
      dialog.showModal();
    }
    const named = /^#do-(lower|reject|wording)$/.exec(location.hash);
    const opener = named && document.getElementById(named[1]);
    if (opener && !opener.disabled) opener.click();
    if (location.hash === "#do-approve") document.getElementById("approve")?.focus();
  });
})();
