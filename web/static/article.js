// One article: walking from mark to mark, and copying its reference.
"use strict";

const status = document.querySelector("[data-places]");
const marks = [...document.querySelectorAll("mark[id]")];
let at = -1;

function go(step) {
  marks[at]?.classList.remove("here");
  at = at < 0 && step < 0 ? marks.length - 1 : (at + step + marks.length) % marks.length;
  marks[at].classList.add("here");
  marks[at].scrollIntoView({ block: "center" });
  status.textContent = `${at + 1} sur ${marks.length}`;
}

document.addEventListener("click", (event) => {
  const step = event.target.closest("[data-step]")?.dataset.step;
  if (step) go(Number(step));
});

document.addEventListener("keydown", (event) => {
  const step = { n: 1, p: -1 }[event.key];
  const busy = event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select");
  if (step && marks.length && !busy) go(step);
});

document.addEventListener("click", async (event) => {
  const id = event.target.dataset?.copies;
  if (!id) return;
  const text = document.getElementById(id);
  try {
    await navigator.clipboard.writeText(text.textContent);
    event.target.textContent = "Copié";
  } catch {
    getSelection().selectAllChildren(text); // without HTTPS there is no clipboard: the reader copies it
  }
});
