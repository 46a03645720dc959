// One-letter keys: / to the search field, j and k from hit to hit, ? for this list. They can be turned off (WCAG 2.1.4).
"use strict";
{
  const dialog = document.getElementById("keys");
  const STORED = "kiosque.keys";
  const switched = dialog.querySelector("input");

  function stored() {
    try {
      return localStorage.getItem(STORED) !== "off";
    } catch {
      return true; // no storage in a private window
    }
  }

  switched.checked = stored();
  switched.addEventListener("change", () => {
    try {
      localStorage.setItem(STORED, switched.checked ? "on" : "off");
    } catch {
      // it holds for this page then
    }
  });

  const hits = () => [...document.querySelectorAll(".hit h2 a")];

  function walk(step) {
    const links = hits();
    const at = links.indexOf(document.activeElement) + step;
    const link = links[Math.min(Math.max(at, 0), links.length - 1)];
    link?.focus();
    link?.scrollIntoView({ block: "nearest" });
  }

  const ACTIONS = {
    "/": () => document.getElementById("q").select(),
    "?": () => dialog.showModal(),
    j: () => walk(1),
    k: () => walk(-1),
  };

  document.addEventListener("keydown", (event) => {
    const busy = event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog");
    if (busy || !switched.checked || !(event.key in ACTIONS)) return;
    event.preventDefault();
    ACTIONS[event.key]();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys]")) dialog.showModal();
  });
}
