// Completion of the search field: a combobox as the ARIA practices have it (list autocomplete, manual selection).
// An engine without suggestions answers 404: then nothing shows, and nothing is asked again.
"use strict";
{
  const PAUSE = 80; // milliseconds without a key before anything is asked
  const SHORTEST = 2;

  const form = document.getElementById("search-form");
  const field = document.getElementById("q");
  const list = document.getElementById("suggestions");
  let available = true;
  let timer = 0;
  let asked = null;
  let typed = "";
  let active = -1;

  const options = () => [...list.children];

  function close() {
    clearTimeout(timer);
    asked?.abort();
    list.hidden = true;
    active = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function option({ text, kind, id, count }, at) {
    const item = document.createElement("li");
    item.id = `suggestion-${at}`;
    item.role = "option";
    item.dataset.kind = kind;
    item.dataset.id = id ?? "";
    item.dataset.text = text;
    const words = document.createElement("span");
    words.textContent = text;
    const beside = document.createElement("span");
    beside.className = "count";
    beside.textContent = kind === "article" ? "article" : count?.toLocaleString("fr") ?? "";
    item.append(words, " ", beside);
    return item;
  }

  function show(suggestions) {
    list.replaceChildren(...suggestions.map(option));
    active = -1;
    list.hidden = !suggestions.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    field.removeAttribute("aria-activedescendant");
  }

  async function ask() {
    const q = field.value.trim();
    if (q.length < SHORTEST) return close();
    asked = new AbortController();
    try {
      const answer = await fetch(`${field.dataset.suggest}?${new URLSearchParams({ q })}`, { signal: asked.signal });
      if (answer.status === 404) available = false;
      if (!answer.ok) return close();
      const suggestions = await answer.json();
      if (document.activeElement === field) show(suggestions);
    } catch {
      // aborted by the next key, or the server is gone: the search itself will say so
    }
  }

  function move(step) {
    const items = options();
    clearTimeout(timer); // what is walked stays
    asked?.abort();
    if (active < 0) typed = field.value;
    items[active]?.setAttribute("aria-selected", "false");
    // the field itself is one stop of the round, behind the last suggestion
    const round = items.length + 1;
    const stop = ((active < 0 ? items.length : active) + step + round) % round;
    active = stop === items.length ? -1 : stop;
    items[active]?.setAttribute("aria-selected", "true");
    items[active]?.scrollIntoView({ block: "nearest" });
    field.value = items[active] && items[active].dataset.kind === "query" ? items[active].dataset.text : typed;
    if (active < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", items[active].id);
  }

  function pick(item) {
    close();
    if (item.dataset.kind === "article") {
      location.assign(`${field.dataset.articles}${item.dataset.id.split("/").map(encodeURIComponent).join("/")}`);
      return;
    }
    field.value = item.dataset.text;
    field.focus();
    form.requestSubmit();
  }

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");

  field.addEventListener("input", (event) => {
    clearTimeout(timer);
    asked?.abort();
    if (available && !event.isComposing) timer = setTimeout(ask, PAUSE);
  });

  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      if (active >= 0) field.value = typed;
      close();
      event.preventDefault();
    } else if (list.hidden) {
      if (event.key === "ArrowDown" && available && field.value) ask();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      move(event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
    } else if (event.key === "Enter" && active >= 0) {
      pick(options()[active]);
      event.preventDefault();
    }
  });

  form.addEventListener("submit", close);
  field.addEventListener("blur", close);
  // before the field loses its focus, which closes the list
  list.addEventListener("pointerdown", (event) => {
    const item = event.target.closest("li");
    if (!item) return;
    event.preventDefault();
    pick(item);
  });
}
