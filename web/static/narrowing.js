// A field that hides the items of a list that lack its words; what is ticked in them stays ticked.
"use strict";

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

document.addEventListener("input", (event) => {
  const list = event.target.dataset.narrows;
  if (!list) return;
  const words = plain(event.target.value).split(/\s+/);
  for (const item of document.querySelector(list).children) {
    item.hidden = !words.every((word) => plain(item.textContent).includes(word));
  }
});
