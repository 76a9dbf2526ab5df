// The contact form while it is written: suggestions, the checklist, and a draft that survives an accident.
// Without this file the form shows the same once, after the first press of the button.
"use strict";

const PAUSE = 400; // milliseconds after the last key
const FEWEST = 10; // characters before anything is asked for
const FEWEST_UNSPACED = 4; // of a script without spaces
const PER_REQUEST = 12; // characters typed for each request: 60 of them cause five, and leaving a field one more
const DRAFT = "contact-draft";
const DRAFT_HOURS = 24;

const form = document.getElementById("message");
if (document.querySelector("[data-wipe-draft]")) forget();
if (form && form.dataset.suggest) begin(form);

function begin(form) {
  const kept = keepDraft(form);
  const live = liveParts(form);
  showTrail(form);
  takeFiles(form, kept.restored);
  const fields = ["subject", "body", "category"].map((name) => form.elements[name]).filter(Boolean);
  const asked = new Map();
  let timer = 0;
  let typed = 0;
  let requests = 0;
  let silentUntil = 0;
  let current = null;
  let length = 0;
  let last = "";

  function text() {
    return fields.map((field) => field.value.trim()).join("\n");
  }

  function size() {
    return fields.reduce((sum, field) => sum + field.value.length, 0);
  }

  function enough(now) {
    const length = (form.elements.subject.value + form.elements.body.value).trim().length;
    const unspaced = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]/.test(now);
    return length >= (unspaced ? FEWEST_UNSPACED : FEWEST);
  }

  async function ask(short = false) {
    const now = text();
    if (now === last || !(short || enough(now)) || Date.now() < silentUntil) return;
    last = now;
    if (asked.has(now)) return live.show(asked.get(now));
    requests += 1;
    current?.abort();
    const mine = (current = new AbortController());
    try {
      const sent = new FormData(form);
      for (const name of ["email", "name", "website", "trail"]) sent.delete(name); // not needed to suggest, so not sent
      for (const [name, value] of [...sent]) if (value instanceof File) sent.delete(name);
      const response = await fetch(form.dataset.suggest, { method: "POST", body: sent, signal: mine.signal });
      if (response.status === 429) silentUntil = Date.now() + 1000 * Number(response.headers.get("Retry-After") || 60);
      if (!response.ok) return;
      const html = await response.text();
      asked.set(now, html);
      if (now === last) live.show(html); // an answer to an older text is dropped
    } catch {
      // Offline, or a newer question: the form works without suggestions.
    }
  }

  form.addEventListener("input", (event) => {
    kept.save();
    if (!fields.includes(event.target)) return;
    typed += Math.max(1, Math.abs(size() - length)); // a paste counts in full
    length = size();
    clearTimeout(timer);
    timer = setTimeout(() => requests < Math.ceil(typed / PER_REQUEST) && ask(), PAUSE);
  });
  form.addEventListener("change", (event) => {
    if (!fields.includes(event.target)) return;
    clearTimeout(timer);
    ask(event.target.name === "category"); // the checklist changes with it, whatever was typed
  });
  length = size();
  if (!form.hasAttribute("data-keep")) ask(); // a draft from before, or a subject that a link brought
}

// The parts of the page that an answer replaces.
function liveParts(form) {
  const panel = document.getElementById("live");
  const line = document.getElementById("live-line");
  const status = document.getElementById("live-status");
  let dismissed = form.elements.seen.value === "1";

  panel.addEventListener("click", (event) => {
    if (!event.target.closest("[data-dismiss]")) return;
    dismissed = true;
    reveal(panel.dataset.status || "");
    form.elements.body.focus();
  });

  function reveal(sentence) {
    const any = panel.childElementCount > 0;
    panel.hidden = !any || dismissed;
    line.hidden = any && !dismissed;
    line.replaceChildren();
    if (!any) {
      line.textContent = form.dataset.nothing;
    } else if (dismissed) {
      const again = document.createElement("button");
      again.type = "button";
      again.textContent = form.dataset.again;
      again.addEventListener("click", () => {
        dismissed = false;
        reveal(sentence);
        panel.querySelector("a").focus();
      });
      line.append(sentence, " ", again);
    }
  }

  function show(html) {
    const parts = new DOMParser().parseFromString(html, "text/html");
    for (const id of ["subject-tip", "coach", "reply"]) replace(document.getElementById(id), part(parts, id));
    const found = part(parts, "live");
    const before = [...panel.querySelectorAll("h3 a")].map((link) => link.href).join();
    const now = [...found.querySelectorAll("h3 a")].map((link) => link.href).join();
    if (now !== before || !now) {
      panel.dataset.status = found.dataset.status;
      panel.replaceChildren(...found.childNodes);
      if (now) form.elements.seen.value = "1"; // what was seen here does not interrupt again
      status.textContent = dismissed ? "" : found.dataset.status;
    }
    reveal(found.dataset.status);
  }

  return { show };
}

function part(parts, name) {
  return parts.querySelector(`[data-part="${name}"]`);
}

function replace(target, source) {
  if (target && source && target.innerHTML.trim() !== source.innerHTML.trim()) target.replaceChildren(...source.childNodes);
}

// Files are sent as soon as they are chosen, so that an accident with the form does not cost them too.
function takeFiles(form, restored) {
  const input = document.getElementById("files");
  const list = document.getElementById("files-list");
  const status = document.getElementById("files-status");

  async function post(change) {
    const sent = new FormData();
    for (const name of ["csrf_token", "key"]) sent.append(name, form.elements[name].value);
    change(sent);
    status.textContent = status.dataset.busy;
    try {
      const headers = { "X-Requested-With": "fetch" };
      const response = await fetch(form.dataset.files, { method: "POST", body: sent, headers });
      if (!response.headers.get("Content-Type")?.startsWith("text/html") || response.status === 413) return false;
      const answer = new DOMParser().parseFromString(await response.text(), "text/html");
      list.replaceChildren(...answer.body.childNodes);
      return true;
    } catch {
      return false; // offline: the files go with the form
    } finally {
      status.textContent = "";
    }
  }

  input.addEventListener("change", async () => {
    if (!input.files.length) return;
    const done = await post((sent) => [...input.files].forEach((file) => sent.append("files", file)));
    if (done) input.value = "";
  });
  list.addEventListener("click", async (event) => {
    const button = event.target.closest("button[name=remove]");
    if (!button) return;
    event.preventDefault();
    await post((sent) => sent.append("remove", button.value));
    input.focus();
  });
  if (restored) post(() => {}); // those of a draft from before
}

// What goes with the message: shown before, and thrown away on demand.
function showTrail(form) {
  const box = document.getElementById("trail");
  const field = form.elements.trail;
  const entries = ["search", "read"].flatMap((kind) => window.contactTrail.of(kind));
  if (!entries.length) return;
  const texts = (kind, of) => entries.filter((one) => one.kind === kind).map(of);
  field.value = JSON.stringify({ searches: texts("search", (one) => one.text), read: texts("read", (one) => one.id) });
  for (const one of entries) {
    const line = document.createElement("li");
    line.textContent = box.dataset[one.kind].replace("{}", () => one.text);
    box.querySelector("ul").append(line);
  }
  box.hidden = false;
  box.querySelector("button").addEventListener("click", () => {
    window.contactTrail.forget();
    field.value = "";
    box.hidden = true;
  });
}

// The draft stays in this browser until it is sent, solved, or a day old.
function keepDraft(form) {
  const names = ["category", "subject", "body", "email", "name", "key"];
  let restored = false;
  if (!form.hasAttribute("data-keep")) {
    const draft = stored();
    if (draft && !form.elements.subject.value && !form.elements.body.value) {
      for (const name of names) if (form.elements[name] && draft[name]) form.elements[name].value = draft[name];
      document.querySelector('#solved [name="key"]').value = form.elements.key.value;
      restored = Boolean(draft.subject || draft.body);
    }
  }
  if (restored) sayRestored(form);

  function save() {
    const draft = { saved: Date.now() };
    for (const name of names) draft[name] = form.elements[name]?.value ?? "";
    try {
      localStorage.setItem(DRAFT, JSON.stringify(draft));
    } catch {
      // Private windows and full disks keep no draft.
    }
  }

  return { save, restored };
}

function sayRestored(form) {
  const line = document.createElement("p");
  line.className = "quiet-line";
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = form.dataset.forget;
  button.addEventListener("click", () => {
    forget();
    location.assign(location.pathname + location.search);
  });
  line.append(form.dataset.restored, " ", button);
  form.prepend(line);
}

function stored() {
  try {
    const draft = JSON.parse(localStorage.getItem(DRAFT) || "null");
    if (draft && Date.now() - draft.saved < DRAFT_HOURS * 3600 * 1000) return draft;
    forget();
  } catch {
    // Nothing that could be read.
  }
  return null;
}

function forget() {
  try {
    localStorage.removeItem(DRAFT);
  } catch {
    // There is none.
  }
}
