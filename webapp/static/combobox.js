// Type-ahead for the search box, after the ARIA authoring practices: an editable combobox with a listbox.
// Without this file the form simply submits.
"use strict";

(() => {
  const box = document.getElementById("_q");
  const form = box?.form;
  if (!form?.dataset.complete) return;

  const WAIT = 150; // milliseconds after the last key
  const REMEMBERED = 5;
  const STORE = "recent-searches";
  const SHORT = /[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/; // one letter of these is a word

  const list = document.createElement("div");
  list.id = "_options";
  list.className = "options";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.labels[0].textContent);
  list.hidden = true;
  const status = document.createElement("p");
  status.className = "hidden";
  status.setAttribute("role", "status");
  form.append(list, status);
  for (const [name, value] of [
    ["role", "combobox"],
    ["aria-autocomplete", "list"],
    ["aria-controls", list.id],
    ["aria-expanded", "false"],
  ]) box.setAttribute(name, value);

  const answers = new Map(); // by text: nothing is asked twice
  let timer = 0;
  let active = -1;

  // --- what was searched for before, kept in this browser -----------------------------------------------

  function recent() {
    try {
      return JSON.parse(localStorage.getItem(STORE) ?? "[]").filter((one) => typeof one === "string");
    } catch {
      return [];
    }
  }

  function remember(searches) {
    try {
      localStorage.setItem(STORE, JSON.stringify(searches.slice(0, REMEMBERED)));
    } catch {
      // a browser that stores nothing: then nothing is offered
    }
  }

  const searched = document.querySelector("[data-searched]")?.dataset.searched;
  if (searched) remember([searched, ...recent().filter((one) => one !== searched)]);

  // --- asking ---------------------------------------------------------------------------------------------

  const typed = () => box.value.trim();
  const enough = (text) => !text || text.length >= 2 || SHORT.test(text);

  async function ask() {
    const text = typed();
    if (!enough(text)) return close();
    if (!answers.has(text)) {
      const url = new URL(form.dataset.complete, location.href);
      url.searchParams.set("q", text);
      answers.set(text, fetch(url).then((answer) => (answer.ok ? answer.text() : "")));
    }
    let html = "";
    try {
      html = await answers.get(text);
    } catch {
      answers.delete(text); // no network: the form still submits
    }
    if (text === typed() && document.activeElement === box) show(html, text);
  }

  function show(html, text) {
    const found = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    list.replaceChildren(...(found?.childNodes ?? []));
    if (found && !text) addRecent(found.dataset);
    options().forEach((option, place) => (option.id = `_option-${place}`));
    choose(-1);
    const open = options().length > 0;
    list.hidden = !open;
    box.setAttribute("aria-expanded", String(open));
    status.textContent = open && text ? found.dataset.status : "";
  }

  function addRecent(labels) {
    const searches = recent();
    if (!searches.length) return;
    const group = document.createElement("div");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", labels.recent);
    const title = document.createElement("div");
    title.className = "options-title";
    title.setAttribute("role", "presentation");
    title.textContent = labels.recent;
    const rows = searches.map((search) => {
      const url = new URL(form.action);
      url.searchParams.set("q", search);
      url.searchParams.set("lang", form.elements.lang.value);
      return row(search, { url: url.href });
    });
    group.append(title, ...rows, row(labels.forget, { forget: "" }));
    list.prepend(group);
  }

  function row(text, facts) {
    const option = document.createElement("div");
    option.setAttribute("role", "option");
    Object.assign(option.dataset, facts);
    const words = document.createElement("span");
    words.textContent = text;
    option.append(words);
    return option;
  }

  // --- choosing ---------------------------------------------------------------------------------------------

  const options = () => [...list.querySelectorAll("[role=option]")];

  function choose(place) {
    const all = options();
    active = place;
    all.forEach((option, at) => option.setAttribute("aria-selected", String(at === place)));
    if (place < 0) return box.removeAttribute("aria-activedescendant");
    box.setAttribute("aria-activedescendant", all[place].id);
    all[place].scrollIntoView({ block: "nearest" });
  }

  function follow(option) {
    if ("forget" in option.dataset) {
      remember([]);
      return ask();
    }
    close();
    location.assign(option.dataset.url);
  }

  function close() {
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    status.textContent = "";
    choose(-1);
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  box.addEventListener("focus", () => {
    if (!typed()) ask();
  });
  box.addEventListener("blur", () => {
    clearTimeout(timer);
    close();
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const last = options().length - 1;
    if (list.hidden) {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      event.preventDefault();
      ask();
      return;
    }
    const moves = {
      ArrowDown: active < last ? active + 1 : -1,
      ArrowUp: active < 0 ? last : active - 1,
      ...(active >= 0 && { Home: 0, End: last }), // with no option chosen they move in the text
    };
    if (event.key in moves) choose(moves[event.key]);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && active >= 0) follow(options()[active]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the box
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) follow(option);
  });
})();
