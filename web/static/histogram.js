// The histogram of the dates: drag over bars to pick a span, walk them with the arrow keys.
"use strict";

const bars = (list) => [...list.children];
let began = null; // the list and the bar where the drag began
let dragged = false;

function barAt(list, event) {
  const box = list.getBoundingClientRect();
  const slot = list.firstElementChild.getBoundingClientRect().width;
  const at = Math.floor((event.clientX - box.left) / slot);
  return Math.min(Math.max(at, 0), list.childElementCount - 1);
}

function show(list, first, last) {
  bars(list).forEach((bar, at) => bar.classList.toggle("dragged", at >= first && at <= last));
}

addEventListener("pointerdown", (event) => {
  const list = event.target.closest(".bars");
  dragged = false;
  if (list && event.button === 0) began = { list, at: barAt(list, event) };
});

addEventListener("pointermove", (event) => {
  if (!began) return;
  const at = barAt(began.list, event);
  dragged ||= at !== began.at;
  if (dragged) show(began.list, Math.min(at, began.at), Math.max(at, began.at));
});

addEventListener("pointerup", (event) => {
  if (!began) return;
  const { list, at } = began;
  began = null;
  if (!dragged) return;
  const ends = [at, barAt(list, event)].sort((a, b) => a - b);
  show(list, 1, 0);
  pick(...ends.map((end) => list.children[end].dataset.at));
});

addEventListener("pointercancel", () => {
  if (began) show(began.list, 1, 0);
  began = null;
});

// The click that ends a drag follows no link, and dragging a link must not drag its address.
addEventListener("click", (event) => {
  if (dragged && event.target.closest(".bars")) event.preventDefault();
}, true);
addEventListener("dragstart", (event) => {
  if (event.target.closest?.(".bars")) event.preventDefault();
});

function pick(since, until) {
  const form = document.getElementById("search-form");
  for (const undated of document.querySelectorAll("input[name=undated]")) undated.remove();
  document.getElementById("from").value = since;
  document.getElementById("to").value = until;
  form.requestSubmit();
}

// One stop of the Tab key for all bars; the arrows go on from there.
addEventListener("keydown", (event) => {
  const list = event.target.closest?.(".bars");
  const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
  if (!list || !step) return;
  const links = [...list.querySelectorAll("a")];
  const at = links.indexOf(event.target) + step;
  links[Math.min(Math.max(at, 0), links.length - 1)].focus();
  event.preventDefault();
});

function oneStop() {
  for (const list of document.querySelectorAll(".bars")) {
    const links = [...list.querySelectorAll("a")];
    const stop = list.querySelector("a[aria-current]") ?? links[0];
    for (const link of links) link.tabIndex = link === stop ? 0 : -1;
  }
}

addEventListener("focusin", (event) => {
  if (!event.target.matches?.(".bars a")) return;
  for (const link of event.target.closest(".bars").querySelectorAll("a")) link.tabIndex = link === event.target ? 0 : -1;
});
document.addEventListener("htmx:afterSettle", oneStop);
oneStop();
