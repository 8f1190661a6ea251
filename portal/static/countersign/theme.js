// Remembers light, dark or system under the key the admin shell uses too, so that both shells agree.
// Loaded in <head> without `defer`: the page is never painted in the wrong theme.
(() => {
  const KEY = "adminTheme";
  const CHOICES = ["light", "dark", "auto"];

  function remembered() {
    try {
      const found = JSON.parse(localStorage.getItem(KEY));
      return CHOICES.includes(found) ? found : "auto";
    } catch {
      return "auto"; // storage is off, or holds something else
    }
  }

  function show(choice) {
    if (choice === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
    for (const button of document.querySelectorAll("[data-theme-choice]"))
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
  }

  function choose(choice) {
    try {
      localStorage.setItem(KEY, JSON.stringify(choice));
    } catch {
      // not remembered, but shown
    }
    show(choice);
  }

  show(remembered());
  document.addEventListener("DOMContentLoaded", () => {
    for (const group of document.querySelectorAll(".themes")) group.hidden = false;
    show(remembered());
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (button) choose(button.dataset.themeChoice);
  });
  window.addEventListener("storage", (event) => event.key === KEY && show(remembered()));
})();
