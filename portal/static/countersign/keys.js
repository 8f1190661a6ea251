// Keyboard on lists and decisions. Everything is declared in the page:
//   data-key="a"           pressing the key clicks or focuses the element
//   data-row               a row of a list: j and k move, Enter opens its link (a.row-link)
//   dialog#keys            opened by "?"; opened and closed by [data-open="keys"] and [data-close]
// Nothing happens while somebody types, or with Ctrl, Alt or Meta held.
(() => {
  const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;
  const rows = () => [...document.querySelectorAll("[data-row]")];

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const now = all.findIndex((row) => row.getAttribute("aria-selected") === "true");
    const next = Math.min(Math.max(now + step, 0), all.length - 1);
    all.forEach((row, index) => row.setAttribute("aria-selected", String(index === next)));
    const link = all[next].querySelector("a.row-link");
    if (link) link.focus({ preventScroll: true });
    all[next].scrollIntoView({ block: "nearest" });
  }

  function press(key) {
    const wanted = [...document.querySelectorAll("[data-key]")].find(
      (element) => element.dataset.key === key && !element.disabled && element.offsetParent !== null,
    );
    if (!wanted) return false;
    if (wanted.matches("input, textarea, select")) wanted.focus();
    else wanted.click();
    return true;
  }

  function open(name) {
    const dialog = document.getElementById(name);
    if (dialog && !dialog.open) dialog.showModal();
    return dialog !== null;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (press(event.key)) event.preventDefault();
    else if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
    else if (event.key === "?") open("keys");
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) open(opener.dataset.open);
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog").close();
  });
})();
