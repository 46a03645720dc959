// What htmx leaves open: errors are shown, typing leaves the history alone, Back finds the page before.
"use strict";

// Where the reader last arrived by Enter, by a link or by Back: typing renames this entry, Enter gives it its name back.
let arrived = location.href;
// What Enter has sent: the pause after the last key must not ask for it again, which would abort it.
let sent = null;

const field = () => document.getElementById("q");

// Without htmx (the CDN is out of reach) links and forms do what they say, and what needs it is not offered.
document.documentElement.classList.toggle("live", Boolean(window.htmx));

document.addEventListener("input", (event) => {
  if (event.target === field()) sent = null;
});

document.addEventListener("submit", () => {
  sent = field().value;
});

document.addEventListener("htmx:confirm", (event) => {
  if (event.target === field() && sent === field().value) event.preventDefault();
});

// One listener for every link to other results: hx-boost would give a hundred of them theirs with each answer.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-live] a:not([data-loads]), a[data-live]");
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!window.htmx || !link || elsewhere || event.defaultPrevented) return;
  event.preventDefault();
  // a newer search aborts this one: nobody waits for its promise
  htmx.ajax("GET", link.getAttribute("href"), { source: link, target: "#results" }).catch(() => {});
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 400) event.detail.shouldSwap = true;
});

document.addEventListener("htmx:beforeHistoryUpdate", (event) => {
  const step = event.detail.history;
  if (step.type !== "push") return;
  const target = new URL(step.path, location.href).href;
  const entered = event.detail.requestConfig.elt.id === "search-form";
  if (entered && target === arrived) step.type = "replace";
  else if (entered) history.replaceState(history.state, "", arrived);
  arrived = target;
});

addEventListener("popstate", () => {
  arrived = location.href;
});

// A page that was an error when it was left is an error when one comes back: let the browser show it.
document.addEventListener("htmx:historyCacheMissLoadError", () => location.reload());

document.addEventListener("htmx:sendError", () => {
  document.getElementById("status").textContent = "Le serveur ne répond pas.";
});

// What had the focus may be gone with the part of the page that it stood in, as the last filter is when it is removed.
document.addEventListener("htmx:afterSettle", () => {
  if (document.activeElement === document.body) document.getElementById("results").focus({ preventScroll: true });
});
