// What makes an article handier: code to copy, an outline that follows, a vote without leaving the page.
"use strict";

const prose = document.querySelector(".prose[data-copy]");

// --- copy buttons on code -------------------------------------------------------------------------

for (const code of navigator.clipboard ? (prose?.querySelectorAll("pre") ?? []) : []) {
  const frame = document.createElement("div");
  frame.className = "code";
  code.replaceWith(frame);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy button-quiet";
  button.textContent = prose.dataset.copy;
  const status = document.createElement("span");
  status.className = "hidden";
  status.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent.replace(/\n$/, ""));
    button.textContent = status.textContent = prose.dataset.copied;
    setTimeout(() => {
      button.textContent = prose.dataset.copy;
      status.textContent = "";
    }, 2500);
  });
  frame.append(code, button, status);
}

// --- the outline marks the section being read ---------------------------------------------------------

const links = new Map();
for (const link of document.querySelectorAll(".outline a")) {
  const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (heading) links.set(heading, link);
}
if (links.size) {
  const headings = [...links.keys()];
  const mark = () => {
    const line = 100; // below where a heading stands that a link led to: a short section must not be skipped
    const atEnd = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 2;
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < line);
    const current = atEnd ? headings.at(-1) : passed.at(-1); // the last section may be too short to reach the line
    for (const [heading, link] of links) {
      if (heading === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  let asked = false;
  const soon = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      mark();
    });
  };
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon, { passive: true });
  mark();
}

// --- "Was this helpful?" in place ------------------------------------------------------------------------

document.querySelector("[data-feedback]")?.addEventListener("submit", async (event) => {
  const section = event.currentTarget;
  const form = event.target;
  const { submitter } = event;
  if ("plain" in section.dataset) return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form));
  if (submitter?.name) fields.append(submitter.name, submitter.value);
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: fields,
      headers: { "X-Requested-With": "fragment" },
    });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    section.replaceChildren(...page.body.childNodes);
    const heading = section.querySelector("h2");
    if (heading.id) section.setAttribute("aria-labelledby", heading.id);
    heading.focus();
  } catch {
    section.dataset.plain = ""; // no network, or an answer we do not know: on with the page that needs no script
    form.requestSubmit(submitter);
  }
});
